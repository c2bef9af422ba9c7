#include "makefile.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/tmp.h"
#include "output.h"

static const char header[] = "# Written by vt-rules: changes get lost.\n";

int vt_make_word(struct vt_str *out, const char *name, struct vt_err **err)
{
	for (const char *s = name; *s; s++) {
		/* no quoting of these works everywhere */
		if ((unsigned char)*s < ' ' || strchr(";|%*?[]~\\&", *s))
			return vt_err_set(err, VT_USAGE,
				"'%s': make cannot watch a file of this name",
				name);
		if (strchr(" #:", *s))
			vt_str_addc(out, '\\');
		if (*s == '$')
			vt_str_addc(out, '$');
		vt_str_addc(out, *s);
	}
	return 0;
}

/* Names, one a line. They stand in variables, where '=' means nothing. */
static int add_words(
	struct vt_str *out, const struct vt_strv *names, struct vt_err **err)
{
	for (size_t i = 0; i < names->n; i++) {
		vt_str_add(out, " \\\n\t");
		if (vt_make_word(out, names->v[i], err) < 0)
			return -1;
	}
	return 0;
}

static size_t installer_number(
	const struct vt_world *world, const struct vt_installer *in)
{
	size_t i = 0;
	while (world->installers.v[i] != in)
		i++;
	return i + 1;
}

/* The rules of one test. The stamps and what stands between them are
 * secondary: where a keep rule removed them, what was made from them stays up
 * to date, and is made anew with them when it must be. A stamp stands for the
 * data beside it. Tools are order-only: a rebuilt one re-runs nothing.
 * vt-verify is needed by each phase, which may hand over to it. */
static const char template[] =
	"vt_files :={inputs}\n"
	".SECONDARY: {t}/install/user-data {t}/install.done \\\n"
	"\t{t}/boot/seed.img {t}/boot.done {t}/collect.done\n"
	"{t}/install/user-data: {t}/install/pack.yaml $(vt_files) \\\n"
	"\t\t{installer} | $(VT_BIN)/vt-pack $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,PACK    ,{name},vt-pack {t})\n"
	"{t}/install.done: {t}/install/user-data {t}/install/vm.yaml \\\n"
	"\t\t| $(VT_BIN)/vt-launch $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,INSTALL ,{name},vt-launch {t})\n"
	"{t}/boot/seed.img: {t}/boot/seed.yaml \\\n"
	"\t\t| $(VT_BIN)/vt-seed $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,SEED    ,{name},vt-seed {t})\n"
	"{t}/boot.done: {t}/install.done {t}/boot/seed.img \\\n"
	"\t\t{t}/boot/vm.yaml | $(VT_BIN)/vt-xkvm $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,BOOT    ,{name},vt-xkvm {t})\n"
	"{t}/collect.done: {t}/boot.done \\\n"
	"\t\t| $(VT_BIN)/vt-extract $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,COLLECT ,{name},vt-extract {t})\n"
	"vt_files :={programs}\n"
	"{t}.done: {t}/install.done {t}/collect.done {t}/verify.yaml \\\n"
	"\t\t$(vt_files) | $(VT_BIN)/vt-verify\n"
	/* its TAP is in result.tap; what failed is said on stderr */
	"\t$(call vt_phase,VERIFY  ,{name},vt-verify --skip-is-done "
	"{t}$(vt_tap))\n";

/* Of a test that is not run: a result that says so, and nothing else. */
static const char skipped[] =
	"{t}.done: {t}/verify.yaml | $(VT_BIN)/vt-verify\n"
	"\t$(call vt_phase,SKIP    ,{name},vt-verify --skip-is-done "
	"{t}$(vt_tap))\n";

/* `out` with every {KEY} replaced. */
static void put(struct vt_str *out, const char *key, const char *value)
{
	char *text = vt_str_replace(vt_str_c(out), key, value);
	vt_str_free(out);
	vt_str_add(out, text);
	vt_freep(&text);
}

int vt_make_test(const struct vt_plan *plan, const struct vt_world *world,
	const char *dir, struct vt_err **err)
{
	const char *name = plan->test->name;
	VT_AUTO_STR struct vt_str s = VT_STR_INIT, inputs = VT_STR_INIT;
	VT_AUTO_STR struct vt_str programs = VT_STR_INIT;
	VT_AUTO_FREE char *own = vt_printf("%s/%s", dir, name);
	VT_AUTO_FREE char *path = vt_printf("%s/rules.mk", own);
	VT_AUTO_FREE char *installer = vt_printf("$(VT_INSTALLER_%zu)",
		installer_number(world, plan->installer));
	if (add_words(&inputs, &plan->inputs, err) < 0 ||
		add_words(&programs, &plan->programs, err) < 0)
		return -1;
	vt_str_addf(&s, "%s%s", header, plan->skip ? skipped : template);
	put(&s, "{t}", own);
	put(&s, "{name}", name);
	put(&s, "{installer}", installer);
	put(&s, "{inputs}", vt_str_c(&inputs));
	put(&s, "{programs}", vt_str_c(&programs));
	return vt_output_text(path, &s, err);
}

