
usage() {
	cat <<VT_USAGE
usage: sh FILE [info | list | check | extract DIR]
   or: vt-pack ... | sh -s [info | list | check | extract DIR]

Without an argument, unpacks and runs: $command
VT_USAGE
}

# $dir/payload: the archive, when it is what was packed.
checked() {
	need base64 sha256sum tar gzip
	private_dir
	payload >"$dir/payload" || die "cannot decode the payload into '$dir'"
	found=$(sha256sum <"$dir/payload")
	found=${found%% *}
	[ "$found" = "$sha256" ] ||
		die "damaged: the payload's sha256 is $found, not $sha256"
}

unpack() {
	tar -xpzf "$dir/payload" -C "$1" ||
		die "cannot unpack into '$1': is it full?"
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
	mkdir -- "$1" || die "'$1' has to be a new directory"
	target=$(cd -- "$1" && pwd) || die "cannot enter '$1'"
	checked
	unpack "$target"
}

# Nobody is there to answer, and standard input may be this script.
run() {
	running=yes
	checked
	mkdir "$dir/files" && unpack "$dir/files"
	write_config "$dir/files"
	PATH=$dir/files/bin:$dir/files:$PATH
	export PATH
	tell start
	(cd "$dir/files" && start) </dev/null
	end $?
}

main() {
	case $#:${1-} in
	0:) run ;;
	1:info) info ;;
	1:list) checked && tar -tzf "$dir/payload" ;;
	1:check) checked && echo "sha256 $sha256: as packed" ;;
	2:extract) extract "$2" ;;
	*) usage >&2 && exit 2 ;;
	esac
	exit
}
