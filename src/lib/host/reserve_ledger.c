#include "host/reserve_ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum {
	MAX_BYTES = 1 << 20,
	TRIES = 100,       /* while other runs remove the file */
	LOCK_PAUSE_MS = 5, /* the lock is normally held for less than 1 ms */
	LOCK_PAUSES = 1000,
};

static const char file[] = "memory";

/* A process's start time in clock ticks; 0: it has ended. */
static unsigned long long start_of(pid_t pid)
{
	char path[64], state;
	unsigned long long start;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	VT_AUTO_FREE char *stat = vt_fs_read(path, 4096, NULL, NULL);
	/* the name in parentheses may contain anything, even ')' */
	const char *after = stat ? strrchr(stat, ')') : NULL;
	if (!after || sscanf(after,
			      ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			      "%*u %*u %*d %*d %*d %*d %*d %*d %llu",
			      &state, &start) != 2)
		return 0;
	return state == 'Z' || state == 'X' ? 0 : start;
}

/* All runs of a user must find the same ledger, so TMPDIR is ignored.
 * XDG_RUNTIME_DIR is ignored when it belongs to another user, as after sudo. */
static char *directory(void)
{
	struct stat st;
	const char *run = getenv("XDG_RUNTIME_DIR");
	if (run && run[0] == '/' && stat(run, &st) == 0 &&
		S_ISDIR(st.st_mode) && st.st_uid == geteuid())
		return vt_fs_join(run, "vt");
	return vt_printf("/tmp/vt-%u", (unsigned)geteuid());
}

