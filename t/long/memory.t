#!/bin/sh
# t/vm/memory.t with as many guests as `make -j30` starts.
VT_TEST_GUESTS=${VT_TEST_GUESTS:-30}
export VT_TEST_GUESTS
exec "$(dirname "$0")/../vm/memory.t"
