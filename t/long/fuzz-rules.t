#!/bin/sh
# t/tools/rules-fuzz.t with 10,000 invalid definitions and configs.
VT_TEST_RULES_CASES=${VT_TEST_RULES_CASES:-10000}
export VT_TEST_RULES_CASES VT_TEST_LIMIT=7200
exec "$(dirname "$0")/../tools/rules-fuzz.t"
