/* Whether an installer keeps what it is to keep of used disks, and nothing
 * else: before the install src/rules/plant.sh leaves a file with a random name
 * on each file system, and the booted system says where it is. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "evidence.h"

static const char fact_name[] = "planted";
static const char said[] = "vt-plant: ";

enum { ID = 36 }; /* a UUID */

/* What plant.sh reported over the installer's channel, "ID: DEVICES", or NULL.
 */
static const char *report(const struct verify *v)
{
	for (size_t i = 0; i < v->phases.n; i++) {
		const struct vt_strv *lines = &v->phases.v[i].report.channel;
		for (size_t k = 0; k < lines->n; k++)
			if (vt_str_starts(lines->v[k], said) &&
				strlen(lines->v[k]) > strlen(said) + ID + 2)
				return lines->v[k] + strlen(said);
	}
	return NULL;
}

/* Whether any file system has the file. */
static bool check_report(
	struct verify *v, const struct check *c, const char *what)
{
	struct vt_check_result *r = check_result(v, c, "planted");
	vt_check_see(r, "logs/install.json");
	vt_check_expect(r, "a file on each file system of the used disks");
	if (!what) {
		vt_check_found(r, "no report of it");
		return false;
	}
	const char *devices = what + ID + 2;
	if (vt_str_starts(devices, "none")) {
		vt_check_skip(r, "no file system of the used disks could be "
				 "mounted before the install");
		return false;
	}
	vt_check_found(r, "on %s", devices);
	vt_check_judge(r, true);
	return true;
}

static bool has_line(const struct fact *fact, const char *line)
{
	const char *s;
	size_t at = 0, len;
	while (fact_line(fact, &at, &s, &len))
		if (len == strlen(line) && !memcmp(s, line, len))
			return true;
	return false;
}

static void check_mount(struct verify *v, const struct check *c,
	const struct vt_planted *p, const char *what, const struct fact *fact)
{
	struct vt_check_result *r = vt_check_new(&v->result.checks,
		p->at ? p->at : c->at, NULL, "planted %s", p->mount);
	vt_check_see(r, "collect/%s", fact_name);
	vt_check_expect(r, p->kept ? "the file that was there before"
				   : "no file of before");
	if (!fact) {
		vt_check_found(r, "no '%s' was collected", fact_name);
		return;
	}
	VT_AUTO_FREE char *mount = vt_printf("mount %s", p->mount);
	VT_AUTO_FREE char *file = vt_printf(
		".vt-planted-%.*s %s", ID, what ? what : "", p->mount);
	if (!has_line(fact, mount)) {
		vt_check_found(r, "'%s' is not mounted", p->mount);
		return;
	}
	bool there = has_line(fact, file);
	vt_check_found(r,
		there ? "the file that was there before" : "no file of before");
	vt_check_judge(r, there == p->kept);
}

void check_planted(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *what = report(v);
	bool any = check_report(v, c, what);
	int rc = facts_table(&v->facts, fact_name, &fact, &err);
	for (size_t i = 0; i < v->file.n_planted; i++) {
		const struct vt_planted *p = &v->file.planted[i];
		/* without a file on any it says nothing that there is none */
		if (any || p->kept || rc != 1)
			check_mount(v, c, p, any ? what : NULL,
				rc == 1 ? &fact : NULL);
	}
}
