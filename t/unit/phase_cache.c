/* The cache of phases: checksums of sparse files, keys, manifests. */
#include "test/phase_cache.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/sparse.h"
#include "test/phase_cache_dir.h"

static char *work;

static char *put(const char *name, const char *text)
{
	char *path = vt_fs_join(work, name);
	VT_AUTO_FREE char *parent = vt_fs_dirname(path);
	vt_fs_mkdirs(parent, 0755, NULL);
	vt_fs_write(path, text, strlen(text), 0755, NULL);
	return path;
}

static void put_file(const char *dir, const char *name, const char *text)
{
	VT_AUTO_FREE char *rel = vt_fs_join(dir, name);
	free(put(rel, text));
}

/* The checksum of a file with `text` at `at`; of a copy too, which is `blocks`
 * blocks of 512 bytes long. */
static const char *sum_of(
	off_t size, off_t at, const char *text, bool zeros, blkcnt_t *blocks)
{
	static char sum[65];
	char again[65];
	VT_AUTO_CLOSE int in = open(work, O_TMPFILE | O_RDWR, 0600);
	VT_AUTO_CLOSE int out = open(work, O_TMPFILE | O_RDWR, 0600);
	struct stat st;
	ok(ftruncate(in, size) == 0, "a file of %lld bytes", (long long)size);
	VT_AUTO_FREE char *nothing = vt_alloc((size_t)size);
	ok((!zeros || pwrite(in, nothing, (size_t)size, 0) == size) &&
			pwrite(in, text, strlen(text), at) ==
				(ssize_t)strlen(text),
		"with its content");
	vt_sparse_copy(in, out, sum, NULL);
	vt_sparse_copy(out, -1, again, NULL);
	is_str(again, sum, "its copy has the same checksum");
	fsync(out);
	fstat(out, &st);
	is_int(st.st_size, size, "and size");
	*blocks = st.st_blocks;
	return sum;
}

static void sparse(void)
{
	enum { SIZE = (4 << 20) + 5 };
	blkcnt_t n, m;
	VT_AUTO_FREE char *hole =
		vt_strdup(sum_of(SIZE, SIZE - 3, "end", false, &n));
	VT_AUTO_FREE char *zero =
		vt_strdup(sum_of(SIZE, SIZE - 3, "end", true, &m));
	is_str(zero, hole, "zeros are as good as holes");
	is_int(m, n, "and become holes");
	VT_AUTO_FREE char *early =
		vt_strdup(sum_of(SIZE, 4096, "end", false, &n));
	ok(strcmp(sum_of(SIZE, 8192, "end", false, &n), early),
		"the place of the data counts");
	ok(strcmp(sum_of(SIZE, SIZE - 3, "enD", false, &n), hole),
		"the data count");
	VT_AUTO_FREE char *empty = vt_strdup(sum_of(SIZE, 0, "", false, &n));
	is_int(n, 0, "only zeros take no space");
	ok(strcmp(sum_of(SIZE + 1, 0, "", false, &n), empty),
		"the size counts");
	VT_AUTO_FREE char *across =
		vt_strdup(sum_of(SIZE, 4090, "across two pages", false, &n));
	is_str(sum_of(SIZE, 4090, "across two pages", true, &n), across,
		"data in two pages");
}

static const char vm[] = "format: 1\ntest: t\nphase: install\naccel: tcg\n"
			 "timeout: 60\nkernel: ../host/kernel\n"
			 "append: console=ttyS0\n"
			 "disks:\n  - {path: disks/a.img, size: 65536}\n";

static void make_test(const char *dir, const char *text)
{
	VT_AUTO_FREE char *topdir = vt_fs_dirname(dir);
	put_file(topdir, "host/kernel", "a kernel");
	put_file(dir, "install/user-data", "#cloud-config\n");
	put_file(dir, "install/meta-data", "instance-id: t\n");
	put_file(dir, "install/vm.yaml", text);
}

static const char *key_of(const char *dir)
{
	static char key[65];
	struct vt_phase_cache c = {0};
	VT_AUTO_FREE char *path = vt_fs_join(work, dir);
	vt_phase_cache_key(&c, path, "install");
	memcpy(key, c.key, sizeof(key));
	vt_phase_cache_free(&c);
	return key;
}

static void differs(const char *key, const char *dir, const char *what)
{
	ok(*key_of(dir) && strcmp(key_of(dir), key), "%s", what);
}

/* The same test with another vm.yaml. */
static const char *with(const char *from, const char *to)
{
	VT_AUTO_FREE char *text = vt_str_replace(vm, from, to);
	make_test("other/t", text);
	return key_of("other/t");
}

