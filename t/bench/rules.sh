#!/bin/sh
# What 1,000 definitions cost vt-rules, and make with nothing to do: processor
# time in user mode, then in the kernel and by the clock.
cd "$(dirname "$0")/../.." || exit 3
uptime
exec t/run t/tools/rules-many.t
