#include "network/ip.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"

int vt_ip_bits(const struct vt_ip *ip)
{
	return ip->family == 6 ? 128 : 32;
}

static bool parse_address(const char *text, struct vt_ip *ip)
{
	*ip = (struct vt_ip){.prefix = -1};
	if (inet_pton(AF_INET, text, ip->bytes) == 1)
		ip->family = 4;
	else if (inet_pton(AF_INET6, text, ip->bytes) == 1)
		ip->family = 6;
	return ip->family;
}

static bool bit(const struct vt_ip *ip, int i)
{
	return ip->bytes[i / 8] >> (7 - i % 8) & 1;
}

/* The number of ones at the start, if only zeros follow; else -1. */
static int ones(const struct vt_ip *mask)
{
	int n = 0, bits = vt_ip_bits(mask);
	while (n < bits && bit(mask, n))
		n++;
	for (int i = n; i < bits; i++)
		if (bit(mask, i))
			return -1;
	return n;
}

int vt_ip_mask(const char *text, int family)
{
	struct vt_ip mask;
	long n;
	if (vt_parse_int(text, 0, family == 6 ? 128 : 32, &n, NULL) == 0)
		return (int)n;
	return parse_address(text, &mask) && mask.family == family ? ones(&mask)
								   : -1;
}

bool vt_ip_parse(const char *text, struct vt_ip *ip)
{
	const char *slash = strchr(text, '/');
	VT_AUTO_FREE char *address =
		vt_strndup(text, slash ? (size_t)(slash - text) : strlen(text));
	if (!parse_address(address, ip))
		return false;
	if (!slash)
		return true;
	ip->prefix = vt_ip_mask(slash + 1, ip->family);
	return ip->prefix >= 0;
}

void vt_ip_network(struct vt_ip *ip)
{
	for (int i = ip->prefix; i >= 0 && i < vt_ip_bits(ip); i++)
		ip->bytes[i / 8] &= (unsigned char)~(1 << (7 - i % 8));
}

bool vt_ip_same(const struct vt_ip *a, const struct vt_ip *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, (size_t)vt_ip_bits(a) / 8);
}

bool vt_ip_same_text(const char *a, const char *b)
{
	struct vt_ip x, y;
	return a && b && vt_ip_parse(a, &x) && vt_ip_parse(b, &y) &&
	       vt_ip_same(&x, &y);
}

bool vt_ip_contains(const struct vt_ip *net, const struct vt_ip *ip)
{
	struct vt_ip a = *net, b = *ip;
	b.prefix = a.prefix;
	vt_ip_network(&a);
	vt_ip_network(&b);
	return vt_ip_same(&a, &b);
}

bool vt_ip_is_local(const struct vt_ip *ip)
{
	return ip->family == 6
		       ? ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80
		       : ip->bytes[0] == 169 && ip->bytes[1] == 254;
}

long long vt_ip_table(const char *text)
{
	static const struct {
		const char *name;
		long long number;
	} tables[] = {
		{"default", 253}, {"main", VT_IP_MAIN_TABLE}, {"local", 255}};
	long n;
	for (size_t i = 0; i < VT_COUNT(tables); i++)
		if (!strcmp(tables[i].name, text))
			return tables[i].number;
	return vt_parse_int(text, 0, UINT32_MAX, &n, NULL) == 0 ? n : -1;
}

char *vt_ip_address(const struct vt_ip *ip)
{
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(ip->family == 6 ? AF_INET6 : AF_INET, ip->bytes, text,
		sizeof(text));
	return vt_strdup(text);
}

char *vt_ip_text(const struct vt_ip *ip)
{
	VT_AUTO_FREE char *address = vt_ip_address(ip);
	return ip->prefix < 0 ? vt_strdup(address)
			      : vt_printf("%s/%d", address, ip->prefix);
}
