/* Plans the targets for a machine's iSCSI disks. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/settings.h"
#include "data/record.h"
#include "host/iscsi.h"

bool vt_disk_is_iscsi(const struct vt_disk *d)
{
	return d->driver && !strcmp(d->driver->name, "iscsi");
}

/* Each byte of the alphabet is equally likely: random values beyond the
 * largest multiple of its size are drawn again. Return: owned */
static char *random_text(size_t len, const char *alphabet)
{
	size_t n = strlen(alphabet), got = 0;
	char *s = vt_alloc(len + 1);
	while (got < len) {
		unsigned char r;
		if (getrandom(&r, 1, 0) != 1)
			abort(); /* Linux always returns one byte */
		if (r < 256 / n * n)
			s[got++] = alphabet[r % n];
	}
	return s;
}

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char mixed[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* The password has 16 characters: CHAP initiators require 12 to 16. */
static int choose_account(struct vt_iscsi_account *a, const char *given,
	const char *key, const struct vt_disk *d, struct vt_err **err)
{
	if (given && vt_iscsi_account(given, a, err) < 0)
		return d->node ? vt_node_err(vt_node_get(d->node, key), err,
					 "'%s' is invalid", key)
			       : vt_err_wrap(
					 err, "disk '%s': %s", d->path, key);
	if (given)
		return 0;
	VT_AUTO_FREE char *tail = random_text(10, lower);
	a->user = vt_printf("vt-%s", tail);
	a->password = random_text(16, mixed);
	a->random = true;
	return 0;
}

struct vt_iscsi_target *vt_iscsi_add_target(
	struct vt_iscsi *s, const struct vt_disk *d)
{
	/* the path as written in vm.yaml, if the disk is from there */
	const char *written = vt_node_text(vt_node_get(d->node, "path"));
	struct vt_iscsi_target *t =
		vt_record_add(&s->targets, &s->n, sizeof(*t));
	*t = (struct vt_iscsi_target){.path = d->path,
		.disk = vt_strdup(written ? written : d->path),
		.block_size = d->logical_block_size};
	return t;
}

static bool conflict(
	const struct vt_iscsi_account *a, const struct vt_iscsi_account *b)
{
	return !strcmp(a->user, b->user) && strcmp(a->password, b->password);
}

/* A server has one list of accounts for all its targets. */
static int check_accounts(const struct vt_iscsi *s, struct vt_err **err)
{
	for (size_t i = 0; i < 2 * s->n; i++)
		for (size_t j = 0; j < i; j++) {
			const struct vt_iscsi_target *t = s->targets;
			const struct vt_iscsi_account *a = i % 2 ? &t[i / 2].out
								 : &t[i / 2].in,
						      *b = j % 2 ? &t[j / 2].out
								 : &t[j / 2].in;
			if (conflict(a, b))
				return vt_err_set(err, VT_USAGE,
					"iSCSI user '%s' has two different "
					"passwords: use one password, or two "
					"users",
					a->user);
		}
	return 0;
}

/* Use the user's server when the settings name one. */
static int choose_server(struct vt_iscsi *s, struct vt_err **err)
{
	const char *portal = vt_setting("ISCSI_PORTAL"),
		   *ipc = vt_setting("TGT_IPC_SOCKET");
	bool has_portal = portal && *portal, has_ipc = ipc && *ipc;
	struct vt_iscsi_portal p;
	s->own = !has_portal;
	if (has_ipc && !has_portal)
		return vt_err_set(err, VT_USAGE,
			"%s is set, but CURTIN_VMTEST_ISCSI_PORTAL is not: "
			"set both to use an iSCSI server of your own, or "
			"neither",
			vt_setting_source("TGT_IPC_SOCKET"));
	if (!has_portal)
		return 0;
	if (vt_iscsi_portal(portal, &p, err) < 0)
		return vt_err_wrap(
			err, "%s", vt_setting_source("ISCSI_PORTAL"));
	s->host = p.guest;
	s->port = p.port;
	s->tgt.portal = vt_strdup(portal);
	s->tgt.ipc = has_ipc ? vt_strdup(ipc) : NULL;
	return 0;
}

/* The server that vt starts listens on loopback, which only guests with
 * user-mode networking can reach. */
static int check_reach(const struct vt_iscsi *s, const struct vt_machine *m,
	struct vt_err **err)
{
	bool user_mode = false;
	for (size_t i = 0; i < m->n_nics; i++)
		user_mode = user_mode || !m->nics[i].bridge;
	if (!s->own || user_mode)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"a guest whose NICs are all on bridges cannot reach an iSCSI "
		"server on loopback: start a server with vt-tgt --address, "
		"and set CURTIN_VMTEST_ISCSI_PORTAL and TGT_IPC_SOCKET");
}

static int choose_name(struct vt_iscsi_target *t, const struct vt_disk *d,
	const char *run, size_t number, struct vt_err **err)
{
	const char *ok = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.:_-";
	t->name = d->target
			  ? vt_strdup(d->target)
			  : vt_printf("iqn.2026-11.org.vt:%s-%zu", run, number);
	if (strspn(t->name, ok) == strlen(t->name) && strlen(t->name) < 224)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"disk '%s': '%s' is not a valid iSCSI target name", d->path,
		t->name);
}

int vt_iscsi_plan(
	struct vt_iscsi *s, const struct vt_machine *m, struct vt_err **err)
{
	VT_AUTO_FREE char *run = random_text(10, lower);
	for (size_t i = 0; i < m->n_disks; i++) {
		const struct vt_disk *d = &m->disks[i];
		if (!vt_disk_is_iscsi(d))
			continue;
		struct vt_iscsi_target *t = vt_iscsi_add_target(s, d);
		if (choose_name(t, d, run, s->n, err) < 0 ||
			choose_account(&t->in, d->auth, "auth", d, err) < 0 ||
			choose_account(&t->out, d->iauth, "iauth", d, err) < 0)
			return -1;
	}
	if (!s->n)
		return 0;
	if (check_accounts(s, err) < 0 || choose_server(s, err) < 0)
		return -1;
	return check_reach(s, m, err);
}
