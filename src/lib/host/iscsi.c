#include "host/iscsi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

static const char loopback[] = "127.0.0.1";

/* Return: the number of the target with this name, 0 when it does not exist */
static long find_target(const char *shown, const char *name, long *last)
{
	long found = 0;
	*last = 0;
	for (const char *line = shown; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!vt_str_starts(line, "Target "))
			continue;
		char *end;
		long tid = strtol(line + strlen("Target "), &end, 10);
		size_t n = strcspn(end, "\n");
		*last = tid > *last ? tid : *last;
		if (vt_str_starts(end, ": ") && n == strlen(name) + 2 &&
			!strncmp(end + 2, name, n - 2))
			found = tid;
	}
	return found;
}

static int show_targets(
	const struct vt_tgt *t, struct vt_str *out, struct vt_err **err)
{
	return vt_tgt_admin(
		t, out, err, "--mode", "target", "--op", "show", (char *)NULL);
}

/* tgtd requires the client to choose the target's number. Another test may
 * take the same number at the same time, so retry. */
static int new_target(
	struct vt_iscsi *s, const char *name, char tid[24], struct vt_err **err)
{
	for (int tries = 0;; tries++) {
		VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
		VT_AUTO_ERR struct vt_err *e = NULL;
		long last;
		if (show_targets(&s->tgt, &shown, err) < 0)
			return -1;
		if (find_target(vt_str_c(&shown), name, &last))
			return vt_err_set(err, VT_HOST,
				"the server already has a target of that "
				"name: remove it with tgtadm");
		snprintf(tid, 24, "%ld", last + 1);
		if (vt_tgt_admin(&s->tgt, NULL, &e, "--mode", "target", "--op",
			    "new", "--tid", tid, "--targetname", name,
			    (char *)NULL) == 0)
			return 0;
		if (tries == 10)
			return vt_err_set(err, VT_HOST, "%s", e->msg);
	}
}

/* Targets of this test may share an account; accounts that the configuration
 * names may also be shared with other tests. */
static int add_account(struct vt_iscsi *s, const struct vt_iscsi_account *a,
	const char *tid, const char *direction, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *e = NULL;
	int rc = vt_tgt_admin(&s->tgt, NULL, &e, "--mode", "account", "--op",
		"new", "--user", a->user, "--password", a->password,
		(char *)NULL);
	if (rc < 0 && (a->random || !strstr(e->msg, "already exists")))
		return vt_err_set(err, VT_HOST, "%s", e->msg);
	return vt_tgt_admin(&s->tgt, NULL, err, "--mode", "account", "--op",
		"bind", "--tid", tid, "--user", a->user, direction,
		(char *)NULL);
}

static int add_unit(struct vt_iscsi *s, const struct vt_iscsi_target *t,
	const char *tid, struct vt_err **err)
{
	VT_AUTO_FREE char *path = realpath(t->path, NULL);
	VT_AUTO_FREE char *size = vt_printf("%ld", t->block_size);
	if (!path)
		return vt_err_errno(err, "cannot find '%s'", t->path);
	if (strchr(path, ','))
		return vt_err_set(err, VT_HOST,
			"'%s': tgt cannot serve a file whose path contains a "
			"comma: move the test directory",
			path);
	return vt_tgt_admin(&s->tgt, NULL, err, "--mode", "logicalunit", "--op",
		"new", "--tid", tid, "--lun", "1", "--backing-store", path,
		t->block_size ? "--blocksize" : (char *)NULL, size,
		(char *)NULL);
}

static int add_target(struct vt_iscsi *s, const struct vt_iscsi_target *t,
	struct vt_err **err)
{
	char tid[24];
	/* the accounts must exist before initiators are allowed to log in */
	if (new_target(s, t->name, tid, err) < 0 ||
		add_account(s, &t->in, tid, NULL, err) < 0 ||
		add_account(s, &t->out, tid, "--outgoing", err) < 0 ||
		add_unit(s, t, tid, err) < 0 ||
		vt_tgt_admin(&s->tgt, NULL, err, "--mode", "target", "--op",
			"bind", "--tid", tid, "--initiator-address", "ALL",
			(char *)NULL) < 0)
		return vt_err_wrap(err, "iSCSI target '%s'", t->name);
	vt_log_debug(
		"iSCSI target %s at %s: %s", t->name, s->tgt.portal, t->path);
	return 0;
}

