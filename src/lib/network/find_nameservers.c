/* Name servers and search domains: resolv.conf, and what systemd-resolved has
 * of each link. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/ip.h"
#include "network/net_look.h"
#include "network/net_types.h"

/* Lists of words: a file's, or a link's. */
struct sources {
	struct vt_strv *v;
	size_t n;
};

static struct vt_strv *add_source(struct sources *s)
{
	s->v = vt_realloc(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n] = (struct vt_strv)VT_STRV_INIT;
	return &s->v[s->n++];
}

static void free_sources(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		vt_strv_free(&s->v[i]);
	free(s->v);
}

/* The words after `nameserver`, or after `search` and `domain`. */
static void add_resolv(
	const char *text, const char *const *keys, struct vt_strv *out)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_words(text, "\n", &lines);
	for (size_t i = 0; i < lines.n; i++) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_words(lines.v[i], " \t\r", &words);
		if (!words.n || !vt_str_in(keys, words.v[0]))
			continue;
		for (size_t k = 1; k < words.n; k++)
			vt_strv_add(out, words.v[k]);
	}
}

/* "Link 2 (eth0): 10.0.2.3 8.8.8.8": a list a line */
static void add_links(const char *text, struct sources *out)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_words(text, "\n", &lines);
	for (size_t i = 0; i < lines.n; i++) {
		const char *colon = strstr(lines.v[i], ": ");
		if (colon)
			vt_str_words(colon + 2, " ", add_source(out));
	}
}

/* Domains may end with a dot. */
static bool same(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);
	n -= n > 1 && a[n - 1] == '.';
	k -= k > 1 && b[k - 1] == '.';
	return vt_ip_same_text(a, b) || (n == k && !strncasecmp(a, b, n));
}

/* Where the list has a word, from an index on; its length: nowhere */
static size_t find(const struct vt_strv *list, const char *word, size_t from)
{
	while (from < list->n && !same(list->v[from], word))
		from++;
	return from;
}

/* Whether one source has all words of a list, in its order. */
static bool in_order(const struct sources *s, const struct vt_strv *list)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t at = 0, k = 0;
		for (; k < list->n; k++) {
			at = find(&s->v[i], list->v[k], at);
			if (at++ == s->v[i].n)
				break;
		}
		if (k == list->n)
			return true;
	}
	return false;
}

static bool has_all(const struct sources *s, const struct vt_strv *list)
{
	for (size_t k = 0; k < list->n; k++) {
		bool has = false;
		for (size_t i = 0; i < s->n; i++)
			has |= find(&s->v[i], list->v[k], 0) < s->v[i].n;
		if (!has)
			return false;
	}
	return true;
}

/* Whether another list has a word of this one: then it is in one place, and the
 * order is that of either. */
static bool is_shared(
	struct vt_look *look, const char *key, const struct vt_strv *list)
{
	size_t times = 0;
	for (size_t i = 0; i < look->graph->n; i++) {
		const struct vt_dev *d = &look->graph->v[i];
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		if (!vt_dev_is(d, VT_NET_NAMESERVERS))
			continue;
		vt_str_words(vt_dev_text(d, key), ", ", &words);
		for (size_t k = 0; k < words.n; k++)
			times += find(list, words.v[k], 0) < list->n;
	}
	return times > list->n;
}

static bool is_right(struct vt_look *look, const struct vt_dev *d,
	const char *key, const struct sources *s)
{
	static const char between[] = ",  ";
	const char *at = vt_dev_text(d, key), *end;
	for (; at; at = end ? end + strlen(between) : NULL) {
		VT_AUTO_STRV struct vt_strv list = VT_STRV_INIT;
		end = strstr(at, between);
		VT_AUTO_FREE char *text =
			vt_strndup(at, end ? (size_t)(end - at) : strlen(at));
		vt_str_words(text, ", ", &list);
		if (!in_order(s, &list) &&
			!(has_all(s, &list) && is_shared(look, key, &list)))
			return false;
	}
	return true;
}

static void add(struct vt_look *look, const struct vt_dev *d,
	struct vt_found *f, const char *key, const struct sources *s,
	bool there)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->v[i].n; k++)
			vt_str_item(&text, ", ", s->v[i].v[k]);
	const char *none = there ? "none" : "no 'resolv.conf' was collected";
	vt_net_found(f, key, vt_strdup(text.len ? text.s : none), 0)->same =
		is_right(look, d, key, s);
}

void vt_find_nameservers(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	static const char *const servers[] = {"nameserver", NULL};
	static const char *const domains[] = {"search", "domain", NULL};
	static const struct {
		const char *key;
		const char *const *words;
		enum vt_net_text links;
	} kinds[] = {{"addresses", servers, VT_NET_LINK_DNS},
		{"search", domains, VT_NET_LINK_DOMAINS}};
	bool there, resolved;
	const char *text = vt_net_fact(look, VT_NET_RESOLV, &there);
	const char *own = vt_net_fact(look, VT_NET_RESOLVED, &resolved);
	f->see = resolved ? "resolved_resolv.conf" : "resolv.conf";
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		__attribute__((cleanup(free_sources))) struct sources s = {0};
		add_resolv(text, kinds[i].words, add_source(&s));
		add_resolv(own, kinds[i].words, add_source(&s));
		add_links(vt_net_fact(look, kinds[i].links, NULL), &s);
		add(look, d, f, kinds[i].key, &s, there || resolved);
	}
}