static void keys(void)
{
	VT_AUTO_FREE char *bin = vt_fs_join(work, "bin");
	setenv("PATH", bin, 1);
	setenv("VT_CACHE", work, 1);
	put_file("bin", "qemu-system-x86_64", "#!/bin/sh\necho 7.2\n");
	make_test("one/t", vm);
	VT_AUTO_FREE char *key = vt_strdup(key_of("one/t"));
	is_int((long long)strlen(key), 64, "a key");
	is_str(with("x", "x"), key, "the same in another directory");
	is_str(with("timeout: 60", "timeout: 61"), key,
		"a timeout does not matter to a phase that passes");
	ok(strcmp(with("ttyS0", "ttyS1"), key), "the command line does");
	ok(strcmp(with("65536", "65537"), key), "the size of a disk");
	ok(strcmp(with("accel: tcg", "accel: kvm"), key), "the accelerator");
	ok(strcmp(with("test: t", "test: u"), key), "the name");
	is_str(with("test: t", "nics: [{net: br0}]\ntest: t"), "",
		"a network that is not known is not cached");
	is_str(with("accel: tcg", "forgive: true"), "",
		"a phase that may fail is not cached");
	is_str(with("test: t", "arch: arm64\ntest: t"), "",
		"without its QEMU there is no key");
	is_str(with("test: t", "images: [{item: k, path: ../host/kernel, "
			       "sha256: abcd}]\ntest: t"),
		with("test: t", "images: [{item: k, path: ../host/kernel, "
				"sha256: abcd}]\ntest: t"),
		"an image by its checksum");
	make_test("other/t", vm);
	put_file("other", "host/kernel", "another one");
	differs(key, "other/t", "another kernel");
	make_test("other/t", vm);
	put_file("other/t", "install/user-data", "#cloud-config\n#\n");
	differs(key, "other/t", "other user-data");
	make_test("other/t", vm);
	is_str(key_of("other/t"), key, "and back");
	put_file("bin", "qemu-system-x86_64", "#!/bin/sh\necho 7.3\n");
	differs(key, "other/t", "another QEMU");
	put_file("bin", "qemu-system-x86_64", "#!/bin/sh\necho 7.2\n");
	setenv("VT_CACHE", "off", 1);
	is_str(key_of("one/t"), "", "off: no key");
	setenv("VT_CACHE", work, 1);
}

/* Guests under KVM see the host's processor. */
static void processor(void)
{
	struct vt_phase_cache c = {0};
	VT_AUTO_FREE char *dir = vt_fs_join(work, "other/t");
	with("accel: tcg", "accel: kvm");
	vt_phase_cache_key(&c, dir, "install");
	ok(strstr(c.inputs, "\nflags\t") || strstr(c.inputs, "\nFeatures\t"),
		"KVM: the processor's features");
	vt_phase_cache_free(&c);
}

/* An overlay is of the disk below it. */
static void overlays(void)
{
	static const char on_t[] =
		"format: 1\ntest: u\nphase: install\naccel: tcg\n"
		"timeout: 60\nkernel: ../host/kernel\ndisks:\n"
		"  - {path: disks/a.img, base: ../t/disks/a.img, "
		"base_format: raw, format: qcow2}\n";
	make_test("one/u", on_t);
	VT_AUTO_FREE char *key = vt_strdup(key_of("one/u"));
	is_int((long long)strlen(key), 64, "a test on the disks of another");
	put_file("one/t", "logs/install.json",
		"{\"format\": 1, \"exit\": 0, \"output\": \"cc\"}");
	put_file("one/t", "install.done", "");
	differs(key, "one/u", "which were installed again");
	put_file("one/t", "logs/install.json", "{\"format\": 1, \"exit\": 0}");
	is_str(key_of("one/u"), "", "or by a run that was not cached");
}

