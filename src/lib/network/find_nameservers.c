/* Name servers and search domains: resolv.conf, and what systemd-resolved has
 * of each link. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "network/net_look.h"

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

/* "Link 2 (eth0): 10.0.2.3 8.8.8.8" */
static void add_links(const char *text, struct vt_strv *out)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_words(text, "\n", &lines);
	for (size_t i = 0; i < lines.n; i++) {
		const char *colon = strstr(lines.v[i], ": ");
		if (colon)
			vt_str_words(colon + 2, " ", out);
	}
}

static void add(struct vt_found *f, const char *word,
	const struct vt_strv *words, bool there)
{
	struct vt_str text = VT_STR_INIT;
	for (size_t i = 0; i < words->n; i++)
		vt_str_item(&text, ", ", words->v[i]);
	vt_net_found(f, word,
		text.len ? vt_str_take(&text)
			 : vt_strdup(there ? "none"
					   : "no 'resolv.conf' was collected"),
		0);
	vt_str_free(&text);
}

void vt_find_nameservers(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	static const char *const servers[] = {"nameserver", NULL};
	static const char *const domains[] = {"search", "domain", NULL};
	VT_AUTO_STRV struct vt_strv addresses = VT_STRV_INIT;
	VT_AUTO_STRV struct vt_strv search = VT_STRV_INIT;
	bool there, resolved;
	const char *text = vt_net_fact(look, VT_NET_RESOLV, &there);
	const char *own = vt_net_fact(look, VT_NET_RESOLVED, &resolved);
	(void)d;
	f->see = resolved ? "resolved_resolv.conf" : "resolv.conf";
	add_resolv(text, servers, &addresses);
	add_resolv(own, servers, &addresses);
	add_links(vt_net_fact(look, VT_NET_LINK_DNS, NULL), &addresses);
	add_resolv(text, domains, &search);
	add_resolv(own, domains, &search);
	add_links(vt_net_fact(look, VT_NET_LINK_DOMAINS, NULL), &search);
	add(f, "addresses", &addresses, there || resolved);
	add(f, "search", &search, there || resolved);
}
