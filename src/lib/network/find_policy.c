/* Routing rules in `ip -j rule`, of both families. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "network/ip.h"
#include "network/net_look.h"

static const char *of(const struct vt_dev *d)
{
	const char *from = vt_dev_text(d, "from");
	return from ? from : vt_dev_text(d, "to");
}

static bool is_six(const struct vt_dev *d)
{
	return of(d) && strchr(of(d), ':');
}

/* `src` and `srclen`; "all" is the network of all. Owned */
static char *network(const struct vt_dev *d, const json_t *rule,
	const char *key, const char *length)
{
	const char *text = vt_json_word(rule, key, "all");
	long long n = vt_net_int_of(rule, length);
	if (!strcmp(text, "all"))
		return vt_strdup(is_six(d) ? "::/0" : "0.0.0.0/0");
	return n < 0 ? vt_strdup(text) : vt_printf("%s/%lld", text, n);
}

static long long table_of(const json_t *rule)
{
	return vt_ip_table(vt_json_word(rule, "table", "main"));
}

/* "0x10", or a number, or -1 */
static long long number_of(const json_t *rule, const char *key)
{
	const char *text = vt_json_str(rule, key);
	char *end;
	if (!text)
		return vt_net_int_of(rule, key);
	unsigned long long n = strtoull(text, &end, 0);
	return end == text || n > UINT32_MAX ? -1 : (long long)n;
}

static bool same_network(const char *want, const char *is)
{
	struct vt_ip a, b;
	if (!vt_ip_parse(is, &b))
		return false;
	if (!want)
		return b.prefix == 0;
	if (!vt_ip_parse(want, &a))
		return false;
	a.prefix = a.prefix < 0 ? vt_ip_bits(&a) : a.prefix;
	b.prefix = b.prefix < 0 ? vt_ip_bits(&b) : b.prefix;
	vt_ip_network(&a);
	return vt_ip_same(&a, &b) && a.prefix == b.prefix;
}

static bool same_number(const struct vt_dev *d, const char *word, long long is)
{
	const struct vt_field *f = vt_dev_field(d, word);
	return f ? (long long)f->n == is : is <= 0;
}

/* The rule with the most of what is asked is the one that is meant, if it has
 * some of it. */
static int likeness(const struct vt_dev *d, const json_t *rule)
{
	const char *want_from = vt_dev_text(d, "from");
	const char *want_to = vt_dev_text(d, "to");
	VT_AUTO_FREE char *from = network(d, rule, "src", "srclen");
	VT_AUTO_FREE char *to = network(d, rule, "dst", "dstlen");
	bool same_from = same_network(want_from, from);
	bool same_to = same_network(want_to, to);
	bool own = (want_from && same_from) || (want_to && same_to);
	const struct vt_field *priority = vt_dev_field(d, "priority");
	bool same_priority =
		priority &&
		(long long)priority->n == vt_net_int_of(rule, "priority");
	if (!own && !same_priority)
		return 0;
	return 1 + 4 * same_from + 4 * same_to +
	       3 * same_number(d, "table", table_of(rule)) + 2 * same_priority +
	       same_number(d, "mark", number_of(rule, "fwmark")) +
	       same_number(d, "type-of-service", number_of(rule, "tos"));
}

static void add_number(struct vt_found *f, const char *word, long long n)
{
	vt_net_found(f, word, n < 0 ? NULL : vt_printf("%lld", n), (uint64_t)n);
}

void vt_find_policy(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const char *why = NULL;
	enum vt_net_json fact = is_six(d) ? VT_NET_RULES6 : VT_NET_RULES4;
	const json_t *list = vt_net_list(look, fact, &why), *rule;
	const json_t *best = NULL;
	size_t i;
	f->see = vt_net_fact_name(fact);
	if (!list) {
		vt_found_missing(f, "%s", why);
		return;
	}
	json_array_foreach (list, i, rule)
		if (likeness(d, rule) > (best ? likeness(d, best) : 0))
			best = rule;
	if (!best) {
		vt_found_missing(f, "no rule for %s", of(d) ? of(d) : d->id);
		return;
	}
	vt_net_found(f, "from", network(d, best, "src", "srclen"), 0);
	vt_net_found(f, "to", network(d, best, "dst", "dstlen"), 0);
	add_number(f, "table", table_of(best));
	add_number(f, "priority", vt_net_int_of(best, "priority"));
	add_number(f, "mark", number_of(best, "fwmark"));
	add_number(f, "type-of-service", number_of(best, "tos"));
}
