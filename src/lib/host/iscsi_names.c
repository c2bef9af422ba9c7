/* Parses the portals and accounts of settings and vm.yaml. */
#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "host/iscsi.h"

static bool is_loopback(const char *host)
{
	return vt_str_starts(host, "127.") || !strcmp(host, "localhost");
}

static bool is_name(const char *host)
{
	size_t n = strlen(host);
	const char *ok = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.-";
	return n > 0 && n < 254 && strspn(host, ok) == n && *host != '-' &&
	       *host != '.';
}

/* In QEMU's user-mode network, these addresses reach the host's loopback. */
static char *guest_address(const char *host, bool v6)
{
	if (v6)
		return strcmp(host, "::1") ? vt_printf("[%s]", host)
					   : vt_strdup("[fec0::2]");
	return vt_strdup(is_loopback(host) ? "10.0.2.2" : host);
}

int vt_iscsi_portal(
	const char *text, struct vt_iscsi_portal *out, struct vt_err **err)
{
	struct in6_addr addr;
	const char *colon = strrchr(text, ':');
	bool v6 = *text == '[';
	if (!colon || (v6 && (colon == text || colon[-1] != ']')))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not HOST:PORT, ADDRESS:PORT or "
			"[ADDRESS]:PORT",
			text);
	VT_AUTO_FREE char *host =
		v6 ? vt_strndup(text + 1, (size_t)(colon - text) - 2)
		   : vt_strndup(text, (size_t)(colon - text));
	if (v6 && inet_pton(AF_INET6, host, &addr) != 1)
		return vt_err_set(err, VT_USAGE,
			"'%s': '%s' is not an IPv6 address", text, host);
	if (!v6 && strchr(host, ':'))
		return vt_err_set(err, VT_USAGE,
			"'%s': write an IPv6 address in brackets, as in "
			"[::1]:3260",
			text);
	if (!v6 && strspn(host, "0123456789.") == strlen(host) &&
		inet_pton(AF_INET, host, &addr) != 1)
		return vt_err_set(err, VT_USAGE,
			"'%s': '%s' is not an IPv4 address", text, host);
	if (!v6 && !is_name(host))
		return vt_err_set(err, VT_USAGE,
			"'%s': '%s' is not a host name", text, host);
	if (vt_parse_int(colon + 1, 1, 65535, &out->port, err) < 0)
		return vt_err_wrap(err, "'%s': port", text);
	out->guest = guest_address(host, v6);
	return 0;
}

/* Whether tgtadm, an RFC 4173 URI and YAML all take it without quoting. */
static bool is_plain(const char *s)
{
	const char *ok = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789._+=/!%^~-";
	size_t n = strlen(s);
	return n > 0 && n < 256 && strspn(s, ok) == n;
}

int vt_iscsi_account(
	const char *text, struct vt_iscsi_account *out, struct vt_err **err)
{
	const char *colon = strchr(text, ':');
	*out = (struct vt_iscsi_account){0};
	if (!colon)
		return vt_err_set(
			err, VT_USAGE, "the value must be USER:PASSWORD");
	VT_AUTO_FREE char *user = vt_strndup(text, (size_t)(colon - text));
	if (!is_plain(user) || !is_plain(colon + 1))
		return vt_err_set(err, VT_USAGE,
			"the value must be USER:PASSWORD, of letters, digits "
			"and ._+=/!%%^~-");
	out->user = vt_strdup(user);
	out->password = vt_strdup(colon + 1);
	return 0;
}
