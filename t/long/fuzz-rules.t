#!/bin/sh
# 10,000 broken definitions and configs: see t/fuzz/rules.py.
VT_TEST_RULES_CASES=${VT_TEST_RULES_CASES:-10000}
export VT_TEST_RULES_CASES VT_TEST_LIMIT=7200
exec "$(dirname "$0")/../tools/rules-fuzz.t"
