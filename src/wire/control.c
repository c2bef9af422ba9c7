#include "control.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/outbuf.h"

enum {
	LINE_MAX_LEN = 256,
	/* answers that are kept for a parent which does not read */
	ANSWERS_MAX = 256 << 10,
};

struct control {
	int fd;
	struct ports *ports;
	struct vt_outbuf *out;
	char line[LINE_MAX_LEN];
	size_t len;
	bool too_long; /* the rest of the line is ignored */
};

static void answer(struct control *c, const char *text)
{
	vt_outbuf_put(c->out, text, strlen(text));
}

struct control *control_new(int fd, struct ports *p, struct vt_err **err)
{
	int type = 0;
	socklen_t len = sizeof(type);
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
		type != SOCK_STREAM) {
		vt_err_set(err, VT_USAGE,
			"--control: descriptor %d is not a stream socket", fd);
		return NULL;
	}
	struct control *c = vt_alloc(sizeof(*c));
	c->fd = fd;
	c->ports = p;
	c->out = vt_outbuf_new(fd, ANSWERS_MAX);
	answer(c, "ready\n");
	return c;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	vt_outbuf_free(c->out);
	free(c);
}

void control_freep(struct control **c)
{
	control_free(*c);
}

static void link_command(struct control *c, const char *name, bool up)
{
	int port = ports_find(c->ports, name);
	if (port < 0) {
		answer(c, "error: no such port\n");
		return;
	}
	/* a link to nobody stays down */
	if (c->ports->v[port].fd < 0 && up) {
		answer(c, "error: the port is closed\n");
		return;
	}
	vt_switch_link(c->ports->sw, (unsigned)port, up);
	answer(c, "ok\n");
}

static void describe(const struct ports *p, unsigned i, struct vt_str *out)
{
	const struct port *port = &p->v[i];
	vt_str_addf(out, "port %s segment %s link %s", port->name,
		port->segment,
		port->fd < 0                ? "closed"
		: vt_switch_is_up(p->sw, i) ? "up"
					    : "down");
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{"received", port->received},
		{"bytes", port->bytes},
		{"sent", port->sent},
		{"dropped", port->dropped},
		{"down", port->verdicts[VT_SWITCH_DOWN]},
		{"runt", port->verdicts[VT_SWITCH_RUNT]},
		{"malformed", port->verdicts[VT_SWITCH_MALFORMED]},
		{"oversized", port->oversized},
	};
	for (size_t k = 0; k < VT_COUNT(counters); k++)
		vt_str_addf(out, " %s %" PRIu64, counters[k].name,
			counters[k].value);
	vt_str_addc(out, '\n');
}

static void stats_command(struct control *c)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (unsigned i = 0; i < c->ports->n; i++)
		describe(c->ports, i, &text);
	if (c->ports->recording) {
		vt_str_add(&text, "capture");
		recording_describe(c->ports->recording, &text);
		vt_str_addc(&text, '\n');
	}
	vt_str_add(&text, "ok\n");
	answer(c, text.s);
}

static void command(struct control *c, const char *line)
{
	const char *space = strchr(line, ' ');
	const char *name = space ? space + 1 : "";
	if (!strcmp(line, "stats"))
		stats_command(c);
	else if (vt_str_starts(line, "down "))
		link_command(c, name, false);
	else if (vt_str_starts(line, "up "))
		link_command(c, name, true);
	else
		answer(c, "error: no such command\n");
}

static void take(struct control *c, char byte)
{
	if (byte != '\n') {
		c->too_long |= c->len == sizeof(c->line) - 1;
		if (!c->too_long)
			c->line[c->len++] = byte;
		return;
	}
	c->line[c->len] = '\0';
	if (c->too_long)
		answer(c, "error: the line is too long\n");
	else
		command(c, c->line);
	c->len = 0;
	c->too_long = false;
}

bool control_read(struct control *c)
{
	char buf[1024];
	ssize_t n = recv(c->fd, buf, sizeof(buf), MSG_DONTWAIT);
	for (ssize_t i = 0; i < n; i++)
		take(c, buf[i]);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool control_waits(const struct control *c)
{
	return vt_outbuf_fd(c->out) >= 0;
}

void control_flush(struct control *c)
{
	vt_outbuf_flush(c->out);
}
