
# Functions of every packed script. $name is the installer's name.

dir=             # private directory, removed at the end
running=         # set while the installer is run
separate_config= # set if the config is not in the archive; see config()

message() {
	printf '%s\n' "vt-pack: $name: $*" >&2
}

cleanup() {
	[ -z "$dir" ] || rm -rf "$dir"
	dir=
}

# Report the start or the end of a run: on the console, always on a new line,
# and over the virtio-serial port of the machine, if it has one, to which the
# kernel does not write. In the background, because a write to a port without a
# reader would block.
report() {
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
	report "exit status $1"
	exit "$1"
}

die() {
	message "$*"
	[ -z "$running" ] || end 3
	exit 3
}

need() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 ||
			die "'$tool' is required, but not installed"
	done
}

trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Create a private directory in which programs can be executed: on many systems
# /run and /dev/shm are mounted noexec. It must not contain a colon, because it
# is added to PATH.
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
		"read-only; set TMPDIR"
}

# Write a config that is not in the archive to DIR/config/config.yaml. This is
# one with markers, which vt-launch has replaced in this script.
write_config() {
	[ -z "$separate_config" ] || {
		mkdir -p "$1/config" &&
			(umask 077 && config >"$1/config/config.yaml")
	} || die "cannot write the config to '$1' (disk full?)"
}
