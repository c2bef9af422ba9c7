#!/bin/sh
# t/vm/memory.t with 30 guests, as in `make -j30`.
VT_TEST_GUESTS=${VT_TEST_GUESTS:-30}
export VT_TEST_GUESTS
exec "$(dirname "$0")/../vm/memory.t"
