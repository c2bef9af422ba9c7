#include "collect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/keeper.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "image/qcow.h"
#include "sink_tar.h"
#include "untar.h"

static void log_report(const struct collect_job *job, struct vt_qcow *disk,
	const struct untar_report *r)
{
	vt_log_debug("'%s' was read by %s", job->disk, vt_qcow_reader(disk));
	if (r->left_out)
		vt_log_warn("skipped %llu devices, FIFOs or sockets in the "
			    "archive",
			(unsigned long long)r->left_out);
	for (size_t i = 0; i < r->failed.n; i++)
		vt_log_warn("collect script failed: %s", r->failed.v[i]);
	vt_log_info("%llu files, %llu bytes, %llu symbolic links",
		(unsigned long long)r->files, (unsigned long long)r->bytes,
		(unsigned long long)r->links);
}

static int to_sink(const struct collect_job *job, struct vt_qcow *disk,
	struct vt_sink *out, bool *empty, struct vt_err **err)
{
	struct untar_report report = UNTAR_REPORT_INIT;
	int rc = untar(disk, out, &report, err);
	*empty = report.entries == 0;
	if (rc == 0)
		log_report(job, disk, &report);
	else
		vt_err_wrap(err, "'%s'", job->disk);
	vt_strv_free(&report.failed);
	return rc;
}

static int to_stdout(const struct collect_job *job, struct vt_err **err)
{
	bool empty;
	if (isatty(STDOUT_FILENO))
		return vt_err_set(err, VT_USAGE,
			"refusing to write a tar archive to a terminal: use a "
			"pipe, or specify a directory with -o");
	VT_AUTO_QCOW struct vt_qcow *disk = vt_qcow_open(job->disk, 0, err);
	if (!disk)
		return -1;
	VT_AUTO_SINK struct vt_sink *out = sink_tar_open(STDOUT_FILENO, err);
	return out ? to_sink(job, disk, out, &empty, err) : -1;
}

/* Rename `from` to `to`, replacing a directory that may not be empty. */
static int replace_dir(const char *from, const char *to, struct vt_err **err)
{
	if (rename(from, to) == 0)
		return 0;
	if ((errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) &&
		renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
		return vt_fs_rmtree(from, err);
	/* the file system does not support RENAME_EXCHANGE */
	if (vt_fs_rmtree(to, err) < 0)
		return -1;
	if (rename(from, to) < 0)
		return vt_err_errno(
			err, "cannot rename '%s' to '%s'", from, to);
	return 0;
}

static bool is_absent_or_empty(const char *path)
{
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return true;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	return vt_fs_list(path, &names, NULL) == 0 && names.n == 0;
}

static void remove_tree(const void *path)
{
	vt_fs_rmtree(path, NULL);
}

/* Extract into `tmp`, and name it `out`, or OUT.partial if the guest's archive
 * is not complete. */
static int fill(const struct collect_job *job, struct vt_qcow *disk,
	const char *tmp, const char *out, struct vt_err **err)
{
	VT_AUTO_FREE char *partial = vt_printf("%s.partial", out);
	bool empty = true;
	VT_AUTO_SINK struct vt_sink *dir = vt_sink_dir_open(
		tmp, VT_SINK_FRESH, untar_bytes_max(vt_qcow_size(disk)), err);
	if (!dir)
		return -1;
	int rc = to_sink(job, disk, dir, &empty, err);
	vt_crash_test("extract");
	if (rc == 0)
		return replace_dir(tmp, out, err);
	if (job->replace)
		vt_fs_rmtree(out, NULL);
	if (!empty && rename(tmp, partial) == 0) {
		VT_AUTO_FREE char *where =
			vt_printf("incomplete output is in '%s'", partial);
		vt_err_detail(err, where);
	}
	return -1;
}

static int to_directory(const struct collect_job *job, struct vt_err **err)
{
	VT_AUTO_FREE char *out = vt_strdup(job->out);
	for (size_t n = strlen(out); n > 1 && out[n - 1] == '/'; n--)
		out[n - 1] = '\0';
	VT_AUTO_FREE char *parent = vt_fs_dirname(out);
	VT_AUTO_FREE char *partial = vt_printf("%s.partial", out);
	VT_AUTO_FREE char *tmp = vt_printf(
		"%s/.%s.%d", parent, vt_fs_basename(out), (int)getpid());
	if (!job->replace && !is_absent_or_empty(out))
		return vt_err_set(err, VT_USAGE,
			"'%s' exists: remove it, or specify another directory "
			"with -o",
			out);
	VT_AUTO_QCOW struct vt_qcow *disk = vt_qcow_open(job->disk, 0, err);
	if (!disk)
		return -1;
	/* if we are killed, nothing of it remains */
	struct vt_keeper keeper = VT_KEEPER_INIT;
	if (vt_fs_rmtree(partial, err) < 0 || vt_fs_rmtree(tmp, err) < 0 ||
		vt_keeper_start(&keeper, remove_tree, tmp, err) < 0)
		return -1;
	int rc = fill(job, disk, tmp, out, err);
	vt_keeper_end(&keeper);
	return rc;
}

int collect_run(const struct collect_job *job, struct vt_err **err)
{
	if (!strcmp(job->out, "-"))
		return to_stdout(job, err);
	return to_directory(job, err);
}
