#!/bin/sh
# t/tools/sync-kill.t with 200 kills.
VT_TEST_KILLS=${VT_TEST_KILLS:-200}
export VT_TEST_KILLS
exec "$(dirname "$0")/../tools/sync-kill.t"
