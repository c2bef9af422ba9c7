#include "facts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "json_memory.h"
#include "test/bounds.h"

enum { MAX_DEPTH = 64 };

int facts_open(struct facts *f, const char *dir, struct vt_err **err)
{
	json_memory_limit(vt_bound(VT_BOUND_JSON_MEMORY));
	f->test_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->test_fd < 0)
		return vt_err_errno(err, "cannot open '%s'", dir);
	f->collect_fd = openat(f->test_fd, "collect",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (f->collect_fd < 0 && errno != ENOENT)
		return vt_err_errno(err, "cannot open '%s/collect'", dir);
	return 0;
}

void facts_close(struct facts *f)
{
	vt_closep(&f->test_fd);
	vt_closep(&f->collect_fd);
	*f = (struct facts)FACTS_INIT;
}

static bool is_log(const char *name)
{
	return vt_str_starts(name, "logs/");
}

char *facts_see(const char *name)
{
	if (is_log(name))
		return vt_strdup(name);
	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	return vt_printf("collect/%s", name);
}

/* Whether the error means that there is no such file. */
static bool absent(int e)
{
	return e == ENOENT || e == ENOTDIR || e == ENAMETOOLONG;
}

static int refuse(int e, const char *name, struct vt_err **err)
{
	if (e == ELOOP)
		return vt_err_set(err, VT_FAILED,
			"'%s' is a symbolic link: links are not followed",
			name);
	errno = e;
	return vt_err_errno(err, "cannot open '%s'", name);
}

/* Open a path one component at a time, the last with `flags`.
 * Return: 1; 0: no such file; -1 */
static int walk(const struct facts *f, const char *name, int flags, int *fd,
	struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv steps = VT_STRV_INIT;
	VT_AUTO_CLOSE int at = fcntl(
		is_log(name) ? f->test_fd : f->collect_fd, F_DUPFD_CLOEXEC, 0);
	vt_str_split(name, '/', &steps);
	if (at < 0)
		return vt_err_set(err, VT_HOST, "nothing was collected");
	if (steps.n > MAX_DEPTH)
		return vt_err_set(err, VT_USAGE,
			"'%s' has too many path components", name);
	for (size_t i = 0; i < steps.n; i++) {
		const char *step = steps.v[i];
		if (!*step || !strcmp(step, "."))
			continue;
		if (!strcmp(step, ".."))
			return vt_err_set(err, VT_USAGE,
				"'%s' is outside of the test's files", name);
		bool last = i + 1 == steps.n;
		int next = openat(at, step,
			O_NOFOLLOW | O_CLOEXEC |
				(last ? flags : O_PATH | O_DIRECTORY));
		if (next < 0)
			return absent(errno) ? 0 : refuse(errno, name, err);
		vt_closep(&at);
		at = next;
	}
	*fd = at;
	at = -1;
	return 1;
}

static int exceeds(enum vt_bound bound, const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *what = vt_printf("'%s'", name);
	return vt_bound_error(bound, what, err);
}

static int map(int fd, const char *name, enum vt_bound bound, struct fact *out,
	struct vt_err **err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", name);
	if (!S_ISREG(st.st_mode))
		return vt_err_set(
			err, VT_FAILED, "'%s' is not a regular file", name);
	if ((uint64_t)st.st_size > vt_bound(bound))
		return exceeds(bound, name, err);
	*out = (struct fact){.text = "", .len = (size_t)st.st_size};
	if (out->len == 0)
		return 1;
	out->map = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (out->map == MAP_FAILED) {
		*out = (struct fact){0};
		return vt_err_errno(err, "cannot map '%s'", name);
	}
	out->text = out->map;
	return 1;
}

static int read_fact(const struct facts *f, const char *name,
	enum vt_bound bound, struct fact *out, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = -1;
	/* a fifo must not block */
	int rc = walk(f, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, &fd, err);
	return rc == 1 ? map(fd, name, bound, out, err) : rc;
}

int facts_read(const struct facts *f, const char *name, struct fact *out,
	struct vt_err **err)
{
	return read_fact(f, name, VT_BOUND_FACT, out, err);
}

int facts_table(const struct facts *f, const char *name, struct fact *out,
	struct vt_err **err)
{
	return read_fact(f, name, VT_BOUND_TABLE, out, err);
}

void fact_free(struct fact *fact)
{
	if (fact->map)
		munmap(fact->map, fact->len);
	*fact = (struct fact){0};
}

int facts_exists(const struct facts *f, const char *name, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = -1;
	return walk(f, name, O_PATH, &fd, err);
}

int facts_json(const struct facts *f, const char *name, json_t **out,
	struct vt_err **err)
{
	AUTO_FACT struct fact fact = {0};
	json_error_t why;
	int rc = read_fact(f, name, VT_BOUND_JSON, &fact, err);
	/* empty: the command failed in the guest */
	if (rc != 1 || fact.len == 0)
		return rc < 0 ? -1 : 0;
	*out = json_loadb(fact.text, fact.len, JSON_DECODE_ANY, &why);
	if (*out)
		return 1;
	if (json_memory_exceeded())
		return exceeds(VT_BOUND_JSON_MEMORY, name, err);
	return vt_err_set(err, VT_FAILED, "%s:%d:%d: bad JSON: %s", name,
		why.line < 1 ? 1 : why.line, why.column < 1 ? 1 : why.column,
		why.text);
}

bool fact_line(
	const struct fact *fact, size_t *at, const char **line, size_t *len)
{
	if (*at >= fact->len)
		return false;
	*line = fact->text + *at;
	const char *end = memchr(*line, '\n', fact->len - *at);
	*len = end ? (size_t)(end - *line) : fact->len - *at;
	*at += *len + 1;
	return true;
}
