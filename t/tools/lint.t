#!/bin/sh
# The sources: clang has no warning for them, cppcheck finds nothing, and
# clang-format has nothing to change. (A warning of gcc ends the build that
# 'make check' begins with.)
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 3

for tool in clang cppcheck clang-format; do
	goal=lint-${tool#clang-}
	command -v $tool >/dev/null || {
		skip "make $goal" "$tool is not installed"
		continue
	}
	run make $goal
	status_is 0 "make $goal"
	hasnt "$work/err" . "$tool prints nothing"
done
done_testing
