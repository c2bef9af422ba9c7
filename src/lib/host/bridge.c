#include "host/bridge.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_bridge.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"

enum { MAX_BRIDGES = 1024 };

/* Any socket accepts the ioctls for network devices. */
static int open_control(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void set_name(struct ifreq *r, const char *name)
{
	*r = (struct ifreq){0};
	snprintf(r->ifr_name, sizeof(r->ifr_name), "%s", name);
}

/* The names of all bridges: none when the kernel has no bridge module. */
static void list(struct vt_strv *names)
{
	static int indices[MAX_BRIDGES];
	unsigned long args[3] = {
		BRCTL_GET_BRIDGES, (unsigned long)indices, MAX_BRIDGES};
	char name[IF_NAMESIZE];
	VT_AUTO_CLOSE int fd = open_control();
	int n = fd < 0 ? 0 : ioctl(fd, SIOCGIFBR, args);
	for (int i = 0; i < n; i++)
		if (if_indextoname((unsigned)indices[i], name))
			vt_strv_add(names, name);
	vt_strv_sort(names);
}

int vt_bridge_check(const char *name, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	list(&names);
	if (vt_strv_has(&names, name))
		return 0;
	for (size_t i = 0; i < names.n; i++)
		vt_str_item(&all, ", ", names.v[i]);
	/* a longer name would be truncated to that of another device */
	bool other = strlen(name) < IF_NAMESIZE && if_nametoindex(name);
	if (other)
		return vt_err_set(err, VT_HOST,
			"'%s' is not a Linux bridge (Open vSwitch bridges are "
			"not supported); bridges on this host: %s",
			name, names.n ? all.s : "none");
	return vt_err_set(err, VT_HOST,
		"bridge '%s' does not exist; bridges on this host: %s (to "
		"create one, run 'ip link add NAME type bridge')",
		name, names.n ? all.s : "none");
}

int vt_bridge_address(
	const char *name, struct in_addr *address, struct vt_err **err)
{
	struct ifaddrs *all;
	bool found = false;
	if (vt_bridge_check(name, err) < 0)
		return -1;
	if (getifaddrs(&all) < 0)
		return vt_err_errno(err, "cannot list network addresses");
	for (struct ifaddrs *a = all; a && !found; a = a->ifa_next) {
		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET ||
			strcmp(a->ifa_name, name))
			continue;
		const void *in = a->ifa_addr;
		*address = ((const struct sockaddr_in *)in)->sin_addr;
		found = true;
	}
	freeifaddrs(all);
	if (found)
		return 0;
	return vt_err_set(err, VT_HOST,
		"bridge '%s' has no IPv4 address for guests to reach this "
		"host: add one ('ip addr add ADDRESS/24 dev %s'), or set "
		"IP_ADDR to another address of this host",
		name, name);
}

/* A bridge drops frames larger than its MTU without an error. */
static int copy_mtu(int fd, const char *from, const char *to)
{
	struct ifreq r;
	set_name(&r, from);
	if (ioctl(fd, SIOCGIFMTU, &r) < 0)
		return -1;
	int mtu = r.ifr_mtu;
	set_name(&r, to);
	r.ifr_mtu = mtu;
	return ioctl(fd, SIOCSIFMTU, &r);
}

/* A bridge uses the lowest MAC address among its ports. Give this port a high
 * one, so that the bridge's address does not change with each guest. */
static int raise_address(int fd, const char *device)
{
	struct ifreq r;
	set_name(&r, device);
	if (ioctl(fd, SIOCGIFHWADDR, &r) < 0)
		return -1;
	r.ifr_hwaddr.sa_data[0] = (char)0xfe;
	return ioctl(fd, SIOCSIFHWADDR, &r);
}

static int add_port(int fd, const char *bridge, const char *device)
{
	struct ifreq r;
	set_name(&r, bridge);
	r.ifr_ifindex = (int)if_nametoindex(device);
	return ioctl(fd, SIOCBRADDIF, &r);
}

static int bring_up(int fd, const char *device)
{
	struct ifreq r;
	set_name(&r, device);
	if (ioctl(fd, SIOCGIFFLAGS, &r) < 0)
		return -1;
	r.ifr_flags = (short)(r.ifr_flags | IFF_UP);
	return ioctl(fd, SIOCSIFFLAGS, &r);
}

int vt_bridge_add(const char *name, const char *device)
{
	VT_AUTO_CLOSE int fd = open_control();
	if (fd < 0 || copy_mtu(fd, name, device) < 0 ||
		raise_address(fd, device) < 0 ||
		add_port(fd, name, device) < 0 || bring_up(fd, device) < 0)
		return -1;
	return 0;
}
