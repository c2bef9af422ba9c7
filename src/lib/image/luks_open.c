#include "image/luks_open.h"

#include <errno.h>
#include <libcryptsetup.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	SECTOR = 512,
	HEADER = 32 << 20, /* by default a header has 16 MiB */
	MAX_KIB = 1 << 20,
	CPU_SECONDS = 60,
	MAX_KEY = 64,
};

/* What the child finds. */
struct found {
	enum vt_luks_answer answer;
	unsigned sector_bytes;
	uint64_t data_bytes, first_sector;
	size_t key_bytes;
	unsigned char key[MAX_KEY];
};

const char *vt_luks_answer_text(enum vt_luks_answer answer)
{
	static const char *const words[VT_LUKS_ANSWERS] = {
		[VT_LUKS_OPENS] = "the key opens it",
		[VT_LUKS_OPENS_NOT] = "the key opens no keyslot",
		[VT_LUKS_NO_MEMORY] =
			"its keyslots take more than 1 GiB of memory",
		[VT_LUKS_NO_TIME] = "its keyslots take more than 60 s of "
				    "processor time",
		[VT_LUKS_UNREADABLE] = "libcryptsetup cannot read its header",
		[VT_LUKS_CIPHER] =
			"its cipher is not AES-XTS with sector numbers "
			"(aes-xts-plain64)",
		[VT_LUKS_CHANGED] = "it is being encrypted again, or needs "
				    "features that are not read",
	};
	return words[answer];
}

bool vt_luks_is_known(enum vt_luks_answer answer)
{
	return answer != VT_LUKS_NO_MEMORY && answer != VT_LUKS_NO_TIME &&
	       answer != VT_LUKS_UNREADABLE;
}

static void log_nothing(int level, const char *msg, void *arg)
{
	(void)level, (void)msg, (void)arg;
}

static enum vt_luks_answer try_slots(
	struct crypt_device *cd, const char *key, struct found *f)
{
	enum vt_luks_answer answer = VT_LUKS_OPENS_NOT;
	int max = crypt_keyslot_max(crypt_get_type(cd));
	for (int slot = 0; slot < max; slot++) {
		struct crypt_pbkdf_type kdf;
		size_t size = sizeof(f->key);
		crypt_keyslot_info state = crypt_keyslot_status(cd, slot);
		if (state != CRYPT_SLOT_ACTIVE &&
			state != CRYPT_SLOT_ACTIVE_LAST)
			continue;
		if (crypt_keyslot_get_pbkdf(cd, slot, &kdf) < 0)
			continue;
		if (kdf.max_memory_kb > MAX_KIB) {
			answer = VT_LUKS_NO_MEMORY;
			continue;
		}
		if (crypt_volume_key_get(cd, slot, (char *)f->key, &size, key,
			    strlen(key)) < 0)
			continue;
		f->key_bytes = size;
		return VT_LUKS_OPENS;
	}
	return answer;
}

/* What we can decrypt, and nothing besides: no tags, no second cipher. */
static enum vt_luks_answer check_content(struct crypt_device *cd)
{
	struct crypt_params_integrity tags = {0};
	uint32_t flags = 0;
	if (crypt_persistent_flags_get(cd, CRYPT_FLAGS_REQUIREMENTS, &flags) ==
			0 &&
		flags)
		return VT_LUKS_CHANGED;
	if (crypt_get_integrity_info(cd, &tags) == 0 && tags.tag_size)
		return VT_LUKS_CIPHER;
	return !strcmp(crypt_get_cipher(cd), "aes") &&
			       !strcmp(crypt_get_cipher_mode(cd), "xts-plain64")
		       ? VT_LUKS_OPENS
		       : VT_LUKS_CIPHER;
}

static void look(const char *path, const char *key, struct found *f)
{
	struct crypt_device *cd = NULL;
	f->answer = VT_LUKS_UNREADABLE;
	crypt_set_log_callback(NULL, log_nothing, NULL);
	crypt_metadata_locking(NULL, 0); /* the copy is ours */
	if (crypt_init(&cd, path) < 0 || crypt_load(cd, CRYPT_LUKS, NULL) < 0)
		return;
	f->answer = try_slots(cd, key, f);
	if (f->answer != VT_LUKS_OPENS)
		return;
	f->answer = check_content(cd);
	f->sector_bytes = (unsigned)crypt_get_sector_size(cd);
	f->data_bytes = crypt_get_data_offset(cd) * SECTOR;
	f->first_sector = crypt_get_iv_offset(cd);
}

/* With the hard limit it would be SIGKILL, which can have another reason. */
static void set_limits(void)
{
	signal(SIGXCPU, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	setrlimit(RLIMIT_CPU, &(struct rlimit){CPU_SECONDS, CPU_SECONDS + 1});
}

/* It writes nothing when a limit kills it. */
static void run_child(int header, int out, const char *key, pid_t parent)
{
	struct found f = {0};
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", header);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	set_limits();
	look(path, key, &f);
	_exit(write(out, &f, sizeof(f)) == sizeof(f) ? 0 : 1);
}

static int ask_child(
	int header, const char *key, struct found *f, struct vt_err **err)
{
	int pipes[2], status;
	pid_t self = getpid();
	if (pipe(pipes) < 0)
		return vt_err_errno(err, "cannot create a pipe");
	VT_AUTO_CLOSE int in = pipes[0], out = pipes[1];
	pid_t child = fork();
	if (child < 0)
		return vt_err_errno(err, "cannot start a process");
	if (child == 0)
		run_child(header, out, key, self);
	vt_closep(&out);
	out = -1;
	ssize_t n = TEMP_FAILURE_RETRY(read(in, f, sizeof(*f)));
	if (TEMP_FAILURE_RETRY(waitpid(child, &status, 0)) < 0)
		return vt_err_errno(err, "cannot wait for a process");
	if (n == (ssize_t)sizeof(*f))
		return 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return vt_err_set(err, VT_HOST,
			"the process that opens a LUKS volume was killed");
	f->answer = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU
			    ? VT_LUKS_NO_TIME
			    : VT_LUKS_UNREADABLE;
	return 0;
}

static int copy_header(const struct vt_map *volume, struct vt_err **err)
{
	uint64_t size = vt_map_size(volume);
	VT_AUTO_CLOSE int fd = memfd_create("luks", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return vt_err_errno(err, "cannot keep a header");
	if (vt_map_copy(volume, fd, 0, size < HEADER ? size : HEADER, err) < 0)
		return -1;
	int done = fd;
	fd = -1;
	return done;
}

static void map_content(struct vt_map *volume, const struct found *f,
	struct vt_luks_opened *out)
{
	VT_AUTO_MAP struct vt_map *data =
		vt_map_slice(volume, f->data_bytes, UINT64_MAX);
	if (data)
		out->content = vt_map_xts(data, f->key, f->key_bytes,
			f->sector_bytes, f->first_sector);
	if (!out->content)
		out->answer = VT_LUKS_CIPHER;
}

int vt_luks_open(struct vt_map *volume, const char *key,
	struct vt_luks_opened *out, struct vt_err **err)
{
	struct found f = {0};
	*out = (struct vt_luks_opened){.answer = VT_LUKS_UNREADABLE};
	VT_AUTO_CLOSE int header = copy_header(volume, err);
	if (header < 0 || ask_child(header, key, &f, err) < 0)
		return -1;
	out->answer = f.answer;
	if (f.answer == VT_LUKS_OPENS)
		map_content(volume, &f, out);
	OPENSSL_cleanse(&f, sizeof(f));
	return 0;
}