int vt_make_broken(
	const struct vt_test *test, const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str s = VT_STR_INIT, word = VT_STR_INIT;
	VT_AUTO_FREE char *own = vt_printf("%s/%s", dir, test->name);
	VT_AUTO_FREE char *path = vt_printf("%s/rules.mk", own);
	static const char *const none[] = {NULL};
	if (vt_output_dirs(own, none, err) < 0)
		return -1;
	vt_str_shquote(&word, test->file);
	VT_AUTO_FREE char *file = vt_str_replace(word.s, "$", "$$");
	vt_str_addf(&s,
		"%s.PHONY: %s.done\n%s.done: | $(VT_BIN)/vt-rules\n"
		"\t$(Q)$(VT_BIN)/vt-rules --check --configs=%s\n"
		"\t$(Q)false\n",
		header, own, own, file);
	return vt_output_text(path, &s, err);
}

/* The list of an installer's files; its members are watched, and the list
 * itself is a file: so a file that goes is noticed as well. */
static int add_installer(struct vt_str *out, const struct vt_installer *in,
	size_t number, const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_printf("%s/installer-%zu", dir, number);
	vt_str_addf(out, "VT_INSTALLER_%zu :=", number);
	if (in->built) {
		vt_str_addf(out, " $(VT_BIN)/%s\n", in->name);
		return 0;
	}
	if (add_words(out, &in->files, err) < 0)
		return -1;
	for (size_t i = 0; i < in->files.n; i++)
		vt_str_addf(&list, "%s\n", in->files.v[i]);
	vt_str_addf(out, " \\\n\t%s\n", path);
	return vt_output_text(path, &list, err);
}

int vt_make_all(const struct vt_tests *tests, const struct vt_world *world,
	const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_printf("%s/rules.mk", dir);
	vt_str_add(&s, header);
	vt_str_add(&s, "VT_TESTS :=");
	for (size_t i = 0; i < tests->n; i++)
		vt_str_addf(&s, " \\\n\t%s", tests->v[i]->name);
	vt_str_add(&s, "\nVT_RUNNABLE :=");
	for (size_t i = 0; i < tests->n; i++)
		if (!tests->v[i]->broken)
			vt_str_addf(&s, " \\\n\t%s", tests->v[i]->name);
	vt_str_addc(&s, '\n');
	/* the day may decide what is skipped: another one, other rules */
	if (world->skips.dated) {
		struct timespec now;
		struct tm tm;
		char day[32];
		clock_gettime(CLOCK_REALTIME, &now);
		localtime_r(&now.tv_sec, &tm);
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
		vt_str_addf(&s, "VT_DAY := %s\n", day);
	}
	for (size_t i = 0; i < world->installers.n; i++)
		if (add_installer(&s, world->installers.v[i], i + 1, dir, err) <
			0)
			return -1;
	vt_str_addf(&s, "include $(VT_TESTS:%%=%s/%%/rules.mk)\n", dir);
	return vt_output_text(path, &s, err);
}

/* Sorted, each once. */
static void unique(struct vt_strv *to, struct vt_strv *from)
{
	vt_strv_sort(from);
	for (size_t i = 0; i < from->n; i++)
		if (!to->n || strcmp(to->v[to->n - 1], from->v[i]))
			vt_strv_add(to, from->v[i]);
}

int vt_make_stamp(struct vt_world *world, const char *dir,
	const struct timespec *began, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_printf("%s/rules.d", dir);
	const struct timespec times[2] = {*began, *began};
	unique(&names, &world->files.deps);
	vt_str_addf(&s, "%svt_files :=", header);
	if (add_words(&s, &names, err) < 0)
		return -1;
	/* the second rule: a file that is gone is no error, but a change */
	vt_str_addf(&s, "\n%s: $(vt_files)\n$(vt_files):\n", path);
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, path, 0644, err) < 0)
		return -1;
	t.unsynced = true;
	if (vt_fs_write_all(t.fd, s.s, s.len, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	if (futimens(t.fd, times) < 0)
		return vt_err_errno(err, "cannot date '%s'", path);
	return vt_tmp_commit(&t, err);
}
