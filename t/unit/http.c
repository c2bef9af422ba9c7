/* The web server, with real requests over loopback in one poll loop. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "http/range.h"
#include "http/server_parts.h"

enum { BIG = 100 << 20, PATIENCE_MS = 8000 };

static struct vt_http *http;
static unsigned short port;
static char token[64];

static int dial_how(int flags)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 && !flags)
		perror("# connect");
	return fd;
}

static int dial(void)
{
	return dial_how(0);
}

/* One turn of the loop that a launcher runs, which trusts vt_http_fd() and
 * vt_http_timeout_ms(); true when `fd` is readable. */
static bool turn(int fd, int most_ms)
{
	struct pollfd p[] = {{.fd = vt_http_fd(http), .events = POLLIN},
		{.fd = fd, .events = POLLIN}};
	int ms = vt_http_timeout_ms(http);

	if (poll(p, 2, ms < 0 || ms > most_ms ? most_ms : ms) == 0 && ms != 0 &&
		most_ms == PATIENCE_MS) {
		printf("Bail out! no answer in %d ms\n", most_ms);
		exit(1);
	}
	vt_http_run(http, NULL);
	return p[1].revents != 0;
}

/* Let the server handle pending requests. */
static void settle(void)
{
	for (int i = 0; i < 10; i++)
		turn(-1, 10);
}

static void say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		printf("# send: connection closed\n");
}

/* Reads until the server closes, at most `max` bytes. */
static void hear(int fd, struct vt_str *out, size_t max)
{
	static char buf[1 << 18];

	while (out->len < max) {
		if (!turn(fd, PATIENCE_MS))
			continue;
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		vt_str_addn(out, buf, (size_t)n);
	}
}

/* A request on a connection of its own; "@" in the path is the token. */
static void ask(const char *method, const char *path, const char *headers,
	struct vt_str *out)
{
	VT_AUTO_FREE char *full = vt_str_replace(path, "@", token);
	VT_AUTO_FREE char *text =
		vt_printf("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
			  "%s\r\n",
			method, full, headers);
	VT_AUTO_CLOSE int fd = dial();

	out->len = 0;
	say(fd, text);
	hear(fd, out, SIZE_MAX);
}

static int status_of(const struct vt_str *answer)
{
	int status = 0;

	sscanf(vt_str_c(answer), "HTTP/1.1 %d", &status);
	return status;
}

static const char *body_of(const struct vt_str *answer)
{
	const char *s = strstr(vt_str_c(answer), "\r\n\r\n");

	return s ? s + 4 : "(none)";
}

static void expect(const char *method, const char *path, const char *headers,
	int status, const char *body)
{
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;

	ask(method, path, headers, &a);
	if (!ok(status_of(&a) == status && !strcmp(body_of(&a), body),
		    "%s %s %.*s gives %d", method, path,
		    (int)strcspn(headers, "\r"), headers, status))
		printf("# found %d '%.80s'\n", status_of(&a), body_of(&a));
}

static void test_documents(void)
{
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;

	vt_http_serve(http, "user-data", "#cloud-config\n", 14, NULL);
	vt_http_serve(http, "meta-data", "instance-id: x\n", 15, NULL);
	vt_http_serve(http, "vendor-data", "", 0, NULL);
	expect("GET", "/@/user-data", "", 200, "#cloud-config\n");
	expect("GET", "/@/user%2Ddata", "", 200, "#cloud-config\n");
	expect("GET", "/@/user-data?x=1", "", 200, "#cloud-config\n");
	expect("GET", "/@/vendor-data", "", 200, "");
	expect("HEAD", "/@/meta-data", "", 200, "");
	ask("HEAD", "/@/meta-data", "", &a);
	ok(strstr(vt_str_c(&a), "\r\nContent-Length: 15\r\n"),
		"HEAD tells the length");
	ask("GET", "/@/vendor-data", "", &a);
	ok(strstr(vt_str_c(&a), "\r\nContent-Length: 0\r\n"),
		"an empty document has its length");
	is_int(vt_http_count(http, "user-data").gets, 3, "GETs are counted");
	is_int(vt_http_count(http, "user-data").whole, 3, "and their ends");
	is_int(vt_http_count(http, "meta-data").gets, 0, "a HEAD is no GET");
	is_int(vt_http_count(http, "meta-data").heads, 2, "HEADs are counted");
	is_int(vt_http_count(http, "none").gets, 0, "nothing for no name");
}

