#!/bin/sh
# t/vm/leftovers.t with 200 starts.
VT_TEST_STARTS=${VT_TEST_STARTS:-200} VT_TEST_LIMIT=${VT_TEST_LIMIT:-3600}
export VT_TEST_STARTS VT_TEST_LIMIT
exec "$(dirname "$0")/../vm/leftovers.t"
