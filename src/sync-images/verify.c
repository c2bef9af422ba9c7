/* vt-sync verify: check size and sha256 of every file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "commit.h"
#include "progress.h"
#include "repair.h"
#include "sync.h"

struct check {
	const struct tree *tree;
	json_t *paths;  /* path -> true: checked */
	json_t *inodes; /* "dev:ino" -> sha256 of its contents */
	json_t *broken; /* path -> {id, sha256, size, source_path} */
	size_t files;
	uint64_t bytes;
};

static void check_free(struct check *c)
{
	json_decref(c->paths);
	json_decref(c->inodes);
	json_decref(c->broken);
}

/* The sha256 of a file; one with several hard links is read once. */
static const char *hash_file(struct check *c, int fd, const struct stat *st)
{
	char hex[65];
	VT_AUTO_FREE char *key = vt_printf("%llu:%llu",
		(unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
	VT_AUTO_FREE char *name = vt_printf("/proc/self/fd/%d", fd);
	if (!json_object_get(c->inodes, key)) {
		if (vt_fs_sha256(name, hex, NULL, NULL) < 0)
			return NULL;
		c->bytes += (uint64_t)st->st_size;
		json_object_set_new(c->inodes, key, json_string(hex));
	}
	return vt_json_str(c->inodes, key);
}

/* Return: what is wrong with a file, owned; NULL: nothing */
static char *find_fault(
	struct check *c, const char *path, const char *sum, json_int_t size)
{
	struct stat st;
	if (!tree_item_path_ok(path))
		return vt_strdup("is not a valid image path");
	if (!sum)
		return vt_strdup("has no sha256 in its stream");
	VT_AUTO_CLOSE int fd =
		vt_beneath_open(c->tree->fd, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return vt_strdup(
			errno == ENOENT ? "is missing" : strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return vt_strdup("is not a regular file");
	if (size >= 0 && st.st_size != size)
		return vt_printf("has %lld bytes, expected %lld",
			(long long)st.st_size, (long long)size);
	const char *found = hash_file(c, fd, &st);
	if (!found)
		return vt_strdup("cannot be read");
	return strcmp(found, sum)
		       ? vt_printf("has sha256 %s, expected %s", found, sum)
		       : NULL;
}

static int check_item(const struct entry *e, void *ctx, struct vt_err **err)
{
	struct check *c = ctx;
	(void)err;
	const char *path = vt_json_str(e->item, "path");
	const char *sum = vt_json_str(e->item, "sha256");
	const char *from = vt_json_str(e->item, "source_path");
	VT_AUTO_JSON json_t *size = entry_get(e, "size");
	json_int_t bytes =
		json_is_integer(size) ? json_integer_value(size) : -1;
	if (!path || json_object_get(c->paths, path))
		return 0;
	json_object_set_new(c->paths, path, json_true());
	c->files++;
	VT_AUTO_FREE char *why = find_fault(c, path, sum, bytes);
	if (!why)
		return 0;
	vt_log_error("'%s/%s' %s", c->tree->dir, path, why);
	json_object_set_new(c->broken, path,
		json_pack("{ss ss* sI ss}", "id", e->content_id, "sha256", sum,
			"size", bytes, "source_path", from ? from : path));
	return 0;
}

int sync_verify(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	char size[20];
	AUTO_TREE struct tree t = TREE_INIT;
	AUTO_CATALOG struct catalog cat = {0};
	__attribute__((cleanup(check_free))) struct check c = {.tree = &t,
		.paths = json_object(),
		.inodes = json_object(),
		.broken = json_object()};
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "verify: no directory given");
	if (tree_open(&t, operands[0], false, err) < 0 ||
		catalog_require(&cat, &t, err) < 0)
		return -1;
	catalog_walk(&cat, check_item, &c, NULL);
	size_t broken = json_object_size(c.broken);
	if (broken && o->repair)
		return repair(o, &t, c.broken, err);
	if (broken)
		return vt_err_set(err, VT_FAILED,
			"%zu of %zu files in '%s' are broken: run 'vt-sync "
			"verify --repair' to download them again",
			broken, c.files, t.dir);
	vt_log_info("'%s': all %zu files are correct (%s)", t.dir, c.files,
		progress_size(size, c.bytes));
	return 0;
}