/* Disks are those of one run, as long as nobody changes them. */
static void disks(void)
{
	static const char boot[] =
		"format: 1\ntest: t\nphase: boot\naccel: tcg\ntimeout: 60\n"
		"seed: boot/seed.img\ndisks:\n  - {path: disks/a.img}\n";
	static const char report[] =
		"{\"format\": 1, \"exit\": 0, \"output\": \"%s\"}";
	struct vt_phase_cache c[4] = {0};
	VT_AUTO_FREE char *dir = vt_fs_join(work, "one/t");
	put_file("one/t", "boot/vm.yaml", boot);
	put_file("one/t", "boot/seed.img", "seed");
	put_file("one/t", "disks/a.img", "disk");
	vt_phase_cache_key(&c[0], dir, "boot");
	is_str(c[0].key, "", "boot: nothing is known of the disks");
	for (int i = 1; i < 3; i++) {
		VT_AUTO_FREE char *text =
			vt_printf(report, i == 1 ? "aa" : "bb");
		put_file("one/t", "logs/install.json", text);
		put_file("one/t", "install.done", "");
		vt_phase_cache_key(&c[i], dir, "boot");
	}
	ok(*c[1].key && *c[2].key && strcmp(c[1].key, c[2].key),
		"disks of another run are others");
	VT_AUTO_FREE char *disk = put("one/t/disks/a.img", "disk");
	struct timespec later[2] = {{.tv_nsec = UTIME_NOW}, {0}};
	clock_gettime(CLOCK_REALTIME, &later[1]);
	later[1].tv_sec += 60;
	utimensat(AT_FDCWD, disk, later, 0);
	vt_phase_cache_key(&c[3], dir, "boot");
	is_str(c[3].key, "", "disks that were changed since are not known");
	put_file("one/t", "disks/a.img", "disk");
	put_file("one/t", "install.done", "");
	for (size_t i = 0; i < VT_COUNT(c); i++)
		vt_phase_cache_free(&c[i]);
}

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MANIFEST(NAME, OUTPUT, MODE)                                           \
	"{\"format\": 1, \"phase\": \"install\", \"output\": \"" OUTPUT        \
	"\", \"since\": \"then\", \"files\": [{\"name\": \"" NAME              \
	"\", \"mode\": " MODE ", \"size\": 3, \"sha256\": \"" SUM "\"}]}"

static void manifests(void)
{
	static const struct {
		const char *text;
		int rc;
		const char *what;
	} cases[] = {
		{MANIFEST("disks/a.img", SUM, "420"), 1, "a manifest"},
		{MANIFEST("../a.img", SUM, "420"), -1, "a name with .."},
		{MANIFEST("/a.img", SUM, "420"), -1, "an absolute name"},
		{MANIFEST("a.img", "x", "420"), -1, "an odd checksum"},
		{MANIFEST("a.img", SUM, "4095"), -1, "a set-user-id bit"},
		{"{\"format\": 1", -1, "half a manifest"},
		{"", -1, "an empty one"},
	};
	VT_AUTO_CACHE_DIR struct vt_cache_dir c = VT_CACHE_DIR_INIT;
	setenv("VT_CACHE", work, 1);
	is_int(vt_cache_dir_open(&c, true, NULL), 1, "the cache opens");
	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		VT_AUTO_CACHE_ENTRY struct vt_cache_entry e = {0};
		put_file("phases/k", VT_CACHE_MANIFEST, cases[i].text);
		is_int(vt_cache_entry_read(&e, &c, "k", NULL), cases[i].rc,
			cases[i].what);
	}
	VT_AUTO_CACHE_ENTRY struct vt_cache_entry e = {0};
	is_int(vt_cache_entry_read(&e, &c, "none", NULL), 0, "no entry");
}

static void trust(void)
{
	struct vt_cache_dir c = {.st = {.st_uid = 4711,
					 .st_gid = 4712,
					 .st_mode = S_IFDIR | 0750}};
	struct stat st = {.st_uid = geteuid(), .st_gid = 1, .st_mode = 0600};
	ok(vt_cache_dir_trusts(&c, &st), "one's own file");
	st.st_uid = 4711;
	ok(vt_cache_dir_trusts(&c, &st), "one of the cache's owner");
	st.st_uid = 4713;
	ok(!vt_cache_dir_trusts(&c, &st), "not one of somebody else");
	st.st_gid = 4712;
	ok(!vt_cache_dir_trusts(&c, &st),
		"nor of the group, which may only read");
	c.st.st_mode |= S_IWGRP;
	ok(vt_cache_dir_trusts(&c, &st), "of the group that shares the cache");
	st.st_mode |= S_IWOTH;
	st.st_uid = geteuid();
	ok(!vt_cache_dir_trusts(&c, &st), "none that everyone may write");

	VT_AUTO_CACHE_DIR struct vt_cache_dir open = VT_CACHE_DIR_INIT;
	chmod(work, 0777);
	is_int(vt_cache_dir_open(&open, false, NULL), -1,
		"a cache that everyone may write is not used");
	chmod(work, 0700);
}

int main(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-cache", NULL);
	work = dir;
	sparse();
	keys();
	processor();
	disks();
	overlays();
	manifests();
	trust();
	return done_testing();
}
