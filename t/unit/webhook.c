/* Events of an installer: the file is always complete, and limited in size. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "http/webhook.h"

static char *file, *posted;

#define START "{\"name\": \"a\", \"event_type\": \"start\"}"

static enum vt_webhook_end take(struct vt_webhook *w, const char *s)
{
	return vt_webhook_take(w, s, strlen(s));
}

/* Number of events in the file; -1: it is not a JSON array. */
static int in_file(void)
{
	VT_AUTO_JSON json_t *j = vt_json_load(file, 64 << 20, NULL);
	return json_is_array(j) ? (int)json_array_size(j) : -1;
}

static void test_events(void)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, posted);
	ok(!vt_fs_exists(file), "no file before the first event");
	is_int(take(w, START), VT_WEBHOOK_TAKEN, "an event");
	is_int(in_file(), 1, "is a whole array");
	for (int i = 0; i < 9; i++)
		take(w, "{\"name\":\"b/\u00e9\\n\",\"event_type\":\"finish\","
			"\"timestamp\":1.25,\"more\":[1,{\"x\":null}]}");
	is_int(in_file(), 10, "and so it is after each");
	is_int(vt_webhook_count(w), 10, "counted");
	VT_AUTO_JSON json_t *j = vt_json_load(file, 1 << 20, NULL);
	const json_t *last = json_array_get(j, 9);
	is_str(json_string_value(json_object_get(last, "name")), "b/\u00e9\n",
		"with all its members");
	ok(json_real_value(json_object_get(last, "timestamp")) == 1.25,
		"unchanged");
}

static void test_garbage(void)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, posted);
	static const char *const bad[] = {"", "{", "[]", "nonsense", "\"name\"",
		START START, "{\"name\":1,\"event_type\":\"start\"}",
		"{\"name\":\"a\"}", "{\"event_type\":\"a\"}",
		"{\"name\":\"\xff\",\"event_type\":\"a\"}",
		"{\"name\":\"\\u0000\",\"event_type\":\"a\"}"};
	unlink(file);
	for (size_t i = 0; i < VT_COUNT(bad); i++)
		ok(take(w, bad[i]) == VT_WEBHOOK_BAD, "no event: '%.20s'",
			bad[i]);
	is_int(vt_webhook_take(w, START "\0x", sizeof(START) + 1),
		VT_WEBHOOK_BAD, "nor one with a NUL behind it");
	ok(!vt_fs_exists(file), "nothing is written for them");
}

/* An event with a member of `n` times `s`, between `open` and `close`. */
static void padded(struct vt_str *out, const char *open, const char *s,
	size_t n, const char *close)
{
	out->len = 0;
	vt_str_addf(out, "{\"name\":\"a\",\"event_type\":\"b\",\"x\":%s", open);
	for (size_t i = 0; i < n; i++)
		vt_str_add(out, s);
	vt_str_add(out, close);
	vt_str_addc(out, '}');
}

static void test_bounds(void)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, NULL);
	VT_AUTO_STR struct vt_str s = VT_STR_INIT, end = VT_STR_INIT;
	unlink(file);
	for (int i = 0; i < 10; i++)
		vt_str_addc(&end, ']');
	padded(&s, "", "[", 10, end.s);
	is_int(take(w, s.s), VT_WEBHOOK_TAKEN, "10 levels");
	padded(&s, "", "[", 1000000, "");
	is_int(take(w, s.s), VT_WEBHOOK_BAD, "a million levels");
	padded(&s, "[0", ",0", 9000, "]");
	is_int(take(w, s.s), VT_WEBHOOK_TAKEN, "9000 parts");
	padded(&s, "[0", ",0", 1000000, "]");
	is_int(take(w, s.s), VT_WEBHOOK_BAD, "a million parts");
	padded(&s, "\"", "[\\\"{,", 1000000, "\"");
	is_int(take(w, s.s), VT_WEBHOOK_TAKEN, "a long text has no parts");
	padded(&s, "\"", "0123456789abcdef", 600000, "\"");
	is_int(take(w, s.s), VT_WEBHOOK_BAD, "too large");
	padded(&s, "\"", "0123456789abcdef", 400000, "\"");
	is_int(take(w, s.s), VT_WEBHOOK_TAKEN, "large");
	is_int(take(w, s.s), VT_WEBHOOK_FULL, "the sum is bounded");
	is_int(take(w, START), VT_WEBHOOK_TAKEN, "a small one still fits");
	is_int(in_file(), 5, "and the file is whole");
}

