#include "extract_phase.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/proc.h"
#include "collect.h"
#include "data/doc.h"
#include "data/json.h"
#include "test/phase_dir.h"

struct test {
	const char *dir;
	char *name; /* NULL: as boot/vm.yaml could not be read */
	char *disk;
	bool expected_failure;
};

static void test_free(struct test *t)
{
	free(t->name);
	free(t->disk);
}
#define AUTO_TEST __attribute__((cleanup(test_free)))

/* What boot/vm.yaml says, or its usual content when it is not there. */
static int load(struct test *t, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(t->dir, "boot/vm.yaml");
	VT_AUTO_DOC struct vt_doc *doc =
		vt_fs_exists(path) ? vt_doc_load(path, err) : vt_doc_new();
	if (!doc)
		return -1;
	const char *name = NULL, *disk = "boot/output_disk.img";
	const struct vt_node *n;
	if ((n = vt_node_get(doc->root, "test")) &&
		vt_node_str(n, &name, err) < 0)
		return -1;
	if ((n = vt_node_getn(doc->root, "output", "path", NULL)) &&
		vt_node_str(n, &disk, err) < 0)
		return -1;
	if ((n = vt_node_get(doc->root, "expected_failure")) &&
		vt_node_bool(n, &t->expected_failure, err) < 0)
		return -1;
	t->name = vt_strdup(name);
	t->disk = vt_fs_join(t->dir, disk);
	return 0;
}

/* Did this phase end with a status other than 0? */
static bool phase_failed(const struct test *t, const char *log)
{
	VT_AUTO_FREE char *path = vt_fs_join(t->dir, log);
	VT_AUTO_JSON json_t *j = vt_json_load(path, 1 << 20, NULL);
	return json_integer_value(json_object_get(j, "exit")) != 0;
}

/* Return: 0, 1 when there is nothing to extract, as it should be, -1 */
static int extract(struct test *t, struct vt_err **err)
{
	VT_AUTO_FREE char *out = vt_fs_join(t->dir, "collect");
	if (load(t, err) < 0)
		return -1;
	vt_log_context(t->name);
	if (t->expected_failure && (phase_failed(t, "logs/install.json") ||
					   phase_failed(t, "logs/boot.json")))
		return 1;
	if (!vt_fs_exists(t->disk))
		return vt_err_set(err, VT_USAGE,
			"no output disk '%s': 'vt-xkvm %s' makes it", t->disk,
			t->dir);
	struct collect_job job = {.disk = t->disk, .out = out, .replace = true};
	return collect_run(&job, err);
}

static int run(const char *dir, struct vt_err **err)
{
	AUTO_TEST struct test t = {.dir = dir};
	uint64_t from = vt_now_ms();
	struct vt_phase_note note = {
		.dir = dir, .phase = "collect", .started = time(NULL)};
	int rc = extract(&t, err);
	if (rc == 1)
		return vt_phase_stamp(dir, "collect", "nothing to do", err);
	VT_AUTO_ERR struct vt_err *late = NULL;
	note.test = t.name;
	note.seconds = (double)(vt_now_ms() - from) / 1000;
	note.outcome = rc < 0 ? "failed" : "extracted";
	note.failure = rc < 0 ? *err : NULL;
	if (vt_phase_note_write(&note, rc < 0 ? &late : err) < 0)
		rc = -1;
	vt_log_err(late);
	if (rc == 0)
		return vt_phase_stamp(dir, "collect", "passed", err);
	if (!t.expected_failure || vt_err_status(*err) != VT_FAILED)
		return -1;
	vt_log_info("fails as expected: %s", (*err)->msg);
	vt_err_free(*err);
	*err = NULL;
	return vt_phase_stamp(dir, "collect", "failed as expected", err);
}

int collect_phase(const char *dir)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *boot = vt_fs_join(dir, "boot");
	VT_AUTO_FREE char *done = vt_fs_join(dir, "collect.done");
	VT_AUTO_FREE char *log = vt_fs_join(dir, "logs/collect.json");
	VT_AUTO_CLOSE int lock = -1;
	if (!vt_fs_is_dir(boot))
		vt_err_set(&err, VT_USAGE,
			"'%s' is no test directory: it has no 'boot'", dir);
	else
		lock = vt_phase_lock(dir, &err);
	if (lock < 0)
		return vt_cli_end(err);
	unlink(done);
	unlink(log);
	if (run(dir, &err) == 0)
		return VT_OK;
	vt_log_err(err);
	vt_phase_hand_over(dir, "collect");
	return (int)vt_err_status(err);
}
