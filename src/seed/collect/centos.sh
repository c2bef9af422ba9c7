#!/bin/sh
# Collect facts about an installed CentOS. rpm writes to pipes, because SELinux
# does not allow it to write to these files.
out=OUTPUT_COLLECT_D
mkdir -p "$out" && cd "$out" || exit 1

rpm -qa | cat >rpm_qa
rpm -q --queryformat '%{VERSION}\n' cloud-init | cat >rpm_ci_version
rpm -E '%rhel' | cat >rpm_dist_version_major
for f in /etc/sysconfig/network-scripts /etc/centos-release; do
	[ ! -e "$f" ] || cp -a "$f" .
done
exit 0