static void test_many(void)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, posted);
	unlink(file);
	for (int i = 0; i < VT_WEBHOOK_MAX_EVENTS; i++)
		take(w, START);
	is_int(take(w, START), VT_WEBHOOK_FULL, "the count is bounded");
	is_int(in_file(), VT_WEBHOOK_MAX_EVENTS, "the first are there");
}

static bool holds(const char *name, const char *text)
{
	VT_AUTO_FREE char *path = vt_fs_join(posted, name);
	VT_AUTO_FREE char *found = vt_fs_read(path, 1 << 20, NULL, NULL);
	return vt_str_eq(found, text);
}

static void test_files(const char *dir)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, posted);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	unlink(file);
	is_int(take(w, "{\"name\":\"a\",\"event_type\":\"finish\",\"files\":["
		       "{\"path\":\"/tmp/"
		       "install.log\",\"content\":\"bG9nCg==\"},"
		       "{\"path\":\"b\",\"content\":\"bG9nMQ==\"},"
		       "{\"path\":\"c\",\"content\":\"bG9n\"},"
		       "{\"path\":\"gone\",\"content\":null},"
		       "{\"path\":\"bad\",\"content\":\"b\"},"
		       "{\"path\":\"worse\",\"content\":\"!!!!\"},"
		       "{\"path\":\"..\",\"content\":\"bG9n\"},"
		       "{\"path\":\"/a/../../../up\",\"content\":\"bG9n\"},"
		       "{\"path\":\"/\",\"content\":\"bG9n\"},"
		       "{\"path\":\"a b\",\"content\":\"bG9n\"},7,null]}"),
		VT_WEBHOOK_TAKEN, "an event with files");
	ok(holds("install.log", "log\n"), "a file");
	ok(holds("b", "log1"), "padded by two");
	ok(holds("c", "log"), "not padded");
	ok(holds("up", "log"), "only the last part of a path counts");
	vt_fs_list(posted, &names, NULL);
	is_int((long long)names.n, 4, "nothing else is written");
	VT_AUTO_FREE char *up = vt_fs_join(dir, "up");
	ok(!vt_fs_exists(up), "nor elsewhere");
	for (int i = 0; i < 100; i++) {
		VT_AUTO_FREE char *one = vt_printf(
			"{\"name\":\"a\",\"event_type\":\"b\",\"files\":["
			"{\"path\":\"f%d\",\"content\":\"bG9n\"}]}",
			i);
		take(w, one);
	}
	vt_strv_free(&names);
	vt_fs_list(posted, &names, NULL);
	is_int((long long)names.n, VT_WEBHOOK_MAX_FILES, "they are bounded");
	is_int(in_file(), 101, "their events are not lost");
}

/* RLIMIT_FSIZE simulates a full disk. */
static void test_full(void)
{
	VT_AUTO_WEBHOOK struct vt_webhook *w = vt_webhook_new(file, NULL);
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	struct rlimit old, small;
	unlink(file);
	take(w, START);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 4096;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	padded(&s, "\"", "0123456789abcdef", 1000, "\"");
	is_int(take(w, s.s), VT_WEBHOOK_FAILED, "no room on the disk");
	setrlimit(RLIMIT_FSIZE, &old);
	is_int(in_file(), 1, "the file is whole");
	is_int(take(w, s.s), VT_WEBHOOK_TAKEN, "room again");
	is_int(in_file(), 2, "and whole still");
}

int main(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-webhook", NULL);
	file = vt_fs_join(dir, "events.json");
	posted = vt_fs_join(dir, "posted");
	vt_log_init("webhook", 0);
	test_events();
	test_garbage();
	test_bounds();
	test_many();
	test_files(dir);
	test_full();
	free(file);
	free(posted);
	return done_testing();
}