static void test_refusals(void)
{
	static const char *const paths[] = {"/", "/user-data", "//user-data",
		"/@", "/@/", "/@user-data", "/@/none", "/@//user-data",
		"/@/user-data/", "/@/./user-data", "/@/../@/user-data",
		"/@/../../../../etc/passwd", "/@/%2e%2e/etc/passwd",
		"/@/..%2f..%2fetc%2fpasswd", "/@//etc/passwd", "/@/user",
		"/@/USER-DATA", "/x@/user-data",
		"/00000000000000000000000000000000/user-data"};
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;
	VT_AUTO_FREE char *wrong = vt_printf("/%s/user-data", token);

	for (size_t i = 0; i < VT_COUNT(paths); i++)
		expect("GET", paths[i], "", 404, "");
	wrong[32] ^= 1;
	expect("GET", wrong, "", 404, "");
	ok(vt_strv_has(vt_http_missed(http), "none"),
		"a missed name is remembered");
	ok(!vt_strv_has(vt_http_missed(http), "user-data"),
		"one without the token is not");
	expect("POST", "/@/user-data", "Content-Length: 3\r\n", 405, "");
	expect("POST", "/user-data", "Content-Length: 3\r\n", 404, "");
	expect("DELETE", "/@/user-data", "", 405, "");
	ask("GET", "/@/user-data", "Content-Length: 3\r\n\r\nabc", &a);
	is_int(status_of(&a), 200, "a body with a GET is dropped");

	VT_AUTO_CLOSE int fd = dial();
	a.len = 0;
	say(fd, "\x16\x03\x01 what\r\n\r\n");
	hear(fd, &a, SIZE_MAX);
	ok(a.len == 0 || status_of(&a) == 400, "garbage is refused");
	VT_AUTO_STR struct vt_str huge = VT_STR_INIT;
	vt_str_add(&huge, "X: ");
	for (int i = 0; i < 50000; i++)
		vt_str_addc(&huge, 'x');
	vt_str_add(&huge, "\r\n");
	ask("GET", "/@/user-data", vt_str_c(&huge), &a);
	ok(status_of(&a) != 200, "50 kB of header are refused");
	expect("GET", "/@/user-data", "", 200, "#cloud-config\n");
}

static void test_ranges(void)
{
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;
	struct vt_range r;

	vt_http_serve(http, "ten", "0123456789", 10, NULL);
	expect("GET", "/@/ten", "Range: bytes=0-3\r\n", 206, "0123");
	expect("GET", "/@/ten", "Range: bytes=5-\r\n", 206, "56789");
	expect("GET", "/@/ten", "Range: bytes=8-99\r\n", 206, "89");
	expect("GET", "/@/ten", "Range: bytes=-3\r\n", 206, "789");
	expect("GET", "/@/ten", "Range: bytes=-30\r\n", 206, "0123456789");
	expect("GET", "/@/ten", "Range: bytes=9-9\r\n", 206, "9");
	expect("GET", "/@/ten", "Range: bytes=10-\r\n", 416, "");
	expect("GET", "/@/ten", "Range: bytes=-0\r\n", 416, "");
	expect("GET", "/@/ten", "Range: bytes=3-1\r\n", 200, "0123456789");
	expect("GET", "/@/ten", "Range: bytes=0-1,3-4\r\n", 200, "0123456789");
	expect("GET", "/@/ten", "Range: lines=1-2\r\n", 200, "0123456789");
	expect("GET", "/@/ten", "Range: bytes=1-2\r\nIf-Range: \"x\"\r\n", 200,
		"0123456789");
	expect("GET", "/@/vendor-data", "Range: bytes=0-\r\n", 416, "");
	ask("GET", "/@/ten", "Range: bytes=2-4\r\n", &a);
	ok(strstr(vt_str_c(&a), "\r\nContent-Range: bytes 2-4/10\r\n") &&
			strstr(vt_str_c(&a), "\r\nContent-Length: 3\r\n"),
		"a range tells its place");
	ask("GET", "/@/ten", "Range: bytes=99-\r\n", &a);
	ok(strstr(vt_str_c(&a), "\r\nContent-Range: bytes */10\r\n"),
		"a bad range tells the size");
	is_int(vt_range_parse("bytes=99999999999999999999-", 10, &r), 200,
		"a number too large is not understood");
	is_int(vt_range_parse("bytes=1-18446744073709551615", 10, &r), 206,
		"the largest number is");
	is_int((long)r.length, 9, "and is cut to the end");
}

