# For tests of what keys and settings do: one test definition goes through the
# real tools, each of which shows what it would do, and no machine starts.
# Source it in place of rules-lib.sh.
. "$(dirname "$0")/rules-lib.sh"

# view WHAT...: what a person can look at, of the test k below $T
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

# look VIEW LINES...: the view of a definition with these lines; of two for a
# key the later one counts
look() {
	look_at=$1
	shift
	rm -rf "$T" "$work/bin/asked"
	printf '%s\n' 'conf_file: tests/c.yaml' "$@" | awk -F: '
		/^[a-z_]+:/ { last[$1] = NR } { line[NR] = $0; key[NR] = $1 }
		END { for (i = 1; i <= NR; i++)
			if (!(key[i] in last) || last[key[i]] == i)
				print line[i] }' >k.yaml
	# a list of several tests has no test k
	case $look_at in
	list* | count | topdir) ;;
	*) "$work/bin/vt-rules" -t "$T" k.yaml || return ;;
	esac
	# shellcheck disable=SC2086
	${viewer:-view} $look_at
}

# seen NAME ERE BEFORE AFTER: text that only the second file has; the first one
# alone, when the ERE begins with "!"
seen() {
	case $2 in
	!*)
		seen "$1" "${2#!}" "$4" "$3"
		return
		;;
	esac
	if grep -Eq -e "$2" "$3"; then
		result 1 "$1" && return
		diag "/$2/ is there without it:" "$(grep -Em1 -e "$2" "$3")"
	elif ! grep -Eq -e "$2" "$4"; then
		result 1 "$1" && return
		diag "/$2/ is not there with it:" "$(tail -n 8 "$4")"
	else
		result 0 "$1"
	fi
}

# all_seen ALL SEEN WHAT: no name of the first list is without a row
all_seen() {
	printf '%s\n' $1 | sort >"$work/all"
	printf '%s\n' $2 | sort -u >"$work/some"
	[ "$(wc -l <"$work/all")" -ge 30 ]
	result $? "the tool names its $3"
	is "$(comm -23 "$work/all" "$work/some" | tr '\n' ' ')" "" \
		"each of them has a row here"
	is "$(comm -13 "$work/all" "$work/some" | tr '\n' ' ')" "" \
		"and each row is of one"
}
