#!/bin/sh
# A guest that does not start under KVM: vt-launch starts it again under TCG,
# unless --accel kvm was given. The cached result of the KVM probe is forged, so
# that QEMU is started with KVM. For a KVM without any console output, a QEMU
# that stays paused is used.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

[ -w /dev/kvm ] || skip_all 'no /dev/kvm to start with'
run vt-xkvm --accel kvm --timeout 1 --disk /dev/null
works=no
case $status in
3) has "$work/err" 'KVM does not work on this host' 'the probe says why' ;;
*) works=yes ;;
esac
mkdir -p "$XDG_CACHE_HOME/vt"
echo "$(cat /proc/sys/kernel/random/boot_id) 0" >"$XDG_CACHE_HOME/vt/kvm"

# fell_back NAME ERE: what is expected of auto
fell_back() {
	exited "$1" 0
	has "$work/$1.err" 'using KVM: it works' "$1: KVM, it says"
	has "$work/$1.err" 'kvm: .*; retrying with TCG' "$1: then TCG, it says"
	is "$(report "$1" install .accel)" tcg "$1: what it ended with"
	report "$1" install .retried >"$work/retried"
	has "$work/retried" "$2" "$1: recorded: $(cat "$work/retried")"
	is "$(report "$1" install '.times.kernel < 60')" true \
		"$1: within a minute"
}

if [ $works = no ]; then
	accel=auto install_dir real success,poweroff
	in_background vt-launch real
else
	skip 'a KVM that does not work' 'it works here'
fi

real=$(command -v qemu-system-x86_64)
mkdir "$work/paused"
cat >"$work/paused/qemu-system-x86_64" <<S
#!/bin/sh
n=\$#
while [ \$n -gt 0 ]; do
	case \$1 in kvm) set -- "\$@" tcg -S ;;
	host) set -- "\$@" max ;; *) set -- "\$@" "\$1" ;; esac
	shift && n=\$((n - 1))
done
exec $real "\$@"
S
chmod +x "$work/paused/qemu-system-x86_64"
PATH=$work/paused:$PATH
accel=auto install_dir silent success,poweroff
accel=kvm timeout=25 install_dir insists success,poweroff
several vt-launch silent insists
if [ $works = no ]; then
	wait "$bg"
	fell_back real '^kvm: (no console output for 20 s|QEMU )'
fi
fell_back silent '^kvm: no console output for 20 s$'
exited insists 4
hasnt "$work/insists.err" TCG '--accel kvm: never TCG'
is "$(report insists install .accel)" kvm '--accel kvm: what it ended with'
is "$(report insists install .retried)" null '--accel kvm: no second start'
done_testing