static void bad_name(const char *name)
{
	VT_AUTO_ERR struct vt_err *err = NULL;

	ok(vt_http_serve(http, name, "", 0, &err) == -1 &&
			vt_err_status(err) == VT_USAGE,
		"no name: '%.*s'", (int)strcspn(name, "\n"), name);
}

static void test_names(const char *dir)
{
	VT_AUTO_FREE char *file = vt_fs_join(dir, "small");
	VT_AUTO_FREE char *gone = vt_fs_join(dir, "gone");
	VT_AUTO_ERR struct vt_err *e1 = NULL;
	VT_AUTO_ERR struct vt_err *e2 = NULL;
	static const char *const bad[] = {"", "/etc/passwd", "a/../b", ".",
		"a//b", "a/", "a b", "a\nb", "a?b", "a%2fb", "user-data"};

	for (size_t i = 0; i < VT_COUNT(bad); i++)
		bad_name(bad[i]);
	ok(vt_http_publish(http, "d", dir, &e1) == -1 &&
			vt_err_status(e1) == VT_USAGE,
		"a directory is not published");
	ok(vt_http_publish(http, "d", gone, &e2) == -1 &&
			vt_err_status(e2) == VT_USAGE,
		"nor a missing file");
	vt_fs_write(file, "old\n", 4, 0644, NULL);
	ok(vt_http_publish(http, "root/small", file, NULL) == 0, "published");
	expect("GET", "/@/root/small", "", 200, "old\n");
	unlink(file);
	if (symlink("/etc/passwd", file) < 0)
		perror("# symlink");
	expect("GET", "/@/root/small", "", 200, "old\n");
}

static char *make_big(const char *dir)
{
	char *path = vt_fs_join(dir, "big");
	VT_AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	/* sparse, with different marks at each offset that is checked */
	for (int i = 0; i < 100; i++) {
		if (pwrite(fd, &i, sizeof(i), i * (BIG / 100) + i) < 0)
			perror("# pwrite");
	}
	if (ftruncate(fd, BIG) < 0)
		perror("# ftruncate");
	return path;
}

static void test_big(const char *dir)
{
	VT_AUTO_FREE char *path = make_big(dir);
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;
	VT_AUTO_STR struct vt_str rest = VT_STR_INIT;
	char want[65], got[65];
	uint64_t size = 0;

	ok(vt_http_publish(http, "big", path, NULL) == 0, "100 MiB published");
	vt_fs_sha256(path, want, &size, NULL);
	uint64_t start = vt_now_ms();
	ask("GET", "/@/big", "", &a);
	printf("# 100 MiB in %d ms\n", (int)(vt_now_ms() - start));
	size_t head = (size_t)(body_of(&a) - a.s);
	is_int((long long)(a.len - head), BIG, "all of it arrives");
	vt_sha256_hex(a.s + head, a.len - head, got);
	is_str(got, want, "unchanged");
	is_int(vt_http_count(http, "big").whole, 1, "counted whole");

	/* a client that disconnects in the middle, then resumes */
	{
		VT_AUTO_FREE char *text = vt_printf(
			"GET /%s/big HTTP/1.1\r\nHost: x\r\n\r\n", token);
		VT_AUTO_CLOSE int fd = dial();
		a.len = 0;
		say(fd, text);
		hear(fd, &a, 30 << 20);
	}
	settle();
	is_int(vt_http_count(http, "big").gets, 2, "a cut GET is counted");
	is_int(vt_http_count(http, "big").whole, 1, "but not as whole");
	head = (size_t)(body_of(&a) - a.s);
	VT_AUTO_FREE char *range =
		vt_printf("Range: bytes=%zu-\r\n", a.len - head);
	ask("GET", "/@/big", range, &rest);
	is_int(status_of(&rest), 206, "the rest is asked for");
	size_t rest_head = (size_t)(body_of(&rest) - rest.s);
	vt_str_addn(&a, rest.s + rest_head, rest.len - rest_head);
	vt_sha256_hex(a.s + head, a.len - head, got);
	is_str(got, want, "both parts make the file");
}

