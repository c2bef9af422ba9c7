#include "packages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MAX_PACKAGES = 50000 };

struct package {
	const char *name, *version;
};

struct list {
	struct package *v;
	size_t n;
};

/* NAME-VERSION-RELEASE.ARCH, as rpm -qa prints it. */
static char *rpm_version(char *line)
{
	char *dash = strrchr(line, '-');
	if (!dash)
		return NULL;
	*dash = '\0';
	char *version = strrchr(line, '-');
	*dash = '-';
	return version;
}

/* "ii \tNAME\tVERSION", "NAME VERSION", or the name of an rpm. */
static bool parse(char *line, struct package *p)
{
	char *status = strchr(line, '\t');
	char *tab = status ? strchr(status + 1, '\t') : NULL;
	char *split = tab ? tab : status ? status : strchr(line, ' ');
	if (!split)
		split = rpm_version(line);
	if (!split || split == line)
		return false;
	*split = '\0';
	*p = (struct package){tab ? status + 1 : line, split + 1};
	return *p->name != '\0';
}

static int by_name(const void *a, const void *b)
{
	const struct package *x = a, *y = b;
	int names = strcmp(x->name, y->name);
	return names ? names : strcmp(x->version, y->version);
}

static void read_list(char *text, struct list *l)
{
	size_t cap = 0;
	*l = (struct list){0};
	for (char *p = text, *line; (line = strsep(&p, "\n"));) {
		if (l->n == cap) {
			cap = cap ? 2 * cap : 1024;
			l->v = vt_realloc(l->v, cap, sizeof(*l->v));
		}
		line[strcspn(line, "\r")] = '\0';
		if (l->n < MAX_PACKAGES)
			l->n += parse(line, &l->v[l->n]);
	}
	qsort(l->v, l->n, sizeof(*l->v), by_name);
}

void packages_compare(char *from, char *to, packages_tell *tell, void *arg)
{
	struct list a, b;
	read_list(from, &a);
	read_list(to, &b);
	for (size_t i = 0, k = 0; i < a.n || k < b.n;) {
		int order = i == a.n   ? 1
			    : k == b.n ? -1
				       : strcmp(a.v[i].name, b.v[k].name);
		if (order < 0)
			tell(arg, a.v[i].name, a.v[i].version, NULL);
		else if (order > 0)
			tell(arg, b.v[k].name, NULL, b.v[k].version);
		else if (strcmp(a.v[i].version, b.v[k].version) != 0)
			tell(arg, a.v[i].name, a.v[i].version, b.v[k].version);
		i += order <= 0;
		k += order >= 0;
	}
	free(a.v);
	free(b.v);
}
