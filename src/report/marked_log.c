#include "marked_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "base/tmp.h"
#include "data/match.h"
#include "test/fatal.h"
#include "test/phases.h"
#include "test/result.h"
#include "test/verify_file.h"

enum {
	LINE = 4096, /* what is more of a line is not shown */
	CHUNK = 65536,
};

struct marking {
	struct vt_match *match;
	bool colour;
	size_t number, first; /* of lines; of the first that is marked */
	size_t see;           /* the line that the result names, or 0 */
	struct vt_str line;   /* the current one, raw */
	bool cut;
	struct vt_str out;
	int fd;
};

/* The last phase that wrote a console, up to the one that ended the test. Only
 * names of the table are used: a result is a file. Return: NULL: none */
static const char *phase_of(const char *dir, const char *ended)
{
	const struct vt_phase_row *row;
	const char *found = NULL;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *console = vt_phases_console(dir, row->name);
		if (row->console && vt_fs_exists(console))
			found = row->name;
		if (found && !strcmp(row->name, ended))
			break;
	}
	return found;
}

/* Number of the line that "logs/PHASE-serial.log:LINE" names, or 0. */
static size_t line_of(const char *see, const char *phase)
{
	VT_AUTO_FREE char *console = vt_phases_console(NULL, phase);
	size_t n = strlen(console);
	return !strncmp(see, console, n) && see[n] == ':'
		       ? strtoul(see + n + 1, NULL, 10)
		       : 0;
}

/* The patterns of the phase, with the changes of the test. */
static void add_patterns(struct marking *m, const char *dir, const char *phase)
{
	VT_AUTO_VERIFY_FILE struct vt_verify_file file = {0};
	VT_AUTO_FATALS struct vt_fatals fatals = {0};
	bool read = vt_verify_file_read(&file, dir, NULL) == 0;
	m->match = vt_match_new();
	vt_fatals_of(&fatals, phase, read ? file.fatal : NULL);
	for (size_t i = 0; i < fatals.n; i++)
		vt_match_add(m->match, fatals.v[i].ere, NULL);
}

static int flush(struct marking *m, size_t until, struct vt_err **err)
{
	if (m->out.len <= until)
		return 0;
	int rc = vt_fs_write_all(m->fd, m->out.s, m->out.len, err);
	m->out.len = 0;
	return rc;
}

static int end_line(struct marking *m, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_printable(&text, vt_str_c(&m->line), m->line.len, false);
	m->number++;
	bool marked =
		m->number == m->see ||
		(text.len && vt_match_line(m->match, text.s, text.len, 0) >= 0);
	if (marked && !m->first)
		m->first = m->number;
	bool colour = marked && m->colour;
	vt_str_addf(&m->out, "%s%c%6zu  %s%s%s\n", colour ? "\033[7m" : "",
		marked ? '>' : ' ', m->number, vt_str_c(&text),
		m->cut ? "..." : "", colour ? "\033[0m" : "");
	m->line.len = 0;
	m->cut = false;
	return flush(m, CHUNK, err);
}

static int take(
	struct marking *m, const char *bytes, size_t len, struct vt_err **err)
{
	const char *end = bytes + len;
	while (bytes < end) {
		const char *nl = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t n = (size_t)((nl ? nl : end) - bytes);
		size_t space = LINE - m->line.len;
		m->cut |= n > space;
		vt_str_addn(&m->line, bytes, n < space ? n : space);
		if (nl && end_line(m, err) < 0)
			return -1;
		bytes += n + (nl != NULL);
	}
	return 0;
}

static int mark_all(struct marking *m, const char *path, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return vt_err_set(err, VT_USAGE, "'%s' is not a file", path);
	/* what is appended meanwhile would never end */
	for (off_t left = st.st_size; left > 0;) {
		char buf[CHUNK];
		ssize_t n = read(
			fd, buf, left < CHUNK ? (size_t)left : sizeof(buf));
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", path);
		if (n == 0)
			break;
		if (take(m, buf, (size_t)n, err) < 0)
			return -1;
		left -= n;
	}
	if (m->line.len && end_line(m, err) < 0)
		return -1;
	return flush(m, 0, err);
}

/* The words of PAGER, or less, which begins at the first marked line. */
static void pager_argv(struct vt_strv *argv, size_t first)
{
	vt_str_words(getenv("PAGER"), " \t\n", argv);
	if (argv->n)
		return;
	vt_strv_addv(argv, "less", "-R", (char *)NULL);
	if (first)
		vt_strv_addf(argv, "+%zug", first);
}

/* In place of this process: the pager is then what the terminal's user talks
 * to. Returns only if it cannot be executed. */
static void page(const struct vt_tmp *text, size_t first)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	pager_argv(&argv, first);
	VT_AUTO_FREE char *found = vt_proc_find(argv.v[0]);
	if (found && lseek(text->fd, 0, SEEK_SET) == 0 &&
		dup2(text->fd, STDIN_FILENO) == STDIN_FILENO)
		execv(found, argv.v);
	vt_log_warn("cannot run the pager '%s': %s", argv.v[0],
		found ? strerror(errno) : "it is not installed");
}

static int show(struct marking *m, const char *path, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp text = VT_TMP_INIT;
	m->fd = STDOUT_FILENO;
	if (!isatty(STDOUT_FILENO))
		return mark_all(m, path, err);
	const char *no = getenv("NO_COLOR");
	m->colour = !no || !*no;
	if (vt_tmp_scratch(&text, 0600, err) < 0)
		return -1;
	m->fd = text.fd;
	if (mark_all(m, path, err) < 0)
		return -1;
	page(&text, m->first);
	m->fd = STDOUT_FILENO;
	m->number = 0;
	return mark_all(m, path, err);
}

static char *dir_of(const char *name)
{
	return vt_fs_is_dir(name) || strchr(name, '/')
		       ? vt_strdup(name)
		       : vt_fs_join(vt_setting("TOPDIR"), name);
}

int marked_log_show(const char *name, struct vt_err **err)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_FREE char *dir = dir_of(name);
	bool has = vt_result_read(dir, &r, NULL) > 0;
	const char *phase = phase_of(dir, has ? vt_result_phase(&r) : "-");
	if (!phase)
		return vt_err_set(
			err, VT_USAGE, "there is no console log in '%s'", dir);
	struct marking m = {.see = has ? line_of(r.see, phase) : 0};
	VT_AUTO_FREE char *path = vt_phases_console(dir, phase);
	add_patterns(&m, dir, phase);
	int rc = show(&m, path, err);
	vt_match_free(m.match);
	vt_str_free(&m.line);
	vt_str_free(&m.out);
	return rc;
}
