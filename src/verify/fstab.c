/* Lines of fstab(5), as collected. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "storage/fstab.h"

/* Return: false with the reason in r */
static bool read_fstab(
	struct verify *v, struct vt_check_result *r, struct vt_fstab *out)
{
	AUTO_FACT struct fact fact = {0};
	if (!check_fact(v, r, "fstab", &fact))
		return false;
	vt_fstab_parse(out, fact.text, fact.len);
	return true;
}

/* As in curtin: exactly one line contains the spec, and it has this mount
 * point and these options. */
static void check_expected(struct verify *v, const struct check *c,
	const struct vt_fstab *fstab, const struct vt_node *want)
{
	const char *spec = want->items[0]->text, *point = want->items[1]->text;
	const char *options = want->items[2]->text;
	struct vt_check_result *r = check_result(v, c, "fstab %s", spec);
	vt_check_see(r, "collect/fstab");
	vt_check_expect(r, "'%s' on '%s' with '%s'", spec, point, options);
	vt_check_found(r, "no line with '%s'", spec);
	size_t lines = 0;
	for (size_t i = 0; i < fstab->n; i++) {
		const struct vt_fstab_line *l = &fstab->v[i];
		if (!strstr(l->text, spec))
			continue;
		bool same = !strcmp(l->point, point) &&
			    !strcmp(l->options, options);
		vt_check_found(r, "%sline %zu: '%s'", lines++ ? "also " : "",
			l->number, l->text);
		vt_check_judge(r, same && lines == 1);
		if (!same)
			return;
	}
}

void check_fstab(struct verify *v, const struct check *c)
{
	VT_AUTO_FSTAB struct vt_fstab fstab = {0};
	struct vt_check_result *r = check_result(v, c, "fstab");
	const struct vt_node *want = v->file.fstab_expected;
	vt_check_expect(r, "lines of four to six fields");
	if (!read_fstab(v, r, &fstab))
		return;
	vt_check_found(r, "%zu lines", fstab.n);
	vt_check_judge(r, true);
	for (size_t i = 0; i < fstab.n; i++) {
		const struct vt_fstab_line *l = &fstab.v[i];
		if (l->fields >= 4 && l->fields <= 6)
			continue;
		vt_check_found(r, "line %zu: '%s'", l->number, l->text);
		vt_check_judge(r, false);
		break;
	}
	for (size_t i = 0; want && i < want->n; i++)
		check_expected(v, c, &fstab, want->items[i]);
}

/* Whether /proc/swaps has a line for this device or file. */
static bool swap_in_use(const struct fact *swaps, const char *node)
{
	const char *s;
	size_t at = 0, len;
	while (fact_line(swaps, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		line[strcspn(line, " \t")] = '\0';
		vt_fstab_unescape(line);
		if (!strcmp(line, node))
			return true;
	}
	return false;
}

void check_swaps_used(struct verify *v, const struct check *c)
{
	VT_AUTO_FSTAB struct vt_fstab fstab = {0};
	AUTO_FACT struct fact swaps = {0};
	VT_AUTO_STR struct vt_str unused = VT_STR_INIT;
	struct vt_check_result *r = check_result(v, c, "swaps_used");
	size_t n = 0;
	vt_check_expect(r, "every swap of fstab is in use (/proc/swaps)");
	if (!read_fstab(v, r, &fstab) ||
		!check_fact(v, r, "proc-swaps", &swaps))
		return;
	const struct vt_devices *d = vt_look_devices(v->look);
	for (size_t i = 0; i < fstab.n; i++) {
		const struct vt_fstab_line *l = &fstab.v[i];
		if (strcmp(l->type, "swap"))
			continue;
		VT_AUTO_FREE char *node = vt_devices_node(d, l->spec);
		n++;
		if (!node)
			vt_str_addf(&unused,
				"%s: no collected fact shows its "
				"device\n",
				l->spec);
		else if (!swap_in_use(&swaps, node))
			vt_str_addf(&unused, "%s (%s) is not in use\n", l->spec,
				node);
	}
	if (unused.len)
		vt_check_found(r, "%s", unused.s);
	else
		vt_check_found(r, "%zu swaps in use", n);
	vt_check_judge(r, !unused.len);
}
