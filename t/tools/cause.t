#!/bin/sh
# The cause of failures, from the consoles of real ones (t/causes): what vt-launch
# says, and what the report and the result have, are the same; and runs that
# passed have none.
. "$(dirname "$0")/../lib.sh"
need jq python3
[ "$(uname -m)" = x86_64 ] || skip_all 'the script stands for an x86_64 QEMU'
mkdir "$work/fake"
ln -s "$top/t/tools/fake-qemu.py" "$work/fake/qemu-system-x86_64"
export PATH="$work/fake:$PATH" VT_TIMEOUT_SCALE=1 VT_TEST_HOST_MIB=100000 \
	XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work" FAKE_SECONDS=0
cd "$work" || exit 3
cp -r "$top/t/causes" causes
touch kernel image

# machine NAME: a test's directory; its config is causes/NAME.yaml, if there is one
machine() {
	mkdir -p "$1/install" "$1/logs"
	cat >"$1/install/vm.yaml" <<YAML
format: 1
test: $1
phase: install
arch: amd64
accel: tcg
mem: 16
timeout: 100
kernel: $work/kernel
initrd: $work/image
disks: [{path: disks/a.img, size: 1048576, serial: a}]
verdict: {success: 'curtin: Installation finished\\..*'}
YAML
	printf '#cloud-config\n' >"$1/install/user-data"
	echo "instance-id: $1" >"$1/install/meta-data"
	[ ! -e "causes/$1.yaml" ] || cat >"$1/install/pack.yaml" <<YAML
format: 1
test: $1
installer: {path: /x/curtin, kind: exe, name: curtin}
configs: [{path: $work/causes/$1.yaml}, {content: 'verbosity: 2'}]
command: [curtin, install]
YAML
}
# launch NAME COMMAND: its guest prints what the command prints
launch() {
	machine "$1"
	run env "FAKE_SAYS=$2" vt-launch "$1"
}
report() { jq -r "$2 // \"-\"" "$1/logs/install.json"; }

while IFS='	' read -r name at cause; do
	case $name in '#'* | '') continue ;; esac
	launch "$name" "cat causes/$name.log"
	case $at in -) end= ;; *)
		at=causes/$name.yaml:$at
		end=" ($at)"
		;;
	esac
	is "$(report "$name" .cause)" "$cause$end" "$name"
	is "$(report "$name" .at)" "$at" "  place: $at"
	case $cause in
	'') status_is 0 '  passed' ;;
	*)
		grep -qF "install: $cause$end (" err
		result $? '  as vt-launch says'
		is "$(jq -r .cause "$name/result.json")" \
			"install: $cause$end" '  and the result'
		;;
	esac
done <causes/expect.tsv
# a guest that is slow to say it, and one that never does
slow="sed '/Error:/,\$d' causes/python-module.log; sleep 1;
	sed -n '/Error:/,\$p' causes/python-module.log"
launch slow "$slow"
is "$(report slow .cause)" "ModuleNotFoundError: No module named 'nosuchmodule'" \
	'the end of a traceback, a second after its beginning'
launch cut "sed '/Error:/,\$d' causes/python-module.log"
report cut .cause >cut.cause
has cut.cause "^the guest printed '.*Traceback .*: cloud-init or the installer" \
	'a traceback that does not end is no cause'

# what is printed by runs that pass is no cause of anything else
for log in causes/pass-*.log; do
	name=$(basename "$log" .log)
	launch "$name-fails" "sed 's/exit status 0/exit status 3/' $log"
	is "$(report "$name-fails" .cause | sed "s/'vt-pack: [a-z-]*:/'/")" \
		"the installer ended with ' exit status 3', although it reported success" \
		"$name, with an exit status that nothing explains"
done
is "$(ls causes/*.log | wc -l)" "$(grep -c '^[^#]' causes/expect.tsv)" \
	'each log has its line'
done_testing
