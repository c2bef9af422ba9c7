#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "data/json.h"
#include "step.h"

enum { PATIENCE_S = 10 };

static struct {
	char host[64], path[512]; /* host "": no webhook */
	unsigned port;
	char log[256]; /* name of the log to post; "": none */
	bool lost;     /* the warning was printed */
} to;

static int parse_endpoint(const struct vt_node *n, struct vt_err **err)
{
	const char *url;
	if (vt_node_str(n, &url, err) < 0)
		return -1;
	to.port = 80;
	to.path[0] = '/';
	if (sscanf(url, "http://%63[0-9.]:%u/%510s", to.host, &to.port,
		    to.path + 1) >= 1 &&
		to.port < 65536)
		return 0;
	to.host[0] = '\0';
	return vt_node_err(n, err,
		"endpoint '%s' is not http://ADDRESS:PORT/PATH with an address "
		"in numbers",
		url);
}

/* Find the first handler that is a webhook. */
static int find_webhook(const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *all = vt_node_get(config, "reporting");
	for (size_t i = 0; all && all->kind == VT_MAP && i < all->n; i++) {
		const struct vt_node *n = all->items[i];
		const struct vt_node *endpoint = vt_node_get(n, "endpoint");
		const char *type = vt_node_text(vt_node_get(n, "type"));
		if (type && !strcmp(type, "webhook") && endpoint)
			return parse_endpoint(endpoint, err);
	}
	return 0;
}

static bool is_listed(const struct vt_node *list, const char *name)
{
	for (size_t i = 0; list && list->kind == VT_SEQ && i < list->n; i++)
		if (vt_str_eq(vt_node_text(list->items[i]), name))
			return true;
	return false;
}

static int dial(void)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)to.port)};
	VT_AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || inet_pton(AF_INET, to.host, &a.sin_addr) != 1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -1;
	int done = fd;
	fd = -1;
	return done;
}

static bool send_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = send(fd, s, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
	}
	return true;
}

/* Return: the HTTP status; 0 without an answer */
static int post(const char *body)
{
	VT_AUTO_CLOSE int fd = dial();
	VT_AUTO_FREE char *head = vt_printf(
		"POST %s HTTP/1.1\r\nHost: %s:%u\r\nConnection: close\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		to.path, to.host, to.port, strlen(body));
	char answer[256];
	int status = 0;
	if (fd < 0 || !send_all(fd, head, strlen(head)) ||
		!send_all(fd, body, strlen(body)))
		return 0;
	ssize_t n = recv(fd, answer, sizeof(answer) - 1, 0);
	answer[n > 0 ? n : 0] = '\0';
	sscanf(answer, "HTTP/1.1 %d", &status);
	return status;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* @result: NULL for a start event; takes @files */
static void report(const char *name, const char *type, const char *description,
	double when, const char *result, json_t *files)
{
	VT_AUTO_JSON json_t *event = json_object();
	json_object_set_new(event, "name", json_string(name));
	json_object_set_new(event, "description", json_string(description));
	json_object_set_new(event, "event_type", json_string(type));
	json_object_set_new(event, "origin", json_string("vt-install"));
	json_object_set_new(event, "timestamp", json_real(when));
	json_object_set_new(event, "level", json_string("INFO"));
	if (result)
		json_object_set_new(event, "result", json_string(result));
	if (files)
		json_object_set_new(event, "files", files);
	VT_AUTO_FREE char *text = json_dumps(event, JSON_COMPACT);
	int status = text ? post(text) : 0;
	if (status != 200 && !to.lost)
		say("warning: event '%s' could not be posted (status %d)", name,
			status);
	to.lost = to.lost || status != 200;
}

static json_t *log_file(void)
{
	const char *text = step_log();
	size_t len = strlen(text);
	VT_AUTO_FREE char *b64 = vt_alloc(len / 3 * 4 + 5);
	json_t *file = json_object(), *files = json_array();
	EVP_EncodeBlock(
		(unsigned char *)b64, (const unsigned char *)text, (int)len);
	json_object_set_new(file, "path", json_string(to.log));
	json_object_set_new(file, "content", json_string(b64));
	json_object_set_new(file, "encoding", json_string("base64"));
	json_array_append_new(files, file);
	return files;
}

int report_open(const struct vt_node *config, struct vt_err **err)
{
	const struct vt_node *install = vt_node_get(config, "install");
	const char *log = vt_node_text(vt_node_get(install, "log_file"));
	if (find_webhook(config, err) < 0)
		return -1;
	if (log && is_listed(vt_node_get(install, "post_files"), log))
		snprintf(to.log, sizeof(to.log), "%s", log);
	if (to.host[0])
		report("cmd-install", "start", "curtin command install", now(),
			NULL, NULL);
	return 0;
}

void report_stage(const char *name, unsigned long took_ms, bool ok)
{
	VT_AUTO_FREE char *full = vt_printf("cmd-install/stage-%s", name);
	double end = now();
	if (!to.host[0])
		return;
	report(full, "start", name, end - (double)took_ms / 1000, NULL, NULL);
	report(full, "finish", name, end, ok ? "SUCCESS" : "FAIL", NULL);
}

void report_close(bool ok)
{
	if (to.host[0])
		report("cmd-install", "finish", "curtin command install", now(),
			ok ? "SUCCESS" : "FAIL", to.log[0] ? log_file() : NULL);
}
