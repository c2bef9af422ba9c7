#include "files.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

enum { MAX_CONFIG = 16 << 20 };

struct file {
	char *path;
	bool config;        /* an installer's config, parsed less strictly */
	struct vt_doc *doc; /* NULL on error */
	struct vt_err *err; /* of reading it */
};

static int by_path(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	int c = strcmp(x->path, y->path);
	return c ? c : (int)x->config - (int)y->config;
}

static void free_file(void *p)
{
	struct file *f = p;
	free(f->path);
	vt_doc_free(f->doc);
	vt_err_free(f->err);
	free(f);
}

/* Repeated keys: notes of the plan, as vt-pack warns about them. */
static void note(struct vt_files *files, const struct vt_strv *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		if (!vt_strv_has(&files->notes, warnings->v[i]))
			vt_strv_add(&files->notes, warnings->v[i]);
}

static const struct vt_node *load(struct vt_files *files, const char *path,
	bool config, struct vt_err **err)
{
	struct file want = {.path = (char *)path, .config = config};
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	struct file **found = tfind(&want, &files->seen, by_path);
	struct file *f = found ? *found : NULL;
	if (!f) {
		f = vt_alloc(sizeof(*f));
		f->path = vt_strdup(path);
		f->config = config;
		f->doc = config ? vt_doc_load_config(path, &warnings, &f->err)
				: vt_doc_load(path, &f->err);
		note(files, &warnings);
		if (!tsearch(f, &files->seen, by_path))
			abort(); /* out of memory, as vt_alloc() */
		vt_files_watch(files, path);
	}
	if (f->doc)
		return f->doc->root;
	vt_err_set(err, f->err->status, "%s", f->err->msg);
	return NULL;
}

const struct vt_node *vt_files_load(
	struct vt_files *files, const char *path, struct vt_err **err)
{
	return load(files, path, false, err);
}

/* Takes ownership of `text`, the content of `path`. */
static char *replaced(char *text, const char *path,
	const struct vt_node *replace, struct vt_err **err)
{
	for (size_t i = 0; text && i < replace->n; i++) {
		const struct vt_node *from = replace->keys[i];
		const char *to;
		char *next = NULL;
		if (!*from->text)
			vt_node_err(from, err, "the text to replace is empty");
		else if (!strstr(text, from->text))
			vt_node_err(from, err, "'%s' does not occur in '%s'",
				from->text, path);
		else if (vt_node_str(replace->items[i], &to, err) == 0)
			next = vt_str_replace(text, from->text, to);
		free(text);
		text = next;
	}
	return text;
}

static struct vt_doc *keep(struct vt_files *files, struct vt_doc *doc)
{
	files->built = vt_realloc(
		files->built, files->n_built + 1, sizeof(*files->built));
	return files->built[files->n_built++] = doc;
}

const struct vt_node *vt_files_config(struct vt_files *files, const char *path,
	const struct vt_node *replace, struct vt_err **err)
{
	if (!replace || !replace->n)
		return load(files, path, true, err);
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	vt_files_watch(files, path);
	char *raw = vt_fs_read(path, MAX_CONFIG, NULL, err);
	VT_AUTO_FREE char *text =
		raw ? replaced(raw, path, replace, err) : NULL;
	if (!text)
		return NULL;
	struct vt_doc *doc =
		vt_doc_parse_config(path, text, strlen(text), &warnings, err);
	note(files, &warnings);
	return doc ? keep(files, doc)->root : NULL;
}

struct vt_doc *vt_files_own(struct vt_files *files)
{
	return keep(files, vt_doc_new());
}

void vt_files_watch(struct vt_files *files, const char *path)
{
	vt_strv_add(&files->deps, path);
}

void vt_files_free(struct vt_files *files)
{
	tdestroy(files->seen, free_file);
	for (size_t i = 0; i < files->n_built; i++)
		vt_doc_free(files->built[i]);
	free(files->built);
	vt_strv_free(&files->deps);
	vt_strv_free(&files->notes);
}

char *vt_path_of(const struct vt_node *n, const char *path)
{
	while (vt_str_starts(path, "./"))
		path += 2;
	if (!n->pos.file)
		return vt_strdup(path);
	VT_AUTO_FREE char *dir = vt_fs_dirname(n->pos.file);
	return strcmp(dir, ".") ? vt_fs_join(dir, path) : vt_strdup(path);
}

int vt_path_need(const struct vt_node *n, const char *path, struct vt_err **err)
{
	if (!vt_fs_exists(path))
		return vt_node_err(n, err, "no such file: '%s'", path);
	if (vt_fs_is_dir(path))
		return vt_node_err(n, err, "'%s' is a directory", path);
	return 0;
}
