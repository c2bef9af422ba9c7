/* The address of the install phase's web server: where it listens, and where
 * the guest reaches it. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/settings.h"
#include "host/bridge.h"
#include "launch.h"

/* In QEMU's user-mode network, connections of the guest to the first address
 * reach the second one of the host. */
static const char user_mode_host[] = "10.0.2.2", loopback[] = "127.0.0.1";

static void set(char to[16], const char *address)
{
	snprintf(to, 16, "%s", address);
}

/* Whether this host has the address. */
static bool is_local(struct in_addr address)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = address};
	VT_AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

/* IP_ADDR is the address that the guest uses. If this host does not have it,
 * QEMU's user-mode network or a router forwards connections. */
static int by_setting(struct launch_address *a, struct vt_err **err)
{
	struct in_addr in;
	const char *address = vt_setting("IP_ADDR");
	if (!address || !*address)
		return 0;
	if (inet_pton(AF_INET, address, &in) != 1)
		return vt_err_set(err, VT_USAGE,
			"%s: '%s' is not an IPv4 address such as 192.168.1.1",
			vt_setting_source("IP_ADDR"), address);
	set(a->host, address);
	if (is_local(in))
		set(a->listen, address);
	return 0;
}

static int by_network(struct launch_address *a, const struct vt_machine *m,
	struct vt_err **err)
{
	const char *bridge = m->n_nics ? m->nics[0].bridge : NULL;
	struct in_addr in;
	if (bridge && vt_bridge_address(bridge, &in, err) < 0)
		return -1;
	if (bridge)
		inet_ntop(AF_INET, &in, a->listen, sizeof(a->listen));
	else
		set(a->listen, loopback);
	if (!*a->host)
		set(a->host, bridge ? a->listen : user_mode_host);
	return 0;
}

int launch_address(struct launch_address *a, const struct vt_machine *m,
	struct vt_err **err)
{
	long port;
	*a = (struct launch_address){0};
	if (vt_setting_int("HTTP_PORT", &port, err) < 0 ||
		by_setting(a, err) < 0)
		return -1;
	a->port = (uint16_t)port;
	return *a->listen ? 0 : by_network(a, m, err);
}
