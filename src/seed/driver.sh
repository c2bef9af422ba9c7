root=/root
journal=/var/log/journal
limit=180 # seconds for each script

scripts=

say() {
	printf 'vt-seed: %s\n' "$*"
}

begin() {
	# not on the disk under test: it may be full
	tmp=$(mktemp -d /run/vt-seed.XXXXXX) || tmp=$(mktemp -d) || exit 1
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$out/vt-collect" || {
		say "cannot make '$out': nothing is collected"
		exit 1
	}
	cp -a "$root" "$out" >"$out/vt-collect/vt-seed.log" 2>&1 ||
		say "cannot copy all of /root"
	bound=
	! command -v timeout >/dev/null 2>&1 ||
		bound="timeout -k 10 $limit"
}

# step NAME INTERPRETER [ARGUMENT] <SCRIPT
step() {
	name=$1
	shift
	log=$out/vt-collect/$name.log
	cat >"$tmp/$name"
	started=$(date +%s)
	(cd / && exec $bound "$@" "$tmp/$name") </dev/null >"$log" 2>&1
	status=$?
	say "$name: exit status $status, $(($(date +%s) - started)) s"
	[ "$status" -eq 0 ] || tail -n 3 "$log"
	scripts="$scripts${scripts:+,}{\"name\":\"$name\",\"status\":$status}"
}

# What the journal holds so far. Its files are large and mostly empty.
take_journal() {
	[ -d "$journal" ] || return 0
	journalctl --sync
	journalctl --flush
	cp -a "$journal" "$out/var-log-journal" &&
		find "$out/var-log-journal" -name '*.journal' \
			-exec gzip -1 {} +
}

# Only files and directories leave the guest; links as a list of their type,
# name and target.
tidy() {
	rm -rf "$out/vt-sentinel.json"
	cd "$out" &&
		find . -type l -printf '%Y\t%P\t%l\n' -delete \
			>"$tmp/symlinks.txt" &&
		find . ! -type f ! -type d -delete &&
		cp "$tmp/symlinks.txt" .
}

wait_for_disk() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -e "$disk" ] || return 0
		sleep 1
	done
	say "there is no output disk '$disk'"
	return 1
}

# The sentinel comes last: without it the archive does not count.
archive() {
	mkdir "$tmp/end" &&
		printf '{"format":1,"scripts":[%s]}\n' "$scripts" \
			>"$tmp/end/vt-sentinel.json" || return
	tar --hard-dereference -cf "$disk" -C "$out" . \
		-C "$tmp/end" vt-sentinel.json 2>"$tmp/tar.log"
	# 1: a file changed while it was read
	[ $? -le 1 ] || {
		say "cannot write the archive to '$disk':"
		tail -n 3 "$tmp/tar.log"
		return 1
	}
	sync
}

finish() {
	take_journal >>"$out/vt-collect/vt-seed.log" 2>&1 ||
		say "cannot copy the journal"
	tidy && wait_for_disk && archive || {
		say "nothing complete was collected"
		exit 1
	}
	say "collected $(du -sk "$out" | cut -f1) KiB"
	exit 0
}
