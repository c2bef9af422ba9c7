#include "sync_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int parse_one(struct filter *f, const char *text, struct vt_err **err)
{
	size_t key = strcspn(text, "=~!");
	const char *op = text + key;
	*f = (struct filter){.negated = *op == '!'};
	op += f->negated;
	if (key == 0 || (*op != '=' && *op != '~'))
		return vt_err_set(err, VT_USAGE,
			"filter '%s' is not key=value, key!=value, key~regex "
			"or key!~regex",
			text);
	f->is_regex = *op == '~';
	if (f->is_regex) {
		int rc = regcomp(&f->regex, op + 1, REG_EXTENDED | REG_NOSUB);
		if (rc) {
			char why[100];
			regerror(rc, &f->regex, why, sizeof(why));
			f->is_regex = false;
			return vt_err_set(
				err, VT_USAGE, "filter '%s': %s", text, why);
		}
	}
	f->key = vt_strndup(text, key);
	f->value = vt_strdup(op + 1);
	return 0;
}

int filters_parse(struct filters *f, char *const *texts, struct vt_err **err)
{
	for (; texts && *texts; texts++) {
		f->v = vt_realloc(f->v, f->n + 1, sizeof(*f->v));
		if (parse_one(&f->v[f->n++], *texts, err) < 0)
			return -1;
	}
	return 0;
}

bool filters_match(const struct filters *f, const struct entry *e)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct filter *one = &f->v[i];
		VT_AUTO_FREE char *text = entry_text(e, one->key);
		bool hit = one->is_regex
				   ? regexec(&one->regex, text, 0, NULL, 0) == 0
				   : !strcmp(text, one->value);
		if (hit == one->negated)
			return false;
	}
	return true;
}

bool filters_name(const struct filters *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->v[i].key, key))
			return true;
	return false;
}

void filters_free(struct filters *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].is_regex)
			regfree(&f->v[i].regex);
		free(f->v[i].key);
		free(f->v[i].value);
	}
	free(f->v);
	*f = (struct filters){0};
}
