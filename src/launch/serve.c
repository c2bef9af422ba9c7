/* What the guest fetches over HTTP: the NoCloud datasource, and files. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fs.h"
#include "launch.h"
#include "mem.h"
#include "proc.h"
#include "str.h"

enum { MAX_USER_DATA = 64 << 20 };

/* What vt-pack puts where the command said PUBURL. */
static const char marker[] = "@VT_PUBURL@";

/* The command, packed by the tool beside us. */
static char *pack(const struct launch *l, struct vt_err **err)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	VT_AUTO_FREE char *dir = vt_fs_dirname(self);
	VT_AUTO_FREE char *tool = vt_fs_join(dir, "vt-pack");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	vt_strv_addv(
		&argv, tool, "--user-data", "--installer", l->installer, NULL);
	for (size_t i = 0; i < l->adds.n; i++)
		vt_strv_addv(&argv, "--add", l->adds.v[i], NULL);
	vt_strv_add(&argv, "--");
	for (size_t i = 0; i < l->command.n; i++)
		vt_strv_add(&argv, l->command.v[i]);
	struct vt_run run = {.argv = argv.v,
		.timeout_ms = 300000,
		.max_output = MAX_USER_DATA,
		.out = &out};
	return vt_proc_check(&run, err) < 0 ? NULL : vt_str_take(&out);
}

static char *read_user_data(const struct launch *l, struct vt_err **err)
{
	if (l->dir) {
		VT_AUTO_FREE char *path =
			vt_fs_join(l->dir, "install/user-data");
		return vt_fs_read(path, MAX_USER_DATA, NULL, err);
	}
	if (l->user_data)
		return vt_fs_read(l->user_data, MAX_USER_DATA, NULL, err);
	return l->command.n ? pack(l, err) : vt_strdup("#cloud-config\n{}\n");
}

static char *read_meta_data(const struct launch *l, struct vt_err **err)
{
	VT_AUTO_FREE char *path =
		l->dir ? vt_fs_join(l->dir, "install/meta-data")
		       : vt_strdup(l->meta_data);
	if (path)
		return vt_fs_read(path, 1 << 20, NULL, err);
	/* cloud-init does nothing twice for one instance */
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return vt_printf("instance-id: vt-launch-%lld-%ld\n",
		(long long)now.tv_sec, now.tv_nsec);
}

static int serve_text(struct vt_http *http, const char *name, const char *text,
	struct vt_err **err)
{
	return vt_http_serve(http, name, text, strlen(text), err);
}

/* Where the datasource is: first on the command line, as what stands after
 * three dashes there is meant for the installed system. */
static void tell_guest(struct launch *l, const char *url)
{
	struct vt_machine *m = &l->machine;
	char *ds = vt_printf("ds=nocloud-net;s=%s/", url);
	if (!m->kernel) {
		m->smbios_serial = vt_machine_own(m, ds);
		return;
	}
	m->append =
		vt_machine_own(m, vt_printf("%s%s%s", ds, m->append ? " " : "",
					  m->append ? m->append : ""));
	free(ds);
}

int launch_serve(struct launch *l, struct vt_err **err)
{
	const struct vt_machine *m = &l->machine;
	if (l->dry_run) {
		tell_guest(l, "http://10.0.2.2:PORT/TOKEN");
		return 0;
	}
	VT_AUTO_FREE char *packed = read_user_data(l, err);
	VT_AUTO_FREE char *meta = packed ? read_meta_data(l, err) : NULL;
	if (!packed || !meta)
		return -1;
	l->http = vt_http_new(err);
	if (!l->http)
		return -1;
	VT_AUTO_FREE char *url = vt_http_url(l->http, "10.0.2.2");
	VT_AUTO_FREE char *filled = vt_iscsi_fill(&l->iscsi, packed);
	VT_AUTO_FREE char *user = vt_str_replace(filled, marker, url);
	tell_guest(l, url);
	/* without vendor-data cloud-init retries for 13 s */
	if (serve_text(l->http, "user-data", user, err) < 0 ||
		serve_text(l->http, "meta-data", meta, err) < 0 ||
		serve_text(l->http, "vendor-data", "", err) < 0)
		return -1;
	for (size_t i = 0; i < m->n_published; i++)
		if (vt_http_publish(l->http, m->published[i].as,
			    m->published[i].path, err) < 0)
			return -1;
	return 0;
}

static int http_fd(const void *http)
{
	return vt_http_fd(http);
}

static int http_timeout_ms(const void *http)
{
	return vt_http_timeout_ms(http);
}

static int http_run(void *http, struct vt_err **err)
{
	return vt_http_run(http, err);
}

struct vt_watch launch_watch(struct launch *l)
{
	return (struct vt_watch){l->http, http_fd, http_timeout_ms, http_run};
}
