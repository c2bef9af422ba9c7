/* The web server for the guest: the NoCloud datasource and published files. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/tmp.h"
#include "data/userdata.h"
#include "image/archiver.h"
#include "launch.h"

/* vt-pack replaces PUBURL in the command by this marker. */
static const char marker[] = "@VT_PUBURL@";

static char *read_user_data(const struct launch *l, struct vt_err **err)
{
	if (l->dir) {
		VT_AUTO_FREE char *path =
			vt_fs_join(l->dir, "install/user-data");
		return vt_fs_read(path, LAUNCH_MAX_USER_DATA, NULL, err);
	}
	if (l->user_data)
		return vt_fs_read(
			l->user_data, LAUNCH_MAX_USER_DATA, NULL, err);
	return launch_user_data(l, err);
}

/* cloud-init knows user-data by how it begins, and ignores other text. */
static char *checked(char *user_data, struct vt_err **err)
{
	VT_AUTO_FREE char *text = user_data;
	if (!text)
		return NULL;
	if (strchr("\r\n", text[strspn(text, " \t")]) && *text) {
		vt_err_set(err, VT_USAGE,
			"the first line of the user-data is empty, so that "
			"cloud-init would ignore it: remove the line");
		return NULL;
	}
	if (*text && !vt_userdata_is_known(text))
		vt_log_warn("cloud-init ignores this user-data: its first line "
			    "is not '#cloud-config', '#!' with an interpreter, "
			    "or another that cloud-init knows");
	return vt_userdata_unix(text);
}

static char *read_meta_data(const struct launch *l, struct vt_err **err)
{
	VT_AUTO_FREE char *path =
		l->dir ? vt_fs_join(l->dir, "install/meta-data")
		       : vt_strdup(l->meta_data);
	if (path)
		return vt_fs_read(path, 1 << 20, NULL, err);
	/* a new id each time: cloud-init runs only once for an instance */
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	VT_AUTO_FREE char *id = vt_printf(
		"vt-launch-%lld-%ld", (long long)now.tv_sec, now.tv_nsec);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	return vt_userdata_instance(id, &text, err) < 0 ? NULL
							: vt_str_take(&text);
}

static int serve_text(struct vt_http *http, const char *name, const char *text,
	struct vt_err **err)
{
	return vt_http_serve(http, name, text, strlen(text), err);
}

/* Pass the datasource's address to the guest. It comes first on the kernel
 * command line, because arguments after "---" are for the installed system.
 * The token in it makes the command line a secret. Without a kernel, the
 * datasource is a disk. */
static void pass_address(struct launch *l, const char *url)
{
	struct vt_machine *m = &l->vm.machine;
	l->seeded = !m->kernel;
	if (l->seeded) {
		m->smbios_serial = m->arch->smbios ? "ds=nocloud" : NULL;
		return;
	}
	VT_AUTO_FREE char *rest =
		vt_str_replace(m->append ? m->append : "", "PUBURL", url);
	m->append = vt_machine_own(m, vt_printf("ds=nocloud-net;s=%s/%s%s", url,
					      *rest ? " " : "", rest));
	m->append_secret = true;
	m->url = vt_machine_own(m, vt_strdup(url));
}

static int publish_files(struct launch *l, struct vt_err **err)
{
	for (size_t i = 0; i < l->vm.n_published; i++)
		if (vt_http_publish(l->http, l->vm.published[i].as,
			    l->vm.published[i].path, err) < 0)
			return -1;
	return 0;
}

/* Create a NoCloud seed disk. */
static int make_seed(struct launch *l, const char *user, const char *meta,
	struct vt_err **err)
{
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	VT_AUTO_STR struct vt_str image = VT_STR_INIT;
	if (vt_archive_add_text(a, "user-data", user, err) < 0 ||
		vt_archive_add_text(a, "meta-data", meta, err) < 0 ||
		vt_archive_iso(a, "cidata", &image, err) < 0 ||
		vt_tmp_scratch(&l->seed, 0600, err) < 0 ||
		vt_fs_write_all(l->seed.fd, image.s, image.len, err) < 0)
		return -1;
	l->vm.machine.seed = (struct vt_disk){.path = l->seed.tmp,
		.format = "raw",
		.driver = vt_disk_driver("virtio-blk"),
		.read_only = true};
	return 0;
}

/* Start the server at an address, and pass it to the guest. */
static int serve(struct launch *l, const struct launch_address *a,
	const char *user_data, const char *meta, struct vt_err **err)
{
	l->http = vt_http_new(a->listen, a->port, err);
	if (!l->http)
		return -1;
	VT_AUTO_FREE char *url = vt_http_url(l->http, a->host);
	VT_AUTO_FREE char *filled = vt_iscsi_fill(&l->iscsi, user_data);
	VT_AUTO_FREE char *user = vt_str_replace(filled, marker, url);
	pass_address(l, url);
	if (l->seeded && make_seed(l, user, meta, err) < 0)
		return -1;
	/* without vendor-data cloud-init retries for 13 s */
	if (serve_text(l->http, "user-data", user, err) < 0 ||
		serve_text(l->http, "meta-data", meta, err) < 0 ||
		serve_text(l->http, "vendor-data", "", err) < 0)
		return -1;
	return publish_files(l, err);
}

int launch_serve_texts(struct launch *l, const char *user_data,
	const char *meta_data, struct vt_err **err)
{
	struct launch_address a;
	if (launch_address(&a, &l->vm.machine, err) < 0)
		return -1;
	return serve(l, &a, user_data, meta_data, err);
}

int launch_serve(struct launch *l, struct vt_err **err)
{
	struct launch_address a;
	if (launch_address(&a, &l->vm.machine, err) < 0)
		return -1;
	if (l->dry_run) {
		VT_AUTO_FREE char *url =
			vt_printf("http://%s:PORT/TOKEN", a.host);
		pass_address(l, url);
		return 0;
	}
	l->host = vt_machine_own(&l->vm.machine, vt_strdup(a.host));
	VT_AUTO_FREE char *packed = checked(read_user_data(l, err), err);
	VT_AUTO_FREE char *meta = packed ? read_meta_data(l, err) : NULL;
	if (!packed || !meta || serve(l, &a, packed, meta, err) < 0)
		return -1;
	return launch_webhooks(l, err);
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
