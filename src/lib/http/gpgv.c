#include "http/gpgv.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"

static const char status_prefix[] = "[GNUPG:] ";

/* Keywords of status lines that must not occur, matched by prefix. When several
 * occur, the first one of this table gives the reason. */
static const struct {
	const char *keyword, *why;
} bad[] = {
	{"REVKEYSIG", "the key is revoked"},
	{"KEYREVOKED", "the key is revoked"},
	{"EXPKEYSIG", "the key has expired"},
	{"EXPSIG", "the signature has expired"},
	{"EXP", "the signature or its key has expired"},
	{"REV", "the key is revoked"},
	{"BAD", "the text was changed after signing"},
	{"NO_PUBKEY", "the key is not in the keyring"},
	{"ERR", "gpgv cannot check it"},
	{"NODATA", "no signature found"},
	{"UNEXPECTED", "unexpected data beside the signed text"},
	{"FAILURE", "gpgv cannot check it"},
};

/* Keywords of status lines that must occur exactly once. */
static const struct {
	const char *keyword, *why;
} once[] = {
	{"PLAINTEXT", "expected exactly one text"},
	{"NEWSIG", "expected exactly one signature"},
	{"GOODSIG", "expected exactly one good signature"},
	{"VALIDSIG", "expected exactly one valid signature"},
};

const char *vt_gpgv_judge(const char *status)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	const size_t prefix = strlen(status_prefix);
	size_t seen[VT_COUNT(once)] = {0};
	size_t worst = VT_COUNT(bad);
	vt_str_split(status, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = lines.v[i];
		if (!vt_str_starts(line, status_prefix))
			continue;
		line += prefix;
		size_t len = strcspn(line, " ");
		for (size_t k = 0; k < worst; k++)
			if (vt_str_starts(line, bad[k].keyword))
				worst = k;
		for (size_t k = 0; k < VT_COUNT(once); k++)
			if (len == strlen(once[k].keyword) &&
				!strncmp(line, once[k].keyword, len))
				seen[k]++;
	}
	if (worst < VT_COUNT(bad))
		return bad[worst].why;
	for (size_t k = 0; k < VT_COUNT(once); k++)
		if (seen[k] != 1)
			return once[k].why;
	return NULL;
}

/* gpgv looks for a keyring without a slash in its own home directory, and
 * silently ignores an ASCII-armored one.
 * Return: the absolute path of the keyring, owned */
static char *check_keyring(const char *keyring, struct vt_err **err)
{
	char *path = realpath(keyring, NULL);
	if (!path) {
		vt_err_errno(err, "cannot read keyring '%s'", keyring);
		vt_err_wrap(err,
			"set VT_IMAGE_SRC_KEYRING or --keyring to a keyring "
			"with the key of the stream");
		return NULL;
	}
	char start[64] = "";
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, start, sizeof(start) - 1);
	const char *fault = NULL;
	if (n < 0)
		fault = "cannot be read";
	else if (n == 0)
		fault = "is empty";
	else if (vt_str_starts(start, "-----BEGIN"))
		fault = "is ASCII-armored: convert it with 'gpg --dearmor'";
	if (!fault)
		return path;
	vt_err_set(err, VT_HOST, "keyring '%s' %s", keyring, fault);
	free(path);
	return NULL;
}

static int check_signed(int in, const char *name, struct vt_err **err)
{
	static const char begin[] = "-----BEGIN PGP SIGNED MESSAGE-----";
	char start[sizeof(begin)] = "";
	off_t at = lseek(in, 0, SEEK_CUR);
	ssize_t n = pread(in, start, sizeof(begin) - 1, at);
	if (n == (ssize_t)sizeof(begin) - 1 && !strcmp(start, begin))
		return 0;
	return vt_err_set(err, VT_USAGE, "'%s' is not signed", name);
}

static int run_gpgv(const char *keyring, int in, const struct vt_tmp *text,
	const struct vt_tmp *status, struct vt_err **err)
{
	char number[16];
	snprintf(number, sizeof(number), "%d", status->fd);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	/* gpgv accepts SHA-1 by default, for which collisions are known */
	vt_strv_addv(&argv, "gpgv", "--quiet", "--weak-digest", "SHA1",
		"--keyring", keyring, "--status-fd", number, "--output", "-",
		"-", (char *)NULL);
	VT_AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	VT_AUTO_PROC struct vt_proc p = VT_PROC_INIT;
	const struct vt_spawn how = {.argv = argv.v,
		.in = in,
		.out = text->fd,
		.errfd = null,
		.keep = &status->fd,
		.n_keep = 1};
	if (vt_proc_spawn(&p, &how, err) < 0)
		return vt_err_wrap(err, "gpgv is needed to check signatures "
					"(install the package 'gpgv')");
	int rc = vt_proc_wait(&p, 60000, err);
	if (rc == 0)
		return vt_err_set(
			err, VT_HOST, "gpgv did not finish within 60 s");
	return rc < 0 ? -1 : p.status;
}

int vt_gpgv_open(
	const char *keyring, int in, const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *keys = check_keyring(keyring, err);
	VT_AUTO_TMP struct vt_tmp text = VT_TMP_INIT, status = VT_TMP_INIT;
	if (!keys || check_signed(in, name, err) < 0 ||
		vt_tmp_scratch(&text, 0600, err) < 0 ||
		vt_tmp_scratch(&status, 0600, err) < 0)
		return -1;
	int exit_status = run_gpgv(keys, in, &text, &status, err);
	if (exit_status < 0)
		return -1;
	char lines[16384];
	ssize_t n = pread(status.fd, lines, sizeof(lines) - 1, 0);
	if (n < 0)
		return vt_err_errno(err, "cannot read the status of gpgv");
	lines[n] = '\0';
	const char *why = vt_gpgv_judge(lines);
	if (!why && n == (ssize_t)sizeof(lines) - 1)
		why = "gpgv printed too many status lines";
	if (!why && exit_status)
		why = "gpgv rejected it";
	if (why)
		return vt_err_set(err, VT_USAGE,
			"bad signature of '%s': %s (keyring '%s')", name, why,
			keyring);
	if (lseek(text.fd, 0, SEEK_SET) < 0)
		return vt_err_errno(err, "cannot read the output of gpgv");
	return fcntl(text.fd, F_DUPFD_CLOEXEC, 3);
}
