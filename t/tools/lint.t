#!/bin/sh
# The sources pass clang without a warning, cppcheck and clang-format. (gcc's
# warnings are errors in the build with which 'make check' begins.)
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
