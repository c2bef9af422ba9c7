/* The run log (test/runlog.h): lines stay whole while many processes write to a
 * file or a pipe, also if messages contain newlines. */
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "test/runlog.h"

enum { WRITERS = 12, LINES = 400, LONG = 5000, MAX_TEXT = 2048 };

/* Each writer logs for a test of its own. Its messages consist of one letter,
 * so that a mixed line can be recognised, and are up to LONG bytes long. */
static void write_lines(int writer)
{
	char name[16], text[LONG + 1];
	snprintf(name, sizeof(name), "test-%c", 'a' + writer);
	memset(text, 'a' + writer, LONG);
	text[LONG] = '\0';
	for (int i = 0; i < LINES; i++) {
		/* of different lengths, some with a newline */
		text[i * 7 % LONG] = i % 10 ? text[0] : '\n';
		vt_runlog(name, "boot", "%s", text + i * 11 % LONG);
		text[i * 7 % LONG] = text[LONG - 1];
	}
}

/* Whether a line is like "2026-11-22T23:00:00.000Z test-a boot aaaa", with the
 * letters of one writer only. */
static bool is_whole(const char *line)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ test-";
	size_t n = strlen(shape);
	for (size_t i = 0; i < n; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)line[i])
				    : shape[i] != line[i])
			return false;
	const char letter[] = {line[n], '?', '\0'};
	const char *rest = line + n + 1;
	if (!vt_str_starts(rest, " boot "))
		return false;
	rest += strlen(" boot ");
	return strspn(rest, letter) == strlen(rest) &&
	       strlen(line) < MAX_TEXT + 64;
}

static void check_lines(const char *text, const char *what)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	size_t whole = 0;
	vt_str_split(text, '\n', &lines);
	for (size_t i = 0; i + 1 < lines.n; i++)
		whole += is_whole(lines.v[i]);
	is_int((long long)lines.n - 1, WRITERS * LINES, what);
	is_int((long long)whole, WRITERS * LINES,
		"  each from one writer only");
}

static void start_writers(void)
{
	fflush(stdout);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0) {
			write_lines(i);
			_exit(0);
		}
}

static void test_file(const char *dir)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "log");
	setenv("VT_LOG", path, 1);
	start_writers();
	while (wait(NULL) > 0)
		;
	VT_AUTO_FREE char *text = vt_fs_read(path, 64 << 20, NULL, NULL);
	check_lines(text ? text : "", "12 processes: one line per message");
}

static void test_pipe(void)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	char buf[65536], path[32];
	int ends[2];
	ssize_t n;
	if (pipe(ends) < 0)
		return;
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	setenv("VT_LOG", path, 1);
	start_writers();
	close(ends[1]);
	while ((n = read(ends[0], buf, sizeof(buf))) > 0)
		vt_str_addn(&text, buf, (size_t)n);
	close(ends[0]);
	while (wait(NULL) > 0)
		;
	check_lines(vt_str_c(&text), "12 processes and a pipe: the same");
}

int main(void)
{
	char *dir = vt_fs_tmpdir("vt-runlog", NULL);
	test_file(dir);
	test_pipe();
	vt_fs_rmtreep(&dir);
	return done_testing();
}
