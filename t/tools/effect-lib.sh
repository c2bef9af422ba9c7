# Helpers for tests of the effects of keys and settings. A test definition is
# processed by the real tools, without starting a machine, and their output with
# and without the key or setting is compared. Source it instead of rules-lib.sh.
. "$(dirname "$0")/rules-lib.sh"

# view WHAT...: print an output of the tools for the test k in $T
view() {
	case $1 in
	file) cat "$T/k/$2" ;;
	pack) vt-pack "$T/k" && cat "$T/k/install/config.yaml" ;;
	seed) vt-seed "$T/k" && cat "$T/k/boot/user-data" ;;
	install) vt-launch --dry-run "$T/k" ;;
	boot) vt-xkvm --dry-run "$T/k" ;;
	verify)
		mkdir -p "$T/k/collect" "$T/k/logs"
		: >"$T/k/collect/fstab"
		echo 'INFO: task x:1 blocked for more than 120 seconds.' \
			>"$T/k/logs/install-serial.log"
		echo '{"format": 1, "exit": 1, "outcome": "poweroff"}' \
			>"$T/k/logs/install.json"
		vt-verify "$T/k"
		;;
	list) "$work/bin/vt-rules" list -o "$2" k.yaml ;;
	count) "$work/bin/vt-rules" list k.yaml | wc -l ;;
	asked) cat "$work/bin/asked" ;;
	esac
}

# look VIEW LINES...: print the view for a definition with these lines. If a key
# occurs twice, the later line is used.
look() {
	look_at=$1
	shift
	rm -rf "$T" "$work/bin/asked"
	printf '%s\n' 'conf_file: tests/c.yaml' "$@" | awk -F: '
		/^[a-z_]+:/ { last[$1] = NR } { line[NR] = $0; key[NR] = $1 }
		END { for (i = 1; i <= NR; i++)
			if (!(key[i] in last) || last[key[i]] == i)
				print line[i] }' >k.yaml
	# vt-rules list does not need the test directory
	case $look_at in
	list* | count | topdir) ;;
	# shellcheck disable=SC2086
	*) "$work/bin/vt-rules" -t "$T" ${beside:-} k.yaml || return ;;
	esac
	# shellcheck disable=SC2086
	${viewer:-view} $look_at
}

# seen NAME ERE BEFORE AFTER: passes if only the second file matches or, if ERE
# starts with "!", only the first
seen() {
	case $2 in
	!*)
		seen "$1" "${2#!}" "$4" "$3"
		return
		;;
	esac
	if grep -Eq -e "$2" "$3"; then
		result 1 "$1" && return
		diag "/$2/ matches without it:" "$(grep -Em1 -e "$2" "$3")"
	elif ! grep -Eq -e "$2" "$4"; then
		result 1 "$1" && return
		diag "/$2/ does not match with it:" "$(tail -n 8 "$4")"
	else
		result 0 "$1"
	fi
}

# all_seen NAMES TESTED WHAT: passes if the two lists have the same names
all_seen() {
	printf '%s\n' $1 | sort >"$work/all"
	printf '%s\n' $2 | sort -u >"$work/some"
	[ "$(wc -l <"$work/all")" -ge 30 ]
	result $? "the tool lists its $3"
	is "$(comm -23 "$work/all" "$work/some" | tr '\n' ' ')" "" \
		"each of them is tested here"
	is "$(comm -13 "$work/all" "$work/some" | tr '\n' ' ')" "" \
		"and nothing else"
}
