#include "skip.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "by_date.h"
#include "test/distro.h"

enum { TIMEOUT_MS = 10000 };

/* The setting's words, else output of ubuntu-distro-info, if installed. */
static void ask(struct vt_strv *out, const char *setting, const char *option)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	const char *set = vt_setting(setting);
	if (set && *set) {
		vt_str_words(set, ", \n", out);
		return;
	}
	vt_strv_addv(&argv, "ubuntu-distro-info", option, (char *)NULL);
	struct vt_run run = {
		.argv = argv.v, .timeout_ms = TIMEOUT_MS, .out = &text};
	if (vt_proc_in_path(argv.v[0]) && vt_proc_run(&run, NULL) == 0)
		vt_str_words(vt_str_c(&text), ", \n", out);
}

static bool is_unsupported(struct vt_skips *s, const struct vt_def *def)
{
	const char *set = vt_setting("UNSUPPORTED_UBUNTU");
	VT_AUTO_STRV struct vt_strv anyway = VT_STRV_INIT;
	if (!s->know_unsupported)
		ask(&s->unsupported, "UNSUPPORTED_UBUNTU", "--unsupported");
	s->know_unsupported = true;
	/* a setting overrides the built-in table */
	if (!(set && *set) && vt_release(def->release)->supported)
		return false;
	vt_words_of(def->supported_releases, &anyway);
	return vt_strv_has(&s->unsupported, def->release) &&
	       !vt_strv_has(&anyway, def->release);
}

bool vt_skip_is_devel(struct vt_skips *s, const char *release)
{
	if (!s->know_devel)
		ask(&s->devel, "DEVEL_UBUNTU", "--devel");
	s->know_devel = true;
	return vt_strv_has(&s->devel, release);
}

char *vt_skip_reason(
	struct vt_skips *s, const struct vt_def *def, const char *test)
{
	VT_AUTO_STRV struct vt_strv arches = VT_STRV_INIT;
	vt_words_of(def->arch_skip, &arches);
	if (is_unsupported(s, def))
		return vt_printf("release %s is out of support", def->release);
	if (vt_strv_has(&arches, def->arch))
		return vt_printf("arch_skip lists %s", def->arch);
	const struct vt_distro *target = vt_distro(def->target_distro);
	if (target->arch && strcmp(def->arch, target->arch) != 0)
		return vt_printf("%s is supported on %s only, not on %s",
			target->name, target->arch, def->arch);
	if (def->interactive)
		return vt_printf("the test is interactive: run 'make "
				 "tests/%s.install-console'",
			test);
	return vt_dates_skip(def->skip_by_date, &s->dated);
}

void vt_skips_free(struct vt_skips *s)
{
	vt_strv_free(&s->unsupported);
	vt_strv_free(&s->devel);
}
