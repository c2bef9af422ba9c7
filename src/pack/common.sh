
dir=
running=
late=

say() {
	printf '%s\n' "vt-pack: $name: $*" >&2
}

cleanup() {
	[ -z "$dir" ] || rm -rf "$dir"
	dir=
}

# A run's start and end: on the console, on a line of its own whatever stood
# before it, and over a port of the machine's where it has one, which the kernel
# does not write to. In the background: such a port may have no reader.
tell() {
	printf '\nvt-pack: %s: %s\n' "$name" "$1" >&2
	for port in /sys/class/virtio-ports/*; do
		case $(cat "$port/name" 2>/dev/null) in
		org.vt.installer)
			printf 'vt-pack: %s: %s\n' "$name" "$1" \
				>"/dev/${port##*/}" &
			;;
		esac
	done </dev/null >/dev/null 2>&1
}

end() {
	tell "exit status $1"
	exit "$1"
}

die() {
	say "$*"
	[ -z "$running" ] || end 3
	exit 3
}

need() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 ||
			die "'$tool' is needed here and not installed"
	done
}

trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A directory of our own where programs may run: /run and /dev/shm of many
# systems are mounted noexec. A colon would split it when it stands in PATH.
private_dir() {
	need mktemp chmod
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp /root /dev/shm; do
		case $base in
		*:*) continue ;;
		/*) ;;
		*) continue ;;
		esac
		dir=$(mktemp -d "$base/vt-pack.XXXXXX" 2>/dev/null) || continue
		try=$dir/try
		if printf '#!/bin/sh\nexit 0\n' 2>/dev/null >"$try" &&
			chmod 700 "$try" && "$try" 2>/dev/null; then
			rm -f "$try"
			return
		fi
		cleanup
	done
	die "no directory to unpack in: /tmp and /var/tmp are full, noexec or" \
		"read-only (set TMPDIR)"
}

# A config that names what only vt-launch knew is not in the archive: it goes
# to config/config.yaml below a directory.
write_config() {
	[ -z "$late" ] || {
		mkdir -p "$1/config" &&
			(umask 077 && config >"$1/config/config.yaml")
	} || die "cannot write the config to '$1': is it full?"
}