static void drop_account(
	const struct vt_tgt *t, const struct vt_iscsi_account *a)
{
	if (a->random)
		vt_tgt_admin(t, NULL, NULL, "--mode", "account", "--op",
			"delete", "--user", a->user, (char *)NULL);
}

/* Remove our targets from the user's server. (vt_tgt_stop() ends a server of
 * our own with all its targets.) The keeper process runs this too, so it looks
 * the target numbers up instead of remembering them. */
static void drop_targets(const void *data)
{
	const struct vt_iscsi *s = data;
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	if (show_targets(&s->tgt, &shown, NULL) < 0)
		return;
	for (size_t i = 0; i < s->n; i++) {
		const struct vt_iscsi_target *t = &s->targets[i];
		char tid[24];
		long last,
			found = find_target(vt_str_c(&shown), t->name, &last);
		snprintf(tid, sizeof(tid), "%ld", found);
		if (found)
			vt_tgt_admin(&s->tgt, NULL, NULL, "--mode", "target",
				"--op", "delete", "--force", "--tid", tid,
				(char *)NULL);
		drop_account(&s->tgt, &t->in);
		drop_account(&s->tgt, &t->out);
	}
}

static int start_server(
	struct vt_iscsi *s, const char *dir, struct vt_err **err)
{
	if (!s->own)
		return 0;
	if (vt_tgt_start(&s->tgt, dir, loopback, s->port, err) < 0)
		return s->port ? vt_err_wrap(err,
					 "the installed system's configuration "
					 "contains this iSCSI port: retry "
					 "later, or run vt-launch again")
			       : -1;
	struct vt_iscsi_portal p;
	if (vt_iscsi_portal(s->tgt.portal, &p, err) < 0)
		return -1;
	free(s->host);
	s->host = p.guest;
	s->port = p.port;
	return 0;
}

static int start(struct vt_iscsi *s, const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	if (start_server(s, dir, err) < 0)
		return -1;
	if (!s->own && show_targets(&s->tgt, &shown, err) < 0)
		return vt_err_wrap(err,
			"iSCSI server at %s (control socket %s)", s->tgt.portal,
			s->tgt.ipc ? s->tgt.ipc : "of tgt's default");
	for (size_t i = 0; i < s->n; i++) {
		long last;
		if (find_target(vt_str_c(&shown), s->targets[i].name, &last))
			return vt_err_set(err, VT_HOST,
				"the iSCSI server at %s already has a target "
				"'%s': remove it with tgtadm",
				s->tgt.portal, s->targets[i].name);
	}
	if (!s->own && vt_keeper_start(&s->keeper, drop_targets, s, err) < 0)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		if (add_target(s, &s->targets[i], err) < 0)
			return -1;
	return 0;
}

int vt_iscsi_start(struct vt_iscsi *s, const char *dir, struct vt_err **err)
{
	return s->n ? start(s, dir, err) : 0;
}

static void free_account(struct vt_iscsi_account *a)
{
	free(a->user);
	free(a->password);
}

void vt_iscsi_stop(struct vt_iscsi *s)
{
	vt_keeper_end(&s->keeper);
	vt_tgt_stop(&s->tgt);
	for (size_t i = 0; i < s->n; i++) {
		free(s->targets[i].name);
		free(s->targets[i].disk);
		free_account(&s->targets[i].in);
		free_account(&s->targets[i].out);
	}
	free(s->targets);
	free(s->host);
	*s = (struct vt_iscsi)VT_ISCSI_INIT;
}

char *vt_iscsi_fill(const struct vt_iscsi *s, const char *text)
{
	char *filled = vt_strdup(text);
	for (size_t i = 0; i < s->n; i++) {
		const struct vt_iscsi_target *t = &s->targets[i];
		VT_AUTO_FREE char *before = filled;
		VT_AUTO_FREE char *marker = vt_printf("@VT_ISCSI_%zu@", i + 1);
		VT_AUTO_FREE char *uri = vt_printf("%s:%s:%s:%s@%s::%ld:1:%s",
			t->in.user, t->in.password, t->out.user,
			t->out.password, s->host, s->port, t->name);
		filled = vt_str_replace(before, marker, uri);
	}
	return filled;
}
