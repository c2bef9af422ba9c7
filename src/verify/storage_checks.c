/* Checks of the storage config: compare `storage` of verify.yaml with the disk
 * images and collected facts. */
#include "base/mem.h"
#include "check.h"
#include "storage/extra.h"
#include "storage/read.h"

static int read_text(void *arg, const char *name, char **text, size_t *len,
	struct vt_err **err)
{
	AUTO_FACT struct fact fact = {0};
	const struct verify *v = arg;
	int rc = facts_table(&v->facts, name, &fact, err);
	if (rc != 1)
		return rc;
	*text = vt_strndup(fact.text, fact.len);
	*len = fact.len;
	return 1;
}

static int read_json(
	void *arg, const char *name, json_t **out, struct vt_err **err)
{
	const struct verify *v = arg;
	return facts_json(&v->facts, name, out, err);
}

int storage_parse(struct verify *v, struct vt_err **err)
{
	const struct vt_node *list = v->file.storage;
	v->collected = (struct vt_facts){read_text, read_json, v};
	const struct vt_node *extra = v->file.storage_extra;
	if (vt_storage_read_expected(&v->storage, list, err) < 0 ||
		(extra && vt_extra_read(&v->storage, extra, err) < 0))
		return -1;
	v->look = vt_storage_look_new(&v->storage, v->dir,
		v->facts.collect_fd < 0 ? NULL : &v->collected);
	vt_storage_look(v->look)->no_dnames = no_dnames(v);
	return 0;
}

void storage_free(struct verify *v)
{
	vt_look_free(v->look);
	vt_graph_free(&v->storage);
}

void add_compared(void *arg, struct vt_compared *c)
{
	const struct compared_to *to = arg;
	struct vt_check_result *r = vt_check_new(&to->v->result.checks,
		c->at ? c->at : to->at, NULL, "%s", c->name);
	vt_check_expect(r, "%s", c->expected);
	if (c->see)
		vt_check_see(r, "%s", c->see);
	if (to->skip) {
		vt_check_skip(r, "%s", to->skip);
	} else if (c->outcome == VT_COMPARED_ERROR) {
		vt_check_error(r, &c->err);
	} else if (c->outcome == VT_COMPARED_SKIP) {
		vt_check_skip(r, "%s", c->found);
	} else {
		vt_check_found(r, "%s", c->found);
		vt_check_judge(r, c->outcome == VT_COMPARED_OK);
	}
}

void check_storage(struct verify *v, const struct check *c)
{
	struct compared_to to = {v, c->at, NULL};
	vt_compare_dev(v->look, c->dev, add_compared, &to);
}

void check_extra(struct verify *v, const struct check *c)
{
	struct compared_to to = {v, c->at, NULL};
	vt_compare_extra(v->look, add_compared, &to);
}
