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

static bool is_disk(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_DISK) && d->on_iscsi;
}

static bool is_made_of(const struct vt_dev *d, const struct vt_dev *disk)
{
	bool is = d == disk;
	for (size_t i = 0; i < d->n_refs && !is; i++)
		is = is_made_of(d->refs[i].used, disk);
	return is;
}

static void set(struct vt_str *text, const char *name, const char *value)
{
	vt_str_addf(text, "%s=", name);
	vt_str_shquote(text, value);
	vt_str_add(text, "\n");
}

int iscsi_check(const struct vt_dev *disk, struct vt_err **err)
{
	AUTO_ISCSI struct iscsi s = {0};
	/* vt-pack replaces it */
	if (vt_dev_is_iscsi(disk))
		return 0;
	return read_path(disk, &s, err);
}

/* The initramfs logs in to the target of the root file system, and to no other.
 */
static int check_root(const struct plan *plan, struct vt_err **err)
{
	const struct vt_dev *disk = NULL;
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		if (!is_disk(d) || !is_made_of(plan->root, d))
			continue;
		if (disk)
			return vt_dev_err(plan->root, NULL, err,
				"the root file system is on the targets of "
				"'%s' and '%s', and can be on one",
				disk->id, d->id);
		disk = d;
	}
	return 0;
}

int iscsi_check_mounts(const struct plan *plan, struct vt_err **err)
{
	static const char *const local[] = {
		"/boot", "/boot/efi", "/usr", "/etc", NULL};
	for (size_t i = 0; i < plan->n_mounts; i++) {
		const struct vt_dev *m = plan->mounts[i];
		if (vt_str_in(local, mount_path(m)) && m->on_iscsi)
			return vt_dev_err(m, vt_dev_node(m, "path"), err,
				"'%s' cannot be on an iSCSI disk: it is needed "
				"before the system logs in to it",
				mount_path(m));
	}
	return plan->root ? check_root(plan, err) : 0;
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

/* Shell variables that open-iscsi's script of the initramfs reads. */
static int write_initramfs(
	const struct vt_dev *disk, const char *root, struct vt_err **err)
{
	static const char *const account[] = {"ISCSI_USERNAME",
		"ISCSI_PASSWORD", "ISCSI_IN_USERNAME", "ISCSI_IN_PASSWORD"};
	VT_AUTO_FREE char *path =
		vt_printf("%s/etc/iscsi/iscsi.initramfs", root);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	AUTO_ISCSI struct iscsi s = {0};
	if (read_path(disk, &s, err) < 0)
		return -1;
	const char *port = strrchr(s.portal, ':');
	VT_AUTO_FREE char *host =
		vt_strndup(s.portal, (size_t)(port - s.portal));
	set(&text, "ISCSI_TARGET_NAME", s.name);
	set(&text, "ISCSI_TARGET_IP", host);
	set(&text, "ISCSI_TARGET_PORT", port + 1);
	for (size_t i = 0; i < s.account.n; i++)
		set(&text, account[i], s.account.v[i]);
	return vt_fs_write(path, text.s, text.len, 0600, err);
}

/* The network of a system whose root file system needs it must not be taken
 * down: the initramfs has set it up. */
static int configure_network(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		if (is_disk(d) && is_made_of(plan->root, d))
			return write_initramfs(d, root, err);
	}
	return network_is_asked(plan->config) ? 0 : network_dhcp(root, err);
}

static bool any(const struct plan *plan)
{
	for (size_t i = 0; i < plan->graph.n; i++)
		if (is_disk(&plan->graph.v[i]))
			return true;
	return false;
}

int iscsi_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_FREE char *to = vt_printf("%s/etc/iscsi/", root);
	if (!any(plan))
		return 0;
	if (configure_network(plan, root, err) < 0)
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
		if (!is_disk(d) || !plan_dev(plan, d))
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
