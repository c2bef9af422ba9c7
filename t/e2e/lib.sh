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

# sanitized TEST: the tools that are built with sanitizers read what a real run
# left: its logs, facts, disks and output disk. They agree with the others.
sanitized() {
	san=$top/build/address-undefined/bin
	again=$work/again/$1
	if [ ! -x "$san/vt-verify" ]; then
		skip "$1: with sanitizers" "run 'make sanitized' first"
		return
	fi
	mkdir -p "$work/again"
	# links: results get new names, and the history must not be appended to
	cp -al "$tests/$1" "$again" && rm -f "$again/history"
	run "$san/vt-verify" "$again"
	status_is 0 "$1: vt-verify with sanitizers"
	is "$(field "$again/result.json" cause) $(grep -c '"status": "ok"' \
		"$again/result.json")" "$(field "$tests/$1/result.json" cause) \
$(grep -c '"status": "ok"' "$tests/$1/result.json")" "$1: the same result"
	run "$san/vt-report" "$again"
	status_is 0 "$1: vt-report with sanitizers"
	[ -e "$again/boot/output_disk.img" ] || return 0
	run "$san/vt-extract" "$again/boot/output_disk.img" -o "$work/again/out"
	status_is 0 "$1: vt-extract with sanitizers"
	ok "$1: the same facts" diff -r "$work/again/out" "$tests/$1/collect"
	rm -rf "$work/again"
}

# mutants TEST CONFIG: of what a real run left, each statement of the config that
# is changed makes a check fail
mutants() {
	run "$top/t/mutate.py" "$tests/$1" "$2"
	status_is 0 "$1: each changed statement of the config fails, or has a reason"
	grep '^#\|^not ok' "$work/out" | sed 's/^[^#]/# &/'
}
