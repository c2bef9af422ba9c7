#include "iscsi_disks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "network.h"
#include "step.h"
#include "storage/disks.h"

static const char scheme[] = "iscsi:";
enum { WAIT_MS = 30000, STEP_MS = 100 };

struct iscsi {
	struct vt_strv account; /* user, password, and those of the target */
	char *portal, *name;    /* HOST:PORT, the target's name */
	char *link;             /* of udev */
};

static void iscsi_free(struct iscsi *s)
{
	vt_strv_free(&s->account);
	free(s->portal);
	free(s->name);
	free(s->link);
}
#define AUTO_ISCSI __attribute__((cleanup(iscsi_free)))

/* "[::1]" or "host", up to the ':' after it; owned, or NULL */
static char *take_host(const char **at)
{
	const char *end = **at == '[' ? strchr(*at, ']') : *at;
	end = end ? strchr(end, ':') : NULL;
	if (!end || end == *at)
		return NULL;
	char *host = vt_strndup(*at, (size_t)(end - *at));
	*at = end + 1;
	return host;
}

/* A field that ends in ':'; an empty one is `otherwise`. */
static char *take(const char **at, const char *otherwise)
{
	const char *end = strchr(*at, ':');
	if (!end)
		return NULL;
	char *field = end == *at ? vt_strdup(otherwise)
				 : vt_strndup(*at, (size_t)(end - *at));
	*at = end + 1;
	return field;
}

static bool is_number(const char *s)
{
	return s && *s && !s[strspn(s, "0123456789")];
}

static bool parse(const char *uri, struct iscsi *out)
{
	const char *at = strrchr(uri, '@');
	if (at) {
		VT_AUTO_FREE char *account =
			vt_strndup(uri, (size_t)(at - uri));
		vt_str_split(account, ':', &out->account);
	}
	at = at ? at + 1 : uri;
	VT_AUTO_FREE char *host = take_host(&at);
	VT_AUTO_FREE char *proto = host ? take(&at, "6") : NULL;
	VT_AUTO_FREE char *port = proto ? take(&at, "3260") : NULL;
	VT_AUTO_FREE char *lun = port ? take(&at, "0") : NULL;
	if (!is_number(port) || !is_number(lun) || !*at ||
		(out->account.n && out->account.n != 2 && out->account.n != 4))
		return false;
	out->portal = vt_printf("%s:%s", host, port);
	out->name = vt_strdup(at);
	out->link = vt_printf("/dev/disk/by-path/ip-%s-iscsi-%s-lun-%s",
		out->portal, out->name, lun);
	return true;
}

static int read_path(
	const struct vt_dev *disk, struct iscsi *out, struct vt_err **err)
{
	/* without the path, which has passwords */
	return parse(vt_dev_text(disk, "path") + strlen(scheme), out)
		       ? 0
		       : vt_dev_err(disk, vt_dev_node(disk, "path"), err,
				 "its path is not iscsi:[USER:PASSWORD[:USER:"
				 "PASSWORD]@]HOST:PROTO:PORT:LUN:TARGET");
}

int iscsi_check(const struct vt_dev *disk, struct vt_err **err)
{
	AUTO_ISCSI struct iscsi s = {0};
	/* vt-pack replaces it */
	if (vt_dev_is_iscsi(disk))
		return 0;
	return read_path(disk, &s, err);
}

int iscsi_check_mounts(const struct plan *plan, struct vt_err **err)
{
	static const char *const local[] = {
		"/", "/boot", "/boot/efi", "/usr", "/etc", NULL};
	for (size_t i = 0; i < plan->n_mounts; i++) {
		const struct vt_dev *m = plan->mounts[i];
		if (vt_str_in(local, mount_path(m)) && m->on_iscsi)
			return vt_dev_err(m, vt_dev_node(m, "path"), err,
				"vt-install supports iSCSI disks for data, not "
				"for '%s': the system is booted before it logs "
				"in to them",
				mount_path(m));
	}
	return 0;
}

/* Not logged: the value may be a password. */
static int set_value(const struct iscsi *s, const char *key, const char *value,
	struct vt_err **err)
{
	VT_AUTO_FREE char *out = step_output(err, "iscsiadm", "--mode=node",
		"--targetname", s->name, "--portal", s->portal, "--op=update",
		"--name", key, "--value", value, NULL);
	return out ? 0 : -1;
}

static int set_account(const struct iscsi *s, struct vt_err **err)
{
	static const char *const keys[] = {"node.session.auth.username",
		"node.session.auth.password", "node.session.auth.username_in",
		"node.session.auth.password_in"};
	if (s->account.n &&
		set_value(s, "node.session.auth.authmethod", "CHAP", err) < 0)
		return -1;
	for (size_t i = 0; i < s->account.n; i++)
		if (*s->account.v[i] &&
			set_value(s, keys[i], s->account.v[i], err) < 0)
			return vt_err_set(err, VT_FAILED,
				"cannot set %s of target %s", keys[i], s->name);
	return set_value(s, "node.startup", "automatic", err);
}

static bool is_logged_in(const struct iscsi *s)
{
	VT_AUTO_FREE char *all =
		step_output(NULL, "iscsiadm", "--mode=session", NULL);
	VT_AUTO_FREE char *want = vt_printf(" %s ", s->name);
	return all && strstr(all, want);
}

char *iscsi_login(const struct vt_dev *disk, struct vt_err **err)
{
	AUTO_ISCSI struct iscsi s = {0};
	if (read_path(disk, &s, err) < 0)
		return NULL;
	if (step(err, "iscsiadm", "--mode=node", "--targetname", s.name,
		    "--portal", s.portal, "--op=new", NULL) < 0 ||
		set_account(&s, err) < 0)
		return NULL;
	if (!is_logged_in(&s) &&
		step(err, "iscsiadm", "--mode=node", "--targetname", s.name,
			"--portal", s.portal, "--login", NULL) < 0)
		return NULL;
	for (int ms = 0; ms < WAIT_MS && !vt_fs_exists(s.link); ms += STEP_MS)
		usleep(STEP_MS * 1000);
	char *dev = realpath(s.link, NULL);
	if (!dev)
		vt_dev_err(disk, vt_dev_node(disk, "path"), err,
			"'%s' did not appear after the login", s.link);
	return dev;
}

static bool any(const struct plan *plan)
{
	for (size_t i = 0; i < plan->graph.n; i++)
		if (vt_dev_is(&plan->graph.v[i], VT_DISK) &&
			plan->graph.v[i].on_iscsi)
			return true;
	return false;
}

int iscsi_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *to = vt_printf("%s/etc/iscsi/", root);
	if (!any(plan))
		return 0;
	if (network_dhcp(root, err) < 0)
		return -1;
	/* the records with `automatic`, and the name that targets may check */
	return step(err, "cp", "-a", "/etc/iscsi/nodes",
		"/etc/iscsi/initiatorname.iscsi", to, NULL);
}

int iscsi_logout(const struct plan *plan, struct vt_err **err)
{
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		AUTO_ISCSI struct iscsi s = {0};
		if (!vt_dev_is(d, VT_DISK) || !d->on_iscsi ||
			!plan_dev(plan, d))
			continue;
		if (read_path(d, &s, err) < 0)
			return -1;
		if (is_logged_in(&s) &&
			step(err, "iscsiadm", "--mode=node", "--targetname",
				s.name, "--portal", s.portal, "--logout",
				NULL) < 0)
			return -1;
	}
	return 0;
}
