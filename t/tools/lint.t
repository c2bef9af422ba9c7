#!/bin/sh
# 'make lint': clang gives no warnings, cppcheck finds no errors, and
# clang-format changes nothing. (gcc's warnings are errors in the build that
# 'make check' runs first.) And tests have their mode, since prove executes them.
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
is "$(find t -name '*.t' ! -perm -u+x)" "" "all tests can be executed"
done_testing
