# What the recipes of images have in common. Source it from a script that has set
# $here, the directory of the recipe:
#
#	. "$here/../recipe.sh"
#	begin DIRECTORY TOOL...
#	debian_archive
#	run COMMAND...
#	publish ITEM...
#
# A recipe builds in $tmp and moves what is complete to $out. It ends with make,
# and with it all that it has started. It fails with status 3.

suite=bookworm
PATH=$PATH:/usr/sbin:/sbin

fail() {
	echo "build.sh: $*" >&2
	exit 3
}

# begin DIRECTORY TOOL...: makes the directory, $out, and one for temporary
# files, $tmp, if the tools are there. From now on the output of the recipe goes
# to $out/build.log; the last lines of it are shown if the recipe fails.
begin() {
	out=$1
	shift
	for tool in "$@" flock; do
		command -v "$tool" >/dev/null ||
			fail "'$tool' is not installed: run 'make deps'"
	done
	mkdir -p "$out"
	out=$(cd "$out" && pwd)
	# Only one build at a time. Remove what a killed build has left.
	exec 9>"$out/.lock"
	flock 9
	exec 3>&2 >"$out/build.log" 2>&1
	rm -rf "$out"/.build.*
	tmp=$(mktemp -d "$out/.build.XXXXXX")
	trap end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# run COMMAND...: runs a long command as a job, in a session of its own, so that
# a signal to the recipe ends the job with all of its processes, and temporary
# files are removed.
job=
run() {
	exec 8<&0
	setsid "$@" <&8 3>&- 9>&- & # standard input of a job is /dev/null by default
	job=$!
	wait "$job"
	job=
}
end() {
	status=$?
	trap - EXIT INT TERM HUP
	if [ -n "$job" ]; then
		kill -TERM "-$job" 2>/dev/null || :
		wait "$job" 2>/dev/null || :
	fi
	rm -rf "$tmp"
	[ "$status" -eq 0 ] || tail -n 20 "$out/build.log" >&3
	exit "$status"
}

# debian_archive: writes $tmp/sources.list, the Debian archives in the apt
# configuration of this host, in either of its formats; sets http_proxy from it.
# Third-party repositories have another origin.
debian_archive() {
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	# shellcheck disable=SC2016 # $(REPO_URI) is for apt
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Identifier: Packages' 'Origin: Debian' 'Architecture: amd64' |
		grep " $suite" | sort -u |
		sed "s|^|deb [signed-by=$keyring] |" >"$tmp/sources.list"
	[ -s "$tmp/sources.list" ] ||
		fail "no Debian $suite in the apt sources of this host: add it and run 'apt-get update'"
	proxy=${apt_proxy:-$(apt-config dump | sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p')}
	[ -z "$proxy" ] || export http_proxy="$proxy"
}

# packages FILE: prints the packages in a list, separated by commas
packages() { sed 's/#.*//' "$1" | xargs | tr ' ' ','; }

# publish ITEM...: gives files in $tmp their place in $out
publish() {
	for item; do
		chmod 644 "$tmp/$item"
		mv "$tmp/$item" "$out/$item"
	done
}
