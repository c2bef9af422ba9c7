/* Parameters of bonds and bridges: netplan's names, and those of ifenslave and
 * bridge-utils, which version 1 has. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_reader.h"

/* In the order of their numbers in the kernel. */
static const char *const modes[] = {"balance-rr", "active-backup",
	"balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
	NULL};
static const char *const rates[] = {"slow", "fast", NULL};
static const char *const hashes[] = {"layer2", "layer3+4", "layer2+3",
	"encap2+3", "encap3+4", "vlan+srcmac", NULL};
static const char *const selects[] = {"stable", "bandwidth", "count", NULL};
static const char *const validates[] = {"none", "active", "backup", "all",
	"filter", "filter_active", "filter_backup", NULL};
static const char *const targets[] = {"any", "all", NULL};
static const char *const reselects[] = {"always", "better", "failure", NULL};
static const char *const policies[] = {"none", "active", "follow", NULL};

enum unit { MS, SECONDS };

struct param {
	struct vt_net_key key; /* its word: netplan's */
	const char *other[3];  /* other words, without prefix */
	enum unit unit;
	bool time;
	/* NULL, or reads it instead */
	int (*read)(struct vt_net_reader *r, const struct param *p,
		const struct vt_node *n, struct vt_err **err);
};

/* The word without `bond-` or `bridge-`, with dashes; owned */
static char *plain(const char *word, const char *prefix)
{
	VT_AUTO_FREE char *dashed = vt_strdup(word);
	for (char *c = dashed; *c; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	size_t n = strlen(prefix);
	return vt_strdup(vt_str_starts(dashed, prefix) ? dashed + n : dashed);
}

static const struct param *find(const struct param *params, const char *word)
{
	for (; params->key.word; params++) {
		if (!strcmp(params->key.word, word))
			return params;
		for (size_t i = 0; i < VT_COUNT(params->other); i++)
			if (vt_str_eq(params->other[i], word))
				return params;
	}
	return NULL;
}

/* "100", "100ms", "1s", "1.5": in milliseconds, or hundredths of a second */
static int read_time(struct vt_net_reader *r, const struct param *p,
	const struct vt_node *n, struct vt_err **err)
{
	const char *text;
	char *end;
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	double v = strtod(text, &end);
	double unit = p->unit == MS ? 1 : 1000;
	if (!strcmp(end, "ms"))
		unit = 1;
	else if (!strcmp(end, "s"))
		unit = 1000;
	else if (*end)
		end = (char *)text;
	if (end == text || !(v >= 0 && v * unit <= UINT32_MAX))
		return vt_node_err(
			n, err, "%s '%s' is not a time", p->key.word, text);
	v = v * unit / (p->unit == MS ? 1 : 10);
	vt_net_set(r, r->d, p->key.to, NULL, (uint64_t)(v + 0.5), n);
	return 0;
}

static int read_one(struct vt_net_reader *r, const struct param *p,
	const struct vt_node *n, struct vt_err **err)
{
	bool null = vt_node_is_null(n);
	if (p->read && !null)
		return p->read(r, p, n, err);
	if (p->time && !null)
		return read_time(r, p, n, err);
	return vt_net_value(r, &p->key, n, err);
}

static int read_params(struct vt_net_reader *r, const struct param *params,
	const char *prefix, const struct vt_node *map, struct vt_err **err)
{
	for (size_t i = 0; r->d && i < map->n; i++) {
		VT_AUTO_FREE char *word = plain(map->keys[i]->text, prefix);
		const struct param *p = find(params, word);
		if (p && read_one(r, p, map->items[i], err) < 0)
			return -1;
	}
	return 0;
}

/* A list, or words separated by commas or spaces */
static int read_targets(struct vt_net_reader *r, const struct param *p,
	const struct vt_node *n, struct vt_err **err)
{
	size_t count = n->kind == VT_SEQ ? n->n : 1;
	for (size_t i = 0; i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SEQ ? n->items[i] : n;
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		const char *text;
		if (vt_node_string_only(item, p->key.word, &text, err) < 0)
			return -1;
		vt_str_words(text, ", ", &words);
		for (size_t k = 0; k < words.n; k++)
			vt_net_item(r, r->d, p->key.to,
				vt_graph_own(r->g, vt_strdup(words.v[k])),
				item);
	}
	return 0;
}

/* {eth1: 50}, or ["eth1 50"], or "eth1 50" */
static int read_ports(struct vt_net_reader *r, const struct param *p,
	const struct vt_node *n, struct vt_err **err)
{
	size_t count = n->kind == VT_SCALAR ? 1 : n->n;
	for (size_t i = 0; i < count; i++) {
		const struct vt_node *item =
			n->kind == VT_SCALAR ? n : n->items[i];
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		const char *text;
		long cost;
		if (vt_node_str(item, &text, err) < 0)
			return -1;
		if (n->kind == VT_MAP)
			vt_strv_add(&words, n->keys[i]->text);
		vt_str_words(text, " ", &words);
		if (words.n != 2 || vt_parse_int(words.v[1], 0, UINT32_MAX,
					    &cost, NULL) < 0)
			return vt_node_err(item, err,
				"%s '%s' is not a port and a number",
				p->key.word, text);
		vt_net_item(r, r->d, p->key.to,
			vt_graph_own(
				r->g, vt_printf("%s %ld", words.v[0], cost)),
			item);
	}
	return 0;
}

/* An address, or the port that has it. */
static int read_hw(struct vt_net_reader *r, const struct param *p,
	const struct vt_node *n, struct vt_err **err)
{
	const char *text;
	if (vt_node_str(n, &text, err) < 0)
		return -1;
	if (strchr(text, ':'))
		vt_net_set(r, r->d, p->key.to, text, 0, n);
	else
		vt_net_unseen(r, n, "the port's address need not be known");
	return 0;
}

#define PARAM(name, kind_, to_, ...)                                           \
	{                                                                      \
		.key = {.word = name, .kind = VT_NET_##kind_, .to = to_},      \
		__VA_ARGS__                                                    \
	}
#define CHOICE(name, to_, list, ...)                                           \
	{                                                                      \
		.key = {.word = name,                                          \
			.kind = VT_NET_CHOICE,                                 \
			.to = to_,                                             \
			.choices = list,                                       \
			.numbered = true},                                     \
		__VA_ARGS__                                                    \
	}
#define UNSEEN(name, reason, ...)                                              \
	{                                                                      \
		.key = {.word = name, .kind = VT_NET_ANY, .why = reason},      \
		__VA_ARGS__                                                    \
	}
#define OTHER(...) .other = {__VA_ARGS__}
#define TIME(u) .time = true, .unit = u
#define LAST                                                                   \
	{                                                                      \
		.key = {.word = NULL }                                         \
	}

int vt_net_bond_params(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	static const struct param params[] = {CHOICE("mode", "mode", modes),
		PARAM("mii-monitor-interval", INT, "miimon", OTHER("miimon"),
			TIME(MS)),
		PARAM("up-delay", INT, "updelay", OTHER("updelay"), TIME(MS)),
		PARAM("down-delay", INT, "downdelay", OTHER("downdelay"),
			TIME(MS)),
		PARAM("peer-notif-delay", INT, "peer-notif-delay", TIME(MS)),
		PARAM("arp-interval", INT, "arp-interval", TIME(MS)),
		PARAM("arp-ip-targets", ANY, "arp-ip-targets",
			OTHER("arp-ip-target"), .read = read_targets),
		CHOICE("arp-validate", "arp-validate", validates),
		CHOICE("arp-all-targets", "arp-all-targets", targets),
		PARAM("primary", STRING, "primary"),
		CHOICE("primary-reselect-policy", "primary-reselect", reselects,
			OTHER("primary-reselect")),
		CHOICE("fail-over-mac-policy", "fail-over-mac", policies,
			OTHER("fail-over-mac")),
		CHOICE("transmit-hash-policy", "xmit-hash-policy", hashes,
			OTHER("xmit-hash-policy")),
		CHOICE("lacp-rate", "lacp-rate", rates),
		CHOICE("ad-select", "ad-select", selects),
		PARAM("min-links", INT, "min-links"),
		PARAM("gratuitous-arp", INT, "num-peer-notif",
			OTHER("gratuitious-arp", "num-grat-arp",
				"num-unsol-na")),
		PARAM("resend-igmp", INT, "resend-igmp"),
		PARAM("learn-packet-interval", INT, "lp-interval",
			OTHER("lp-interval")),
		PARAM("packets-per-member", INT, "packets-per-slave",
			OTHER("packets-per-slave")),
		PARAM("all-members-active", BOOL, "all-slaves-active",
			OTHER("all-slaves-active")),
		PARAM("tlb-dynamic-lb", BOOL, "tlb-dynamic-lb"),
		UNSEEN("slaves", "the list of interfaces says it",
			OTHER("members")),
		UNSEEN("use-carrier", "newer kernels do not have it"), LAST};
	(void)key;
	return read_params(r, params, "bond-", n, err);
}

#define WAITS "it is how long ifupdown waits for ports, and leaves no trace"

int vt_net_bridge_params(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err)
{
	static const struct param params[] = {PARAM("stp", BOOL, "stp"),
		PARAM("priority", INT, "priority", OTHER("bridgeprio")),
		PARAM("ageing-time", INT, "ageing-time",
			OTHER("ageing", "aging-time"), TIME(SECONDS)),
		PARAM("forward-delay", INT, "forward-delay", OTHER("fd"),
			TIME(SECONDS)),
		PARAM("hello-time", INT, "hello-time", OTHER("hello"),
			TIME(SECONDS)),
		PARAM("max-age", INT, "max-age", OTHER("maxage"),
			TIME(SECONDS)),
		PARAM("path-cost", ANY, "path-cost", OTHER("pathcost"),
			.read = read_ports),
		PARAM("port-priority", ANY, "port-priority", OTHER("portprio"),
			.read = read_ports),
		PARAM("hw", ANY, "macaddress", .read = read_hw),
		UNSEEN("ports", "the list of interfaces says it"),
		UNSEEN("gcint", "kernels since 2.6 do not have it"),
		UNSEEN("maxwait", WAITS), UNSEEN("waitport", WAITS), LAST};
	(void)key;
	return read_params(r, params, "bridge-", n, err);
}
