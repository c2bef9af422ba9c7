#!/bin/sh
# vt-launch DIR: the ways in which a guest of the install phase ends, and the
# verdict and cause of each.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

# everything that succeeds, in one guest
echo 'a published file' >"$work/published"
install_dir good \
	init,cloud,start,userdata,published,wrongtoken,machine,mark,success,poweroff \
	"publish: [{path: $work/published, as: pub/file}]"
# a disk of an earlier run must not be used again
mkdir "$work/good/disks"
printf 'OLD DATA' >"$work/good/disks/install_disk.img"
install_dir nosuccess init,cloud,start,userdata,poweroff
timeout=8 install_dir slow init,hang
install_dir failed init,start,fail,success,sleep5,sleep5,poweroff
install_dir ended init,start,exit3,poweroff
install_dir panic init,panic
install_dir reboot init,success,reboot
# without pvpanic's driver the console is all there is
install_dir quiet poweroff
install_dir cloudonly init,cloud,poweroff
# expected to fail: the phase is done, the report says how it was
install_dir expected init,start,fail,hang 'expected_failure: true'
# what a guest prints is data: escapes, NULs, a flood
install_dir noise esc,flood,success,poweroff
install_dir busy init,timer,hang
install_dir ticks init,ticks,hang
# disk images on a file system that fills up
full=
install_dir full init,fill,success,poweroff
if [ "$(id -u)" -eq 0 ] &&
	mount -t tmpfs -o size=20m tmpfs "$work/full" 2>/dev/null; then
	at_end() { umount "$work/full"; }
	install_dir full init,fill,success,poweroff
	full=full
fi
# shellcheck disable=SC2086
several vt-launch good nosuccess slow failed ended panic reboot quiet cloudonly \
	expected noise busy ticks $full

exited good 0
outcome good install poweroff
is "$(report good install .cause)" '' 'success has no cause'
is "$(cat "$work/good/install.done")" 'install: passed' 'stamp'
log=$work/good/logs/install-serial.log
has "$log" 'user-data: url: http://10\.0\.2\.2:[0-9]+/[^/]+/pub/file' \
	'user-data is served, PUBURL replaced'
has "$log" 'meta-data: instance-id: good' 'meta-data is served'
has "$log" 'vendor-data: 0 bytes' 'vendor-data is served, empty'
has "$log" "published: $(md5sum <"$work/published" | cut -d' ' -f1)" \
	'a published file is served'
has "$log" 'refused without the token' \
	'requests without the token are refused'
has "$log" 'machine: nic eth0 52:54:00:12:34:01' 'NIC with its address'
has "$log" "mark: before ''" 'the disk is fresh'
is "$(head -c 7 "$work/good/disks/install_disk.img")" VT-MARK \
	'the guest wrote to the disk'
is "$(stat -c %s "$work/good/disks/install_disk.img")" 67108864 'its size'
has "$log" '[Cc]ommand line: no_timer_check ds=nocloud-net;s=http' \
	'the datasource is the first kernel argument'
is "$(report good install '.times | keys_unsorted | join(" ")')" \
	'power_on kernel init cloud_init installer_start installer_end power_off' \
	'times of all marks' || report good install .times
is "$(report good install '[.times[]] == ([.times[]] | sort)')" true 'in order'
is "$(report good install '.format, .test, .phase, .exit, .accel' | tr '\n' ' ')" \
	'1 good install 0 tcg ' 'report'
is "$(report good install '.command[0]')" qemu-system-x86_64 'command'
has "$work/good.err" 'passed in [0-9.]+ s' 'the message says so'
is "$(find "$work/good" -name '.*' ! -name . | wc -l)" 0 'no temporary files'

exited nosuccess 1
outcome nosuccess install poweroff
cause nosuccess install 'during the installation'
ok 'no stamp' test ! -e "$work/nosuccess/install.done"
is "$(report nosuccess install '.context[-1]' | sed 's/.*] *//')" \
	'reboot: Power down' 'the report has the last console lines'
has "$work/nosuccess.err" '  \| .*Power down' 'they are printed'