static void test_many(void)
{
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;
	VT_AUTO_FREE char *one =
		vt_printf("GET /%s/ten HTTP/1.1\r\nHost: x\r\n\r\n", token);
	VT_AUTO_FREE char *two = vt_printf("GET /%s/ten HTTP/1.1\r\nHost: x\r\n"
					   "Connection: close\r\n\r\n",
		token);
	int idle[200];

	VT_AUTO_CLOSE int fd = dial();
	say(fd, one);
	say(fd, two);
	hear(fd, &a, SIZE_MAX);
	const char *second = strstr(body_of(&a), "HTTP/1.1 200");
	ok(second && strstr(second, "0123456789"),
		"two requests on one connection");

	/* more connections than the limit, all closed in one turn */
	for (size_t i = 0; i < VT_COUNT(idle); i++) {
		idle[i] = dial_how(SOCK_NONBLOCK);
		turn(-1, 1);
	}
	settle();
	for (size_t i = 0; i < VT_COUNT(idle); i++)
		close(idle[i]);
	uint64_t start = vt_now_ms();
	expect("GET", "/@/ten", "", 200, "0123456789");
	ok(vt_now_ms() - start < 5000, "at once after a crowd has left");
}

static char taken[64];

static unsigned take(void *data, const char *body, size_t len)
{
	++*(unsigned *)data;
	snprintf(taken, sizeof(taken), "%zu %.40s", len, body);
	return !strcmp(body, "bad") ? 400 : 200;
}

static int post(const char *headers, const char *body)
{
	VT_AUTO_FREE char *head = vt_printf(
		"POST /%s/hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		"%s\r\n",
		token, headers);
	VT_AUTO_STR struct vt_str a = VT_STR_INIT;
	VT_AUTO_CLOSE int fd = dial();

	say(fd, head);
	say(fd, body);
	hear(fd, &a, SIZE_MAX);
	return status_of(&a);
}

static void test_bodies(void)
{
	unsigned n = 0;
	const struct vt_http_taker taker = {1000, take, &n};
	VT_AUTO_STR struct vt_str big = VT_STR_INIT;
	int half[40];

	is_int(vt_http_take(http, "hook", &taker, NULL), 0, "a name for POST");
	is_int(post("Content-Length: 5\r\n", "hello"), 200, "a body");
	is_str(taken, "5 hello", "arrives whole");
	is_int(post("Content-Length: 3\r\n", "bad"), 400, "as answered");
	is_int(post("Transfer-Encoding: chunked\r\n",
		       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
		200, "in pieces");
	is_str(taken, "5 abcde", "all of them");
	is_int(post("Content-Length: 0\r\n", ""), 200, "an empty one");
	is_int((int)n, 4, "each handed over once");
	is_int(post("Content-Length: 1001\r\n", ""), 413, "too large");
	is_int(post("Content-Length: 99999999999999999\r\n", ""), 413,
		"far too large");
	for (int i = 0; i < 600; i++)
		vt_str_add(&big, "2\r\nab\r\n");
	is_int(post("Transfer-Encoding: chunked\r\n", big.s), 0,
		"one that turns out too large is cut off");
	expect("GET", "/@/hook", "", 405, "");
	expect("DELETE", "/@/hook", "", 405, "");
	expect("POST", "/hook", "Content-Length: 3\r\n", 404, "");
	expect("POST", "/@/ten", "Content-Length: 3\r\n", 405, "");
	for (size_t i = 0; i < VT_COUNT(half); i++) {
		VT_AUTO_FREE char *text =
			vt_printf("POST /%s/hook HTTP/1.1\r\nHost: x\r\n"
				  "Content-Length: 900\r\n\r\nhalf",
				token);
		half[i] = dial_how(SOCK_NONBLOCK);
		say(half[i], text);
		turn(-1, 1);
	}
	settle();
	is_int(post("Content-Length: 2\r\n", "ok"), 200, "beside half ones");
	for (size_t i = 0; i < VT_COUNT(half); i++)
		close(half[i]);
	settle();
	is_int((int)n, 5, "of which none is handed over");
	is_int(vt_http_count(http, "hook").posts, 5, "counted");
}

static size_t peers(void)
{
	size_t n = 0;

	for (struct vt_http_peer *p = http->peers; p; p = p->next)
		n++;
	return n;
}

/* Open connections that send this text, and let the server accept each. */
static void crowd(int *fds, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		fds[i] = dial_how(SOCK_NONBLOCK);
		turn(-1, 1);
		if (send(fds[i], text, strlen(text), MSG_NOSIGNAL) < 0)
			printf("# not connected\n");
		turn(-1, 1);
	}
	settle();
}

static void leave(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	settle();
}

/* Connections that stay open must not keep others out: of clients that do not
 * know the token, and of those that know it and never finish. */
