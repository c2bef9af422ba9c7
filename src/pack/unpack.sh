
# Functions of a script with an archive of vt-pack. $command, $members, $bytes
# and $sha256 describe the archive; payload() prints it, start() runs $command.

usage() {
	cat <<VT_USAGE
usage: sh FILE [info | list | check | extract DIR]
   or: vt-pack ... | sh -s [info | list | check | extract DIR]

Without an argument, unpacks and runs: $command
VT_USAGE
}

# Write the archive to $dir/payload, and compare its checksum.
decode() {
	need base64 sha256sum tar gzip
	private_dir
	payload >"$dir/payload" || die "cannot decode the payload into '$dir'"
	found=$(sha256sum <"$dir/payload")
	found=${found%% *}
	[ "$found" = "$sha256" ] ||
		die "damaged: the payload has sha256 $found, expected $sha256"
}

unpack() {
	tar -xpzf "$dir/payload" -C "$1" ||
		die "cannot unpack into '$1' (disk full?)"
	rm -f "$dir/payload"
}

info() {
	echo "name: $name"
	printf '%s\n' "command: $command"
	echo "members: $members"
	echo "bytes: $bytes"
	echo "sha256: $sha256"
}

extract() {
	mkdir -- "$1" || die "cannot create '$1': give the name of a new" \
		"directory"
	target=$(cd -- "$1" && pwd) || die "cannot enter '$1'"
	decode
	unpack "$target"
}

# Standard input is /dev/null: it may be this script, and there is no user who
# could answer questions.
run() {
	running=yes
	decode
	mkdir "$dir/files" && unpack "$dir/files"
	write_config "$dir/files"
	PATH=$dir/files/bin:$dir/files:$PATH
	export PATH
	report start
	(cd "$dir/files" && start) </dev/null
	end $?
}

main() {
	case $#:${1-} in
	0:) run ;;
	1:info) info ;;
	1:list) decode && tar -tzf "$dir/payload" ;;
	1:check) decode && echo "sha256 $sha256: ok" ;;
	2:extract) extract "$2" ;;
	*) usage >&2 && exit 2 ;;
	esac
	exit
}
