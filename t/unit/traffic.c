/* traffic.h and pcapng_read.h, with a capture that is written here, and damaged
 * ones.
 */
#include "network/traffic.h"

#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "network/pcapng_read.h"

static char *path;
static struct vt_str file;

static void put(const void *data, size_t len)
{
	vt_str_addn(&file, data, len);
}
static void put32(uint32_t v)
{
	put(&v, 4);
}

static void block(uint32_t type, const void *body, size_t len)
{
	uint32_t padded = (uint32_t)(len + 3) & ~3u;
	put32(type);
	put32(padded + 12);
	put(body, len);
	put("\0\0\0", padded - len);
	put32(padded + 12);
}

static void section(void)
{
	block(0x0a0d0d0a,
		"\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16);
}

static void interface(const char *name)
{
	unsigned char body[64] = {1, 0, 0, 0, 0, 0, 4, 0, 2, 0};
	size_t n = strlen(name);
	body[10] = (unsigned char)n;
	memcpy(body + 12, name, n);
	block(1, body, 12 + ((n + 3) & ~3u) + 4);
}

static void frame(uint32_t port, const void *data, size_t len, size_t wire)
{
	unsigned char body[2048] = {0};
	uint32_t n = (uint32_t)len, w = (uint32_t)wire;
	memcpy(body, &port, 4);
	memcpy(body + 12, &n, 4);
	memcpy(body + 16, &w, 4);
	memcpy(body + 20, data, len);
	block(6, body, 20 + len);
}
#define FRAME(port, bytes)                                                     \
	frame(port, bytes, sizeof(bytes) - 1, sizeof(bytes) - 1)

#define GUEST "\x52\x54\0\x12\x34\x01"
#define ALL "\xff\xff\xff\xff\xff\xff"
#define IP4(protocol, from, to)                                                \
	"\x45\0\0\x28\0\0\0\0\x40" protocol "\0\0" from to
#define ME "\x0a\0\2\x0f"
#define GATEWAY "\x0a\0\2\2"
#define NOBODY "\0\0\0\0"
#define UDP(from, to) from to "\0\x08\0\0"
#define ARP(from, to) "\x08\x06\0\1\x08\0\6\4\0\1" GUEST from "\0\0\0\0\0\0" to
#define IP6(next, from)                                                        \
	"\x86\xdd\x60\0\0\0\0\x20" next "\xff" from                            \
	"\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\2"
#define LINK_LOCAL "\xfe\x80\0\0\0\0\0\0\x50\x54\0\xff\xfe\x12\x34\1"
#define NONE6 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void write_capture(void)
{
	section();
	interface("interface0");
	interface("peer0");
	FRAME(0, ALL GUEST "\x08\0" IP4("\x11", NOBODY, "\xff\xff\xff\xff")
			 UDP("\0\x44", "\0\x43"));
	FRAME(0, ALL GUEST ARP(ME, GATEWAY));
	FRAME(0, ALL GUEST ARP(ME, ME));
	FRAME(0, ALL GUEST
		"\x81\0\0\x0a" ARP("\xc0\xa8\x0a\5", "\xc0\xa8\x0a\1"));
	FRAME(0, "\x33\x33\0\0\0\2" GUEST IP6(
			 "\x3a", LINK_LOCAL) "\x85\0\0\0\0\0\0\0");
	FRAME(0, "\x33\x33\0\0\0\2" GUEST IP6(
			 "\x3a", NONE6) "\x87\0\0\0\0\0\0\0" LINK_LOCAL);
	FRAME(0, "\1\x80\xc2\0\0\2" GUEST "\x88\x09\1\1\1\x14\xff\xff"
		 "\x52\x54\0\x12\x34\1\0\x0f\0\xff\0\1\x3d\0\0\0\2\x14\xff\xff"
		 "\x52\x54\0\x99\x99\1\0\x0f\0\xff\0\1\x3d\0\0\0");
	FRAME(0, "\1\x80\xc2\0\0\0" GUEST "\0\x26\x42\x42\3\0\0\0\0\0");
	FRAME(1, GUEST "\x52\x54\0\x99\x99\1\x08\0" IP4("\x11", GATEWAY, ME)
			 UDP("\0\x43", "\0\x44"));
	frame(1,
		ALL GUEST
		"\x81\0\0\x14\x88\xa8\0\1\x08\0" IP4("\6", ME, GATEWAY),
		42, 9022);
	FRAME(0, ALL GUEST "\x81\0");
	/* as vt-wire fills a page */
	block(0x80767400, "", 0);
	FRAME(0, "short");
	vt_fs_write(path, file.s, file.len, 0600, NULL);
}

static void sees(void)
{
	VT_AUTO_TRAFFIC struct vt_traffic t = {0};
	is_int(vt_traffic_read(&t, path, NULL), 0, "the capture is read");
	const struct vt_traffic_port *p = vt_traffic_port(&t, "interface0");
	const struct vt_traffic_vlan *v = vt_traffic_vlan(p, 0);
	is_int((long long)p->frames, 10, "all frames of interface0 count");
	is_int((long long)v->frames, 5, "five of them have no tag and a type");
	ok(v->dhcp4 && !v->dhcp6 && !v->dhcp4_server, "it asks by DHCP");
	ok(v->router_solicitation && !v->router_advertisement,
		"and for a router");
	is_int((long long)v->sought.n, 2, "it looks for two addresses");
	is_str(v->sought.v[0], "10.0.2.2", "  of the gateway by ARP");
	is_str(v->sought.v[1], "fe80::5054:ff:fe12:3401", "  and its own");
	is_int((long long)v->addresses.n, 2, "it uses two");
	is_str(v->addresses.v[0], "10.0.2.15", "  of IPv4");
	is_str(v->addresses.v[1], "fe80::5054:ff:fe12:3401", "  and IPv6");
	is_str(v->macs.v[0], "52:54:00:12:34:01", "by its MAC");
	v = vt_traffic_vlan(p, 10);
	is_str(v->addresses.v[0], "192.168.10.5", "another in VLAN 10");
	is_int((long long)v->longest, 28, "whose payload is ARP's");
	ok(!vt_traffic_vlan(p, 20), "nothing in VLAN 20");
	is_int((long long)p->lacp.frames, 1, "one frame of LACP");
	is_str(p->lacp.partner, "52:54:00:99:99:01", "  with its partner");
	ok(p->lacp.in_sync && p->lacp.collecting && p->lacp.distributing &&
			!p->lacp.fast,
		"  in use, slow");
	is_int((long long)p->stp, 1, "and one of the spanning tree");
	p = vt_traffic_port(&t, "peer0");
	ok(vt_traffic_vlan(p, 0)->dhcp4_server, "the peer answers");
	is_int((long long)vt_traffic_vlan(p, 20)->longest, 9000,
		"the length is the frame's, not the capture's");
	ok(!t.cut && !vt_traffic_port(&t, "peer1"), "that is all");
}

static void is_status(size_t len, int status, bool cut, const char *what)
{
	VT_AUTO_TRAFFIC struct vt_traffic t = {0};
	struct vt_err *err = NULL;
	vt_fs_write(path, file.s, len, 0600, NULL);
	int rc = vt_traffic_read(&t, path, &err);
	is_int(rc < 0 ? (int)err->status : 0, status, what);
	ok(t.cut == cut, "  %s", cut ? "it has no end" : "and an end, or none");
	vt_err_free(err);
}

/* Each of its bytes changed, and cut anywhere: read, or an error. */
static void damaged(void)
{
	is_status(file.len, 0, false, "a whole file");
	is_status(file.len - 6, 0, true, "its writer was killed");
	is_status(0, VT_USAGE, false, "an empty file");
	is_status(20, VT_USAGE, false, "less than a head");
	file.s[8] ^= 1;
	is_status(file.len, VT_USAGE, false, "the other byte order");
	file.s[8] ^= 1;
	file.s[32] ^= 1;
	is_status(file.len, VT_FAILED, false, "a block of 1 byte more");
	file.s[32] ^= 1;
	srand(1);
	int n = 0;
	for (int i = 0; i < 10000; i++) {
		VT_AUTO_TRAFFIC struct vt_traffic t = {0};
		VT_AUTO_STR struct vt_str copy = VT_STR_INIT;
		vt_str_addn(&copy, file.s, file.len);
		for (int k = rand() % 4; k >= 0; k--)
			copy.s[(size_t)rand() % copy.len] = (char)rand();
		FILE *out = fopen(path, "w");
		size_t len = rand() % 4 ? copy.len : (size_t)rand() % copy.len;
		fwrite(copy.s, 1, len, out);
		fclose(out);
		n += vt_traffic_read(&t, path, NULL) == 0;
	}
	ok(n > 1000 && n < 10000, "10000 damaged files: %d are read", n);
}

static void is_bounded(void)
{
	VT_AUTO_TRAFFIC struct vt_traffic t = {0};
	t.ports = vt_calloc(1, sizeof(*t.ports));
	t.n = 1;
	for (unsigned i = 0; i < 1000000; i++) {
		unsigned char f[60] =
			ALL GUEST "\x81\0\0\0\x08\x06\0\1\x08\0\6\4\0\1";
		memcpy(f + 6, &i, 4);
		unsigned vlan = i < 1000 ? i : 1;
		f[14] = (unsigned char)(vlan >> 8);
		f[15] = (unsigned char)vlan;
		memcpy(f + 32, &i, 4);
		vt_traffic_frame(&t.ports[0], f, sizeof(f), sizeof(f));
	}
	is_int((long long)t.ports[0].frames, 1000000, "a flood is counted");
	is_int((long long)t.ports[0].n_vlans, VT_TRAFFIC_MAX,
		"VLANs are bounded");
	is_int((long long)t.ports[0].vlans[1].addresses.n, VT_TRAFFIC_MAX,
		"addresses are bounded");
}

int main(void)
{
	char dir[] = "/tmp/vt-traffic.XXXXXX";
	if (!mkdtemp(dir))
		abort();
	path = vt_fs_join(dir, "wire.pcapng");
	write_capture();
	sees();
	is_int(vt_traffic_read(&(struct vt_traffic){0}, "/dev/null/x", NULL),
		-1, "no capture");
	damaged();
	is_bounded();
	vt_fs_rmtree(dir, NULL);
	free(path);
	vt_str_free(&file);
	return done_testing();
}
