/* The cache of phases: killed at each instant of storing and fetching, between
 * any two system calls, it has no half entry, the test's directory no half
 * file, and the next run works. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "test/phase_cache.h"
#include "test/phase_cache_dir.h"

enum { DISK = 1200000 }; /* so large that it is not always read */

static char *cache, *test;
static char disk[DISK];

static const char *const names[] = {
	"disks/a.img", "logs/posted/x", "logs/install-serial.log"};

static void put(const char *name, const char *text, size_t len)
{
	VT_AUTO_FREE char *path = vt_fs_join(test, name);
	VT_AUTO_FREE char *above = vt_fs_dirname(path);
	vt_fs_mkdirs(above, 0755, NULL);
	vt_fs_write_if_changed(path, text, len, 0644, NULL);
}

/* What a phase has left; the run is part of it. */
static void fill(size_t run)
{
	memcpy(disk, &run, sizeof(run));
	put(names[0], disk, DISK);
	put(names[1], "posted", 6);
	put(names[2], "console", 7);
	put("logs/install.json", "{\"format\": 1, \"exit\": 0}", 24);
}

static struct vt_phase_cache use(void)
{
	struct vt_phase_cache c = {.inputs = vt_strdup("inputs\n")};
	memset(c.key, 'a', 64);
	vt_strv_add(&c.files, "disks/a.img");
	vt_strv_add(&c.files, "logs/posted");
	vt_strv_add(&c.files, "logs/install-serial.log");
	return c;
}

static bool store(void)
{
	struct vt_phase_cache c = use();
	struct vt_phase_store *s = vt_phase_cache_begin(&c, test, "install");
	bool done = s;
	vt_phase_cache_end(s);
	vt_phase_cache_free(&c);
	return done;
}

static bool fetch(void)
{
	struct vt_phase_cache c = use();
	bool hit = vt_phase_cache_fetch(&c, test, "install");
	vt_phase_cache_free(&c);
	return hit;
}

/* Run it, and kill it when it enters or leaves a system call the nth time.
 * Return: whether it was killed */
static bool killed_at(bool (*work)(void), size_t n)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(1);
		raise(SIGSTOP);
		_exit(work() ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	for (size_t i = 0; i < n && WIFSTOPPED(status); i++) {
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
		waitpid(pid, &status, 0);
	}
	if (!WIFSTOPPED(status))
		return false;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return true;
}

/* Whether each entry is complete, and objects have their content. */
static bool is_whole(bool *there)
{
	VT_AUTO_CACHE_DIR struct vt_cache_dir c = VT_CACHE_DIR_INIT;
	VT_AUTO_CACHE_ENTRY struct vt_cache_entry e = {0};
	struct vt_phase_cache k = use();
	int rc = vt_cache_dir_open(&c, false, NULL);
	rc = rc > 0 ? vt_cache_entry_read(&e, &c, k.key, NULL) : rc;
	*there = rc > 0;
	for (size_t i = 0; i < e.n_files; i++) {
		char sum[65];
		VT_AUTO_FREE char *path =
			vt_printf("%s/" VT_CACHE_ENTRIES "/%s/%s", cache, k.key,
				e.files[i].sha256 ? e.files[i].sha256 : "");
		if (vt_fs_exists(path) &&
			(!e.files[i].sha256 ||
				vt_fs_sha256(path, sum, NULL, NULL) == 0))
			continue;
		rc = -1;
	}
	vt_phase_cache_free(&k);
	return rc >= 0;
}

/* The number of files below the cache that no entry has. */
static size_t left_over(void)
{
	VT_AUTO_STRV struct vt_strv all = VT_STRV_INIT, objects = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = vt_fs_join(cache, VT_CACHE_OBJECTS);
	size_t n = 0;
	vt_fs_list(cache, &all, NULL);
	for (size_t i = 0; i < all.n; i++)
		n += vt_str_starts(all.v[i], VT_CACHE_TMP);
	vt_fs_list(dir, &objects, NULL);
	for (size_t i = 0; i < objects.n; i++) {
		struct stat st;
		VT_AUTO_FREE char *path = vt_fs_join(dir, objects.v[i]);
		n += stat(path, &st) == 0 && st.st_nlink < 2;
	}
	return n;
}

/* Of the test's files, those that are not there or complete. */
static size_t broken(bool all)
{
	const size_t sizes[] = {DISK, 6, 7};
	size_t n = 0;
	for (size_t i = 0; i < VT_COUNT(names); i++) {
		struct stat st;
		VT_AUTO_FREE char *path = vt_fs_join(test, names[i]);
		bool there = stat(path, &st) == 0;
		n += there ? (size_t)st.st_size != sizes[i] : all;
		VT_AUTO_FREE char *text =
			there ? vt_fs_read(path, DISK, NULL, NULL) : NULL;
		n += i == 0 && text && memcmp(text, disk, DISK) != 0;
	}
	return n;
}

static void storing(void)
{
	size_t n = 1, halves = 0, rest = 0, failed = 0, kept = 0;
	bool there;
	for (; fill(n), killed_at(store, n); n++) {
		halves += !is_whole(&there);
		kept += there;
		/* the directory of a new run, with another disk */
		fill(n + 1000000);
		failed += !store() || !is_whole(&there) || !there;
		rest += left_over();
	}
	ok(n > 100, "killed at %zu instants of storing", n - 1);
	is_int((long long)halves, 0, "there is no half entry");
	ok(kept > 0 && kept < n, "the entry is there or not: %zu times", kept);
	is_int((long long)failed, 0, "the next store works");
	is_int((long long)rest, 0, "and leaves nothing over");
}

static void fetching(void)
{
	size_t n = 1, halves = 0, failed = 0;
	bool there;
	fill(7);
	store();
	for (;; n++) {
		vt_fs_rmtree(test, NULL);
		vt_fs_mkdirs(test, 0755, NULL);
		if (!killed_at(fetch, n))
			break;
		halves += broken(false) + !is_whole(&there) + !there;
		failed += !fetch() || broken(true);
	}
	ok(n > 100, "killed at %zu instants of fetching", n - 1);
	is_int((long long)halves, 0, "there is no half file and no half entry");
	is_int((long long)failed, 0, "the next fetch works");
	is_int((long long)left_over(), 0, "nothing is left over");
}

int main(void)
{
	VT_AUTO_TREE char *work = vt_fs_tmpdir("vt-cache", NULL);
	cache = vt_fs_join(work, "kept");
	test = vt_fs_join(work, "t");
	memset(disk, 'x', sizeof(disk));
	setenv("VT_CACHE", cache, 1);
	if (!killed_at(fetch, 1)) {
		puts("1..0 # SKIP processes cannot be traced here");
		return 0;
	}
	storing();
	fetching();
	free(cache);
	free(test);
	return done_testing();
}