static void test_crowds(void)
{
	unsigned n = 0;
	const struct vt_http_taker taker = {1000, take, &n};
	VT_AUTO_FREE char *half = vt_printf("GET /%.20s", token);
	VT_AUTO_FREE char *body =
		vt_printf("POST /%s/slow HTTP/1.1\r\nHost: x\r\n"
			  "Content-Length: 900\r\n\r\nhalf",
			token);
	VT_AUTO_FREE char *whole =
		vt_printf("GET /%s/ten HTTP/1.1\r\nHost: x\r\n\r\n", token);
	static const char *const missing = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
	int fds[200];

	vt_http_take(http, "slow", &taker, NULL);
	crowd(fds, VT_COUNT(fds), half);
	is_int((long)peers(), VT_HTTP_MAX_UNKNOWN, "clients without a token");
	expect("GET", "/@/ten", "", 200, "0123456789");
	int ms = vt_http_timeout_ms(http);
	ok(ms >= 0 && ms <= VT_HTTP_UNKNOWN_MS, "... which soon are closed");
	for (struct vt_http_peer *p = http->peers; p; p = p->next)
		p->deadline_ms = 1;
	is_int(vt_http_timeout_ms(http), 0, "... when their time is over");
	settle();
	is_int((long)peers(), 0, "... although they stay connected");
	leave(fds, VT_COUNT(fds));

	crowd(fds, 1, missing);
	is_int((long)peers(), 0, "closed after a request without the token");
	leave(fds, 1);

	crowd(fds, VT_COUNT(fds), body);
	is_int((long)peers(), VT_HTTP_MAX_POSTS, "clients with slow bodies");
	expect("GET", "/@/ten", "", 200, "0123456789");
	ms = vt_http_timeout_ms(http);
	ok(ms >= 0 && ms <= VT_HTTP_BODY_MS, "... which have a deadline");
	for (struct vt_http_peer *p = http->peers; p; p = p->next)
		p->deadline_ms = 1;
	settle();
	is_int((long)peers(), 0, "... and then are closed");
	is_int((int)n, 0, "... without being handed over");
	leave(fds, VT_COUNT(fds));

	crowd(fds, VT_COUNT(fds), whole);
	ok(peers() < VT_HTTP_MAX_CONNECTIONS, "idle clients with the token");
	expect("GET", "/@/ten", "", 200, "0123456789");
	leave(fds, VT_COUNT(fds));
}

static void test_open(void)
{
	vt_http_serve_open(http, "/MAAS/api/version/", "2.0", NULL);
	expect("GET", "/MAAS/api/version/", "", 200, "2.0");
	expect("HEAD", "/MAAS/api/version/", "", 200, "");
	expect("GET", "/MAAS/api/version", "", 404, "");
	expect("GET", "/@/MAAS/api/version/", "", 404, "");
	expect("POST", "/MAAS/api/version/", "Content-Length: 3\r\n", 404, "");
}

/* An idle server has no timeout, and its descriptor is not readable. */
static void test_idle(void)
{
	struct pollfd p = {.fd = vt_http_fd(http), .events = POLLIN};
	int turns = 0;

	for (uint64_t end = vt_now_ms() + 300; vt_now_ms() < end; turns++) {
		poll(&p, 1, 100);
		vt_http_run(http, NULL);
	}
	ok(turns < 20, "no busy loop when idle");
	printf("# %d turns in 300 ms\n", turns);
}

int main(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-http", NULL);
	VT_AUTO_ERR struct vt_err *err = NULL;

	http = vt_http_new("127.0.0.1", 0, &err);
	if (!ok(http != NULL, "listening"))
		return done_testing();
	VT_AUTO_FREE char *url = vt_http_url(http, "127.0.0.1");
	ok(sscanf(url, "http://127.0.0.1:%hu/%63s", &port, token) == 2 &&
			strspn(token, "0123456789abcdef") == 32 &&
			strlen(token) == 32,
		"a URL with a token of 32 hex digits");
	struct vt_http *other = vt_http_new("127.0.0.1", 0, NULL);
	VT_AUTO_FREE char *other_url = vt_http_url(other, "127.0.0.1");
	ok(!strstr(other_url, token), "each server has its own");
	vt_http_free(other);
	test_documents();
	test_refusals();
	test_ranges();
	test_names(dir);
	test_big(dir);
	test_many();
	test_bodies();
	test_crowds();
	test_open();
	test_idle();
	vt_http_free(http);
	vt_fs_rmtree(dir, NULL);
	return done_testing();
}
