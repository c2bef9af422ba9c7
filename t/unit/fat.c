/* fat.h with images made by mkfs.vfat and mcopy, and damaged ones. */
#include "image/fat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

#define LONG "a name of more than 8 letters, which takes several entries"
#define OFFSET ((uint64_t)1 << 20)

static char *dir;

static bool command(const char *const *argv)
{
	struct vt_run run = {.argv = (char **)argv, .timeout_ms = 60000};
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	run.out = &out;
	return vt_proc_run(&run, NULL) == 0;
}
#define tool(...) command((const char *const[]){__VA_ARGS__, NULL})

/* A FAT at OFFSET of an image, with a directory of several clusters. */
static char *make(const char *bits, const char *kib, const char *sectors)
{
	char *path = vt_fs_join(dir, bits);
	VT_AUTO_FREE char *at = vt_printf("%s@@%llu", path, OFFSET + 0ULL);
	VT_AUTO_FREE char *file = vt_fs_join(dir, "file");
	vt_fs_write(path, "", 0, 0644, NULL);
	vt_fs_write(file, "MZ and more", 11, 0644, NULL);
	if (truncate(path, (off_t)(OFFSET + (uint64_t)atoi(kib) * 1024)) < 0 ||
		!tool("mkfs.vfat", "-F", bits, "-s", sectors, "-n", "LABEL",
			"--offset", "2048", path, kib) ||
		!tool("mmd", "-i", at, "::/EFI", "::/EFI/debian"))
		abort();
	for (int i = 0; i < 30; i++) {
		VT_AUTO_FREE char *name =
			vt_printf("::/EFI/debian/%s %d", LONG, i);
		if (!tool("mcopy", "-i", at, file, name))
			abort();
	}
	if (!tool("mcopy", "-i", at, file, "::/EFI/debian/SHORT.EFI"))
		abort();
	return path;
}

struct seen {
	const char *want;
	struct vt_fat_entry found;
	int n;
};

static bool see(void *arg, const struct vt_fat_entry *e)
{
	struct seen *s = arg;
	s->n++;
	if (!strcmp(e->name, s->want))
		s->found = *e;
	return true;
}

/* The entry of a name below others. */
static struct seen look(struct vt_fat *fat, const char *first,
	const char *second, const char *third)
{
	const char *const names[] = {first, second, third};
	struct seen s = {0};
	for (size_t i = 0; i < VT_COUNT(names); i++) {
		struct vt_fat_entry at = s.found;
		s = (struct seen){.want = names[i]};
		vt_fat_list(fat, i ? &at : NULL, see, &s);
	}
	return s;
}

static void reads(const char *bits, const char *kib, const char *sectors)
{
	VT_AUTO_FREE char *path = make(bits, kib, sectors);
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	char head[4] = "";
	is_int(vt_fat_open(&fat, path, OFFSET, UINT64_MAX - OFFSET, NULL), 1,
		"it is a FAT");
	is_int(fat.bits, atoi(bits), "of this kind");
	struct seen s = look(&fat, "EFI", "debian", LONG " 29");
	is_int(s.n, 31, "all files of a directory");
	is_str(s.found.name, LONG " 29", "one with a long name");
	is_int(s.found.size_bytes, 11, "its size");
	ok(!s.found.directory, "which is no directory");
	is_int((long long)vt_fat_head(&fat, &s.found, head, 3), 3, "its head");
	is_str(head, "MZ ", "as it was written");
	s = look(&fat, "EFI", "debian", "SHORT.EFI");
	is_str(s.found.name, "SHORT.EFI", "one with a short name");
	s.found.cluster = fat.n_clusters + 2;
	is_int((long long)vt_fat_head(&fat, &s.found, head, 3), 0,
		"a cluster behind the last");
	s.n = 0;
	vt_fat_list(&fat, NULL, see, &s);
	is_int(s.n, 1, "a label is no file");
}

static void poke(const char *path, uint64_t at, const char *bytes, size_t n)
{
	VT_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (pwrite(fd, bytes, n, (off_t)at) != (ssize_t)n)
		abort();
}

static int opens(const char *path)
{
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	return vt_fat_open(&fat, path, OFFSET, UINT64_MAX - OFFSET, NULL);
}

/* A directory whose full cluster is followed by itself ends, since none has
 * more entries than that. */
static void cycle(const char *path)
{
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	struct seen top = {.want = "EFI"}, in = {.want = ""};
	vt_fat_open(&fat, path, OFFSET, UINT64_MAX - OFFSET, NULL);
	vt_fat_list(&fat, NULL, see, &top);
	uint32_t c = top.found.cluster;
	VT_AUTO_FREE char *full = vt_alloc(fat.cluster_bytes);
	memset(full, 'x', fat.cluster_bytes);
	for (uint32_t i = 0; i < fat.cluster_bytes; i += 32)
		full[i + 11] = 0;
	char self[4] = {(char)c, (char)(c >> 8), 0, 0};
	poke(path, OFFSET + fat.table + c * 4, self, sizeof(self));
	poke(path, OFFSET + fat.data + (c - 2) * (uint64_t)fat.cluster_bytes,
		full, fat.cluster_bytes);
	vt_fat_list(&fat, &top.found, see, &in);
	is_int(in.n, 65534, "a cycle of clusters ends: 65536 entries in all");
}

static void damaged(void)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "32");
	static const struct {
		const char *what;
		unsigned at;
		const char *bytes;
		size_t n;
	} rows[] = {
		{"sectors of 513 bytes", 11, "\1\2", 2},
		{"sectors of 0 bytes", 11, "\0\0", 2},
		{"clusters of 3 sectors", 13, "\3", 1},
		{"clusters of 128 KiB", 13, "\0", 1},
		{"no table", 16, "\0", 1},
		{"a table without sectors", 36, "\0\0\0\0", 4},
		{"more clusters than in the table", 36, "\1\0\0\0", 4},
		{"no sectors", 32, "\0\0\0\0", 4},
		{"another signature", 510, "\0\0", 2},
	};
	VT_AUTO_FREE char *before = vt_fs_read(path, 1 << 27, NULL, NULL);
	cycle(path);
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		const char *old = before + OFFSET + rows[i].at;
		is_int(opens(path), 1, "a FAT");
		poke(path, OFFSET + rows[i].at, rows[i].bytes, rows[i].n);
		is_int(opens(path), 0, rows[i].what);
		poke(path, OFFSET + rows[i].at, old, rows[i].n);
	}
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	is_int(vt_fat_open(&fat, path, OFFSET, 100, NULL), 0, "100 bytes");
	is_int(opens("/dev/null/x"), -1, "no image");
}

int main(void)
{
	char path[] = "/tmp/vt-fat.XXXXXX";
	dir = mkdtemp(path);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (!tool("mcopy", "-V")) {
		skip("FAT", "mcopy is not installed");
		return done_testing();
	}
	reads("12", "2048", "4");
	reads("16", "8192", "1");
	reads("32", "40960", "1");
	damaged();
	tool("rm", "-r", dir);
	return done_testing();
}
