#!/bin/sh
# Devices other than disks and NICs, as the guest of the install phase sees them:
# memory, the memory reserved for crash dumps, processors, random numbers, the
# panic device.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq python3

# the micro guest as an image that vt-rules finds
mkdir -p "$work/bin" "$work/images/streams/v1" "$work/d/tests"
cp "$bin/vt-rules" "$work/bin/"
: >"$work/bin/vt-install"
cat >"$work/bin/vt-sync" <<'S'
#!/bin/sh
sep='['
for f in boot-kernel boot-initrd squashfs; do
	printf '%s{"product_name":"p","version_name":"1","item_name":"%s",
"ftype":"%s","path":"%s","sha256":"x"}' "$sep" $f $f $f
	sep=,
done
echo ']'
S
chmod +x "$work/bin/vt-sync" "$work/bin/vt-install"
cp "$guest/kernel" "$work/images/boot-kernel"
cp "$guest/initrd" "$work/images/boot-initrd"
truncate -s 1M "$work/images/squashfs"

cat >"$work/d/tests/one.yaml" <<'Y'
storage:
  version: 1
  config:
    - {id: sda, type: disk, serial: disk-a, ptable: gpt, wipe: superblock}
Y
definition() { # NAME LINE...
	name=$1
	shift
	{
		echo 'conf_file: tests/one.yaml'
		echo 'extra_kern_args: vt.do=machine,devices,success,poweroff'
		printf '%s\n' "$@"
	} >"$work/d/$name.yaml"
}
definition plain 'mem: 300' 'nr_cpus: 3'
definition crash 'mem: 300' 'crashdump: true' 'nr_cpus: 1'
definition set 'mem: 300' 'crashdump: true' 'nr_cpus: 3'

# machine NAME: its files, as vt-rules and vt-pack would have made them
machine() {
	VT_IMAGE_DIR="$work/images" VT_ACCEL=tcg \
		"$work/bin/vt-rules" -t "$work" "$work/d/$1.yaml" || return
	printf '#cloud-config\n' >"$work/$1/install/user-data"
	echo "instance-id: $1" >"$work/$1/install/meta-data"
}
machine plain
machine crash
(
	CURTIN_VMTEST_VMRAM=400
	CURTIN_VMTEST_NR_CPUS=2
	export CURTIN_VMTEST_VMRAM CURTIN_VMTEST_NR_CPUS
	machine set
)

says() { has "$work/$1/logs/install-serial.log" "$2" "$1: $3"; }
# memory NAME MIB RESERVED: what the kernel has for itself is below 100 MiB
memory() {
	sed -n 's/^machine: memory //p' "$work/$1/logs/install-serial.log" |
		tr -d '\r' | awk -v mib="$2" -v reserved="$3" '{
			used = mib - reserved - $1 / 1024
			print (used >= 0 && used < 100) ? "right" : used
		}' >"$work/memory"
	is "$(cat "$work/memory")" right \
		"$1: a guest of $2 MiB, $3 of them set aside"
}

several vt-launch plain crash set
for t in plain crash set; do
	exited $t 0
done
memory plain 300 0
memory crash 2348 192
memory set 2448 192
says plain 'devices: crash 0' 'nothing for a crash kernel'
says crash 'devices: crash 201326592' 'room for a crash kernel'
says plain 'machine: cpus 3' 'processors of the definition'
says crash 'machine: cpus 1' 'processors of the definition'
says set 'machine: cpus 2' 'processors of the setting'
says plain 'devices: rng virtio_rng.0 16 bytes' 'random numbers of virtio-rng'
says plain 'devices: pvpanic pvpanic-mmio' 'a panic is told'
for t in plain crash set; do
	is "$(grep -A1 '^mem:' "$work/$t/boot/vm.yaml" | tr '\n' ' ')" \
		"$(grep -A1 '^mem:' "$work/$t/install/vm.yaml" | tr '\n' ' ')" \
		"$t: the same in the boot"
done

done_testing
