# The functions of the script that collects facts in the guest. vt-seed puts
# before them $disk, the output disk, and $out, the directory for the facts, and
# after them the calls: boot_again if there are several boots, begin, a step for
# each script, finish.
root=/root
journal=/var/log/journal
per_boot=/var/lib/cloud/scripts/per-boot
cloud_cfg=/etc/cloud/cloud.cfg.d
boots=/var/lib/cloud/vt-boots # a line for each boot: its boot_id
limit=180 # timeout of each script in seconds

scripts= # results, as JSON

message() {
	printf 'vt-seed: %s\n' "$*"
}

begin() {
	# in /run, since the disk under test may be full
	tmp=$(mktemp -d /run/vt-seed.XXXXXX) || tmp=$(mktemp -d) || exit 1
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$out/vt-collect" || {
		message "cannot create '$out': no facts are collected"
		exit 1
	}
	[ ! -e "$boots" ] || echo "$(sort -u "$boots" | wc -l) boots" \
		>"$out/vt-collect/boots"
	cp -a "$root" "$out" >"$out/vt-collect/vt-seed.log" 2>&1 ||
		message "cannot copy all files of /root"
	with_timeout=
	! command -v timeout >/dev/null 2>&1 ||
		with_timeout="timeout -k 10 $limit"
}

# end poweroff|reboot: the machine does so when cloud-init has ended
end() {
	systemd-run --quiet --no-block -p After=cloud-final.service \
		systemctl "$1"
}

# Make cloud-init run this script at the next boot, too, and not configure the
# network any more.
prepare_boot() {
	mkdir -p "$per_boot" && cp "$0" "$per_boot/vt-collect" &&
		chmod 755 "$per_boot/vt-collect" &&
		echo 'network: {config: disabled}' >"$cloud_cfg/zz-vt-boots.cfg"
}

# boot_again N: reboot, if this is not the Nth boot
boot_again() {
	cat /proc/sys/kernel/random/boot_id >>"$boots"
	n=$(sort -u "$boots" | wc -l)
	message "boot $n of $1"
	[ "$n" -lt "$1" ] || {
		end poweroff
		return
	}
	prepare_boot && end reboot && exit 0
	message "cannot boot again: no facts are collected"
	end poweroff
	exit 1
}

# step NAME INTERPRETER [ARGUMENT] <SCRIPT: run a script, and record its status
step() {
	name=$1
	shift
	log=$out/vt-collect/$name.log
	cat >"$tmp/$name"
	started=$(date +%s)
	(cd / && exec $with_timeout "$@" "$tmp/$name") </dev/null >"$log" 2>&1
	status=$?
	message "$name: exit status $status, $(($(date +%s) - started)) s"
	[ "$status" -eq 0 ] || tail -n 3 "$log"
	scripts="$scripts${scripts:+,}{\"name\":\"$name\",\"status\":$status}"
}

# Copy the journal, compressed: its files are large and mostly empty.
copy_journal() {
	[ -d "$journal" ] || return 0
	journalctl --sync
	journalctl --flush
	cp -a "$journal" "$out/var-log-journal" &&
		find "$out/var-log-journal" -name '*.journal' \
			-exec gzip -1 {} +
}

# Remove everything except files and directories. Symbolic links are listed in
# symlinks.txt: the type of the target, the path, the target.
remove_special_files() {
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
	message "output disk '$disk' not found"
	return 1
}

# Write the archive to the output disk. Its last member is the sentinel, which
# shows that the archive is complete.
archive() {
	mkdir "$tmp/end" &&
		printf '{"format":1,"scripts":[%s]}\n' "$scripts" \
			>"$tmp/end/vt-sentinel.json" || return
	tar --hard-dereference -cf "$disk" -C "$out" . \
		-C "$tmp/end" vt-sentinel.json 2>"$tmp/tar.log"
	# status 1: a file changed while it was read
	[ $? -le 1 ] || {
		message "cannot write the archive to '$disk':"
		tail -n 3 "$tmp/tar.log"
		return 1
	}
	sync
}

finish() {
	copy_journal >>"$out/vt-collect/vt-seed.log" 2>&1 ||
		message "cannot copy the journal"
	remove_special_files && wait_for_disk && archive || {
		message "the collected facts are incomplete"
		exit 1
	}
	message "collected $(du -sk "$out" | cut -f1) KiB"
	exit 0
}