static int check_directory(const struct vt_ledger *l, struct vt_err **err)
{
	struct stat st;
	if (fstat(l->dir_fd, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", l->dir);
	if (st.st_uid != geteuid() || st.st_mode & 077)
		return vt_err_set(err, VT_HOST,
			"directory '%s' must belong to you and have mode 0700: "
			"remove it, or set XDG_RUNTIME_DIR to another "
			"directory",
			l->dir);
	return 0;
}

/* Return: 1 open, 0 another run removed it meanwhile, -1 error */
static int try_open(struct vt_ledger *l, struct vt_err **err)
{
	if (mkdir(l->dir, 0700) < 0 && errno != EEXIST)
		return vt_err_errno(
			err, "cannot create directory '%s'", l->dir);
	l->dir_fd =
		open(l->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (l->dir_fd < 0 && errno == ENOENT)
		return 0;
	if (l->dir_fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return vt_err_set(err, VT_HOST,
			"'%s' is not a directory: remove it, or set "
			"XDG_RUNTIME_DIR to another directory",
			l->dir);
	if (l->dir_fd < 0)
		return vt_err_errno(err, "cannot open '%s'", l->dir);
	if (check_directory(l, err) < 0)
		return -1;
	l->fd = openat(l->dir_fd, file,
		O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (l->fd >= 0)
		return 1;
	if (errno == ENOENT)
		return 0;
	return vt_err_errno(err, "cannot open '%s/%s'", l->dir, file);
}

static void shut(struct vt_ledger *l)
{
	vt_closep(&l->fd);
	vt_closep(&l->dir_fd);
	l->fd = l->dir_fd = -1;
}

static int removed(const struct vt_ledger *l, struct vt_err **err)
{
	return vt_err_set(err, VT_HOST,
		"cannot open '%s/%s': other processes keep removing it", l->dir,
		file);
}

static int open_it(struct vt_ledger *l, struct vt_err **err)
{
	for (int i = 0; i < TRIES; i++) {
		int rc = try_open(l, err);
		if (rc > 0)
			return 0;
		shut(l);
		if (rc < 0)
			return -1;
	}
	return removed(l, err);
}

static struct vt_reserve_owner *append(struct vt_ledger *l)
{
	l->owners = vt_realloc(l->owners, l->n + 1, sizeof(*l->owners));
	l->owners[l->n] = (struct vt_reserve_owner){0};
	return &l->owners[l->n++];
}

static bool known(const struct vt_ledger *l, pid_t pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->owners[i].pid == pid)
			return true;
	return false;
}

/* A writer may have been killed half way through: drop a truncated or duplicate
 * line, like one of a dead owner. */
static void parse(struct vt_ledger *l, const char *text)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(text, '\n', &lines);
	l->n = 0;
	l->changed = false;
	for (size_t i = 0; i < lines.n; i++) {
		int pid;
		unsigned long long start;
		char mib[24], state[8];
		if (!*lines.v[i])
			continue;
		bool read = sscanf(lines.v[i], "%d %llu %23s %7s", &pid, &start,
				    mib, state) == 4 &&
			    pid > 0 && start && strtol(mib, NULL, 10) > 0;
		if (!read || known(l, pid) || start_of(pid) != start) {
			l->changed = true;
			continue;
		}
		struct vt_reserve_owner *o = append(l);
		o->pid = pid;
		o->start = start;
		o->mib = strtol(mib, NULL, 10);
		o->emulated = *mib == '+';
		o->holds = !strcmp(state, "holding");
	}
}

static int load(struct vt_ledger *l, struct vt_err **err)
{
	VT_AUTO_FREE char *text = vt_alloc(MAX_BYTES + 1);
	ssize_t n = pread(l->fd, text, MAX_BYTES, 0);
	if (n < 0)
		return vt_err_errno(err, "cannot read '%s/%s'", l->dir, file);
	parse(l, text);
	return 0;
}

/* Return: 0 locked, 1 a signal arrived first, -1 error. It polls instead of
 * blocking in flock(2), so that signals are handled and the wait ends even if
 * the holder of the lock was suspended (SIGSTOP). */
static int lock(struct vt_ledger *l, int signal_fd, struct vt_err **err)
{
	VT_AUTO_FREE char *name = vt_fs_join(l->dir, file);
	int rc;
	for (int i = 0; !(rc = vt_lock_try(l->fd, true, name, err)); i++) {
		struct pollfd p = {signal_fd, POLLIN, 0};
		if (vt_poll(&p, 1, LOCK_PAUSE_MS) > 0)
			return 1;
		if (i == LOCK_PAUSES)
			return vt_err_set(err, VT_HOST,
				"cannot lock '%s/%s': another process holds "
				"the lock; check for a suspended run of vt",
				l->dir, file);
	}
	return rc < 0 ? -1 : 0;
}

int vt_ledger_lock(struct vt_ledger *l, int signal_fd, struct vt_err **err)
{
	if (!l->dir)
		l->dir = directory();
	for (int i = 0; i < TRIES; i++) {
		struct stat st;
		if (l->fd < 0 && open_it(l, err) < 0)
			return -1;
		int rc = lock(l, signal_fd, err);
		if (rc != 0)
			return rc;
		if (fstat(l->fd, &st) == 0 && st.st_nlink > 0)
			return load(l, err);
		shut(l); /* the last run removed it meanwhile */
	}
	return removed(l, err);
}

static int write_it(const struct vt_ledger *l)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	for (size_t i = 0; i < l->n; i++) {
		const struct vt_reserve_owner *o = &l->owners[i];
		vt_str_addf(&text, "%d %llu %s%ld %s\n", (int)o->pid, o->start,
			o->emulated ? "+" : "", o->mib,
			o->holds ? "holding" : "waiting");
	}
	/* truncate last: a kill in between leaves old lines behind the new
	 * ones, and parse() drops those */
	ssize_t n = pwrite(l->fd, text.s, text.len, 0);
	if (n < 0 || ftruncate(l->fd, (off_t)text.len) < 0)
		return -1;
	if ((size_t)n < text.len) {
		errno = ENOSPC;
		return -1;
	}
	return 0;
}

int vt_ledger_store(struct vt_ledger *l, struct vt_err **err)
{
	int rc = 0;
	l->changed = false;
	if (l->n == 0) {
		unlinkat(l->dir_fd, file, 0);
		rmdir(l->dir); /* stays when it is not empty */
		shut(l);
		return 0;
	}
	if (write_it(l) < 0)
		rc = vt_err_errno(err, "cannot write '%s/%s'", l->dir, file);
	flock(l->fd, LOCK_UN);
	return rc;
}

void vt_ledger_unlock(struct vt_ledger *l)
{
	flock(l->fd, LOCK_UN);
}

void vt_ledger_close(struct vt_ledger *l)
{
	shut(l);
	free(l->owners);
	free(l->dir);
	*l = (struct vt_ledger)VT_LEDGER_INIT;
}

size_t vt_ledger_self(const struct vt_ledger *l)
{
	size_t i = 0;
	while (i < l->n && l->owners[i].pid != getpid())
		i++;
	return i;
}

size_t vt_ledger_join(struct vt_ledger *l, long mib)
{
	struct vt_reserve_owner *o = append(l);
	o->pid = getpid();
	o->start = start_of(o->pid);
	o->mib = mib;
	return l->n - 1;
}

void vt_ledger_leave(struct vt_ledger *l)
{
	size_t i = vt_ledger_self(l);
	if (i == l->n)
		return;
	l->n--;
	memmove(&l->owners[i], &l->owners[i + 1],
		(l->n - i) * sizeof(*l->owners));
}
