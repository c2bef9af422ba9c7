# Helpers for end-to-end tests, which run make with test definitions and a
# TOPDIR in $work. Source it after ../lib.sh.

tests=$work/tests
export VT_IMAGE_DIR="$user_images"

defs=$top/examples # a test may set another directory

# vt ARG...: runs make, with its output in $work/out and $work/err
vt() {
	run make --no-print-directory -C "$top" VT_TOPDIR="$tests" \
		EXAMPLES="$defs" "$@"
}

# plan GOAL: prints the tools that make would run, on one line
plan() {
	make --no-print-directory -C "$top" VT_TOPDIR="$tests" \
		EXAMPLES="$defs" -n "$1" 2>&1 |
		grep -Eo 'vt-(pack|launch|seed|xkvm|extract|verify)\b' | sort -u |
		tr '\n' ' ' | sed 's/ $//'
}

stamp() { stat -c %y "$tests/$1" 2>/dev/null || echo none; }

# field FILE KEY: prints a top-level value of a JSON file
field() {
	perl -MJSON::PP -0777 -ne \
		'print JSON::PP->new->utf8->decode($_)->{"'"$2"'"} // "none"' "$1"
}

# explain TEST: prints errors and logs if the last make failed
explain() {
	[ "$status" -eq 0 ] && return
	diag "$(tail -n 30 "$work/err")"
	diag "$(grep -a '^not ok' -A4 "$tests/$1/result.tap" 2>/dev/null)"
	diag "$(tail -n 15 "$tests/$1/logs/install-serial.log" 2>/dev/null)"
}
