#!/bin/sh
# The installer reports its end over the virtio-serial port, while the console
# shows nothing of it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

cat >"$work/inst" <<'S'
#!/bin/sh
exit $(cat "$0.status" 2>/dev/null || echo 0)
S
chmod +x "$work/inst"
verdict() { # NAME: success is what vt-pack's script says
	sed -i "s/success: .*/success: 'vt-pack: inst: exit status 0'/" \
		"$work/$1/install/vm.yaml"
	vt-pack --installer "$work/inst" -- "$2" >"$work/$1/install/user-data"
}
install_dir told init,runmute,poweroff
verdict told inst
install_dir failed init,runmute,poweroff
verdict failed false
# what a guest says there is data, too
install_dir flood init,start,floodport,success,poweroff
install_dir run init,run,success,poweroff
verdict run inst
several vt-launch told failed flood run
exited told 0
hasnt "$work/told/logs/install-serial.log" 'vt-pack: ' 'the console is mute'
is "$(report told install '.channel | join("; ")')" \
	'vt-pack: inst: start; vt-pack: inst: exit status 0' 'start and end'
is "$(report told install '.times | .installer_start <= .installer_end')" \
	true 'are marks'
exited failed 1
cause failed install "ended with 'vt-pack: inst: exit status 1'"

exited flood 0
has "$work/flood/logs/install-serial.log" 'micro: port org.vt.installer' \
	'a flood of the port'
ok '  and of that for the journal, which is kept' \
	test "$(stat -c %s "$work/flood/logs/install-journal.log")" -gt 2999999
is "$(report flood install '.channel | length < 21 and (tostring | length < 20000)')" \
	true 'is bounded'
# over both, the first counts
exited run 0
has "$work/run/logs/install-serial.log" 'vt-pack: inst: start' 'on the console'
is "$(report run install '.channel | length')" 2 'and over the port'
done_testing
