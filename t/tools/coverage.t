#!/bin/sh
# vt-rules --coverage: the statements of a config, the checks that answer them,
# and the reasons of the others.
. "$(dirname "$0")/rules-lib.sh"
coverage() { run "$work/bin/vt-rules" --coverage "$@"; }
# says TEXT: that a line holds
says() { grep -qF "$1" "$work/out"; }

cat >c.yaml <<'Y'
storage:
  version: 1
  config:
  - {id: d, type: disk, serial: d, ptable: gpt, model: x, odd: 1}
  - id: p
    type: partition
    device: d
    number: 1
    size: 3G
    preserve: false
    partition_type: linux
  - {id: f, type: format, fstype: ext4, volume: p, label: root, name: n}
  - {id: m, type: mount, device: f, path: /, options: noatime}
  - {id: v, type: lvm_volgroup, name: vg, devices: [d]}
swap: {size: 0, odd: [1, 2]}
network:
  version: 1
  config:
  - type: physical
    name: eth0
    subnets: [{type: dhcp}]
Y
sed -i '/type: lvm_volgroup/d' c.yaml
coverage c.yaml
status_is 0 "a config"
ok "a statement that a check answers" says \
	"c.yaml:8:13: partition p number: 'partition p number' on disk and facts"
ok "  on the disk alone" says "partition p size: 'partition p size' on disk"
ok "  by another check of the entry" says "mount m path: 'mount m fstab' on facts"
ok "one that nothing answers, and why" says "c.yaml:10:15: partition p preserve:\
 not answered: what was there before the installation is not recorded"
ok "  of version 2" says \
	"partition p partition_type: not answered: curtin reads it in version 2"
ok "a key that curtin does not know" says "disk d odd: not answered: curtin does"
ok "each scalar of a list is one" says "swap odd[1]: not answered"
ok "a network" says "physical eth0 name: 'physical eth0 name' on facts"
ok "  a subnet's type" says \
	"physical eth0 subnets[0].type: 'physical eth0 dhcp4' on facts"
is "$(grep -cE ' (id|type|device|model|version)(:|\[)' "$work/out")" 0 \
	"ids and references are none"
ok "the sum of a section" grep -q '^storage: [0-9]* of 12 statements' "$work/out"
ok "the sum" grep -q '^all: [0-9]* of 17 statements' "$work/out"
sed -i 's/fstype: ext4, volume: p,/& preserve: true,/' c.yaml
coverage c.yaml
ok "the label of what is kept" says "format f label: not answered: a ZFS root has \
none, a preserved file system keeps the one it has"
sed -i 's/fstype: ext4, volume: p, preserve: true,/fstype: ext4, volume: p,/' c.yaml
coverage --json c.yaml
is "$(python3 - "$work/out" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
t = d["tests"][0]
print(t["file"], t["statements"], len(t["list"]),
      t["answered"] == sum("check" in s for s in t["list"]),
      all(("check" in s) != ("reason" in s) for s in t["list"]),
      sum(s["statements"] for s in d["sums"].values()))
P
)" "c.yaml 17 17 True True 17" "as JSON: the same sums, a check or a reason each"

# whether a command of the config carries out the network config
commands() { # COMMAND ANSWER WHAT
	{
		sed '/^storage:/,/^swap:/d' c.yaml
		echo "network_commands: {builtin: null, x: [curtin, net-meta, $1]}"
	} >commands.yaml
	coverage commands.yaml
	ok "$3" says "physical eth0 name: $2"
}
commands disabled 'not answered: no network command runs net-meta for it' \
	"a network config that is not carried out"
commands custom "'physical eth0 name' on facts" "  one that is, by another command"

mkdir all && cp c.yaml all/good.yaml && echo 'storage: {version: 9, config: []}' \
	>all/bad.yaml
coverage all
status_is 0 "a directory"
ok "  a config that cannot be run is named" grep -q \
	'^all/bad.yaml: cannot be run: .*bad.yaml:1:20' "$work/out"
ok "  the others are counted" grep -q '^all: [0-9]* of 17' "$work/out"
coverage all/bad.yaml
status_is 2 "alone, it is an error"
printf 'storage: {version: 1, config: [{id: "a\\nb", type: disk, serial: s}]}\n' \
	>all/odd.yaml
coverage all/odd.yaml
ok "an id is one line" grep -q 'disk a?b serial: ' "$work/out"
coverage all/bad.yaml none.yaml
status_is 2 "a file that is missing"
run "$work/bin/vt-rules" --json c.yaml
status_is 2 "--json is of --coverage"

# the reasons are data of the rows: each statement has a check or a reason
mkdir both && cp "$top"/t/cases/*.yaml "$top"/examples/tests/*.yaml both
coverage --json both
is "$(python3 - "$work/out" <<'P'
import json, sys
print(sorted({s["statement"].split()[0] + " " + s["statement"].split()[-1]
              for t in json.load(open(sys.argv[1]))["tests"]
              for s in t.get("list", []) if "check" not in s and s["reason"] == "no check reads it"}))
P
)" "[]" "no statement is without a check or a reason of its own"
done_testing