exited failed 1
outcome failed install fatal-line
cause failed install 'Installation failed with exception: micro'
is "$(report failed install .rule.id)" installation-failed \
	'the rule that matched'
is "$(report failed install '.times.power_off - .rule.at < 5')" true \
	'ended within 5 s of the line'
exited ended 1
cause ended install "ended with 'vt-pack: micro: exit status 3', without"

exited panic 1
outcome panic install panic
cause panic install 'Kernel panic - not syncing'
exited reboot 1
outcome reboot install reboot
cause reboot install 'rebooted instead'

exited quiet 1
cause quiet install 'without fetching its user-data; .* no message of cloud-init'
exited slow 4
outcome slow install timeout
cause slow install 'timed out after 8 s.*has not fetched'
ok 'no stamp after a timeout' test ! -e "$work/slow/install.done"

exited expected 0
is "$(report expected install .exit)" 1 'the report has exit status 1'
is "$(cat "$work/expected/install.done")" 'install: failed as expected' stamp
cause cloudonly install 'another datasource, or none'

if [ -n "$full" ]; then
	exited full 3
	outcome full install host-fault
	cause full install 'host failed to write disk image.*No space left'
	ok 'no stamp' test ! -e "$work/full/install.done"
	ok 'the disk image was removed' \
		test ! -e "$work/full/disks/install_disk.img"
else
	skip 'full disk' 'mounting a tmpfs is not allowed here'
fi
exited noise 0
exited busy 3
outcome busy install host-fault
cause busy install 'the host is overloaded'
exited ticks 3
cause ticks install 'the host is overloaded .*timer wakeup'
has "$work/noise/logs/install-serial.log" 'red' 'raw log'

# through a link in curtin's tools/, like the reference's tools/launch: the
# options that are added to its command. The script in place of curtin only
# prints its arguments.
mkdir -p "$work/tree/bin" "$work/tree/tools" "$work/home"
cat >"$work/tree/bin/curtin" <<'SH'
#!/bin/sh
echo '#!/bin/sh'
echo "# asked: $*"
SH
chmod 755 "$work/tree/bin/curtin"
ln -s "$(command -v vt-launch)" "$work/tree/tools/launch"
echo 'a: 1' >"$work/c.yaml"
mkdir -p "$work/d" && echo 'a: 2' >"$work/d/c.yaml"
run env HOME="$work/home" http_proxy=http://proxy:3128 no_proxy=local \
	VT_APT_PROXY="http://apt's:3142" "$work/tree/tools/launch" --silent \
	--accel tcg --mem 256 --smp 1 --timeout 300 --no-reboot \
	--serial-log "$work/log" --kernel "$guest/kernel" \
	--initrd "$guest/initrd" --append vt.do=init,userdata,poweroff \
	-- curtin -vv install --config="$work/c.yaml" -c "$work/d/c.yaml" \
	cp://PUBURL/root
asked=$(sed -n 's/^user-data: .*# asked: \(.*\)/\1/p' "$work/log" | tr -d '\r')
is "$asked" "pack --add=config/c.yaml:$work/c.yaml --add=config/2-c.yaml:$work/d/c.yaml -- curtin --install-deps --set=proxy/http_proxy=http://proxy:3128 --set=proxy/no_proxy=local,10.0.2.2 -vv install --config=config/c.yaml -c config/2-c.yaml $(echo "$asked" | grep -o 'cp://http.*')" \
	'dependencies, proxies and configs of the command'
has "$work/log" "apt_proxy: http://apt's:3142" 'an apt proxy'
has "$work/log" 'user-data: .*password: passw0rd' 'a login'
run env HOME="$work/home" http_proxy=http://proxy:3128 \
	"$work/tree/tools/launch" --silent --accel tcg --mem 256 --smp 1 \
	--timeout 300 --no-reboot --no-install-deps --no-proxy-config --power on \
	--serial-log "$work/log" --kernel "$guest/kernel" \
	--initrd "$guest/initrd" --append vt.do=init,userdata,poweroff \
	-- curtin install
has "$work/log" 'asked: pack -- curtin install' \
	'--no-install-deps, --no-proxy-config: neither'
hasnt "$work/log" 'power_state' '--power on: no power off'

done_testing
