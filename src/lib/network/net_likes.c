#include "network/net_likes.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/ip.h"
#include "network/net_types.h"

static bool case_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	(void)found;
	return f->value && !strcasecmp(a->want->text, f->value);
}

bool vt_net_glob(const char *patterns, const char *text)
{
	VT_AUTO_STRV struct vt_strv list = VT_STRV_INIT;
	vt_str_words(patterns, ", ", &list);
	for (size_t i = 0; text && i < list.n; i++)
		if (!fnmatch(list.v[i], text, 0))
			return true;
	return false;
}

static bool glob_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	(void)found;
	return vt_net_glob(a->want->text, f->value);
}

/* A number that is unknown has no value. */
static bool number_same(const struct vt_asked *a,
	const struct vt_found_field *f, struct vt_str *found)
{
	(void)found;
	return f->value && f->n == a->want->n;
}

static void yes_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "%s: %s", a->key->word, a->want->n ? "yes" : "no");
}

static void seconds_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "%s %" PRIu64 ".%02u s", a->key->word,
		a->want->n / 100, (unsigned)(a->want->n % 100));
}

/* A network, or an address without a prefix. */
static bool parse_network(const char *text, struct vt_ip *ip)
{
	if (!text || !vt_ip_parse(text, ip))
		return false;
	if (ip->prefix < 0)
		ip->prefix = vt_ip_bits(ip);
	vt_ip_network(ip);
	return true;
}

static bool ip_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	struct vt_ip want, is;
	(void)found;
	return parse_network(a->want->text, &want) &&
	       parse_network(f->value, &is) && vt_ip_same(&want, &is) &&
	       want.prefix == is.prefix;
}

static bool word_same(const char *a, const char *b)
{
	return !strcmp(a, b) || vt_ip_same_text(a, b);
}

static bool words_same(const struct vt_asked *a, const struct vt_found_field *f,
	struct vt_str *found)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT, is = VT_STRV_INIT;
	bool all = true;
	(void)found;
	vt_str_words(a->want->text, ", ", &want);
	vt_str_words(f->value, ", ", &is);
	for (size_t i = 0; i < want.n; i++) {
		bool has = false;
		for (size_t k = 0; k < is.n; k++)
			has |= word_same(want.v[i], is.v[k]);
		all &= has;
	}
	return all;
}

bool vt_net_allows(const struct vt_dev *d, int family)
{
	const struct vt_field *ra = vt_dev_field(d, "accept-ra");
	if (family == 4)
		return vt_dev_num(d, "dhcp4");
	return vt_dev_num(d, "dhcp6") || vt_dev_num(d, "slaac") || !ra || ra->n;
}

static void order_expected(const struct vt_asked *a, struct vt_str *out)
{
	vt_str_addf(out, "%s '%s', in this order", a->key->word, a->want->text);
}

static void finder_expected(const struct vt_asked *a, struct vt_str *out)
{
	bool addresses = !strcmp(a->key->word, "addresses");
	if (!strcmp(a->key->word, "others")) {
		vt_str_add(out, "no other interface is up as a bond, bridge or "
				"VLAN, or has an address");
		return;
	}
	if (vt_dev_is(a->d, VT_NET_CONFIG)) {
		vt_str_add(out, "no interface but lo has an address");
		return;
	}
	vt_str_addf(out, "%s '%s'", a->key->word, a->want->text);
	if (!strcmp(a->key->word, "gateways"))
		vt_str_add(out, ", and no others");
	if (addresses)
		vt_str_addf(out, "%s, and no others",
			vt_dev_num(a->d, "dhcp4") ? ", one by DHCP" : "");
}

const struct vt_likeness_row vt_net_likes[] = {
	[VT_NET_LIKE_TEXT] = {vt_like_text, vt_like_same_text},
	[VT_NET_LIKE_CASE] = {vt_like_text, case_same},
	[VT_NET_LIKE_GLOB] = {vt_like_text, glob_same},
	[VT_NET_LIKE_NUMBER] = {vt_like_number, number_same},
	[VT_NET_LIKE_YES] = {yes_expected, number_same},
	[VT_NET_LIKE_SECONDS] = {seconds_expected, number_same},
	[VT_NET_LIKE_IP] = {vt_like_text, ip_same},
	[VT_NET_LIKE_WORDS] = {vt_like_text, words_same},
	[VT_NET_LIKE_ORDER] = {order_expected, vt_like_finder},
	[VT_NET_LIKE_FINDER] = {finder_expected, vt_like_finder},
};
