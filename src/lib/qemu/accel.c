#include "qemu/accel.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"

/* TCG runs guests 5 to 10 times slower than KVM, but the usual timeouts are
 * generous: under TCG on an idle machine, Debian boots, collects and powers off
 * in 88 s of the allowed 300 s. They do not allow for several such guests on
 * few cores. With a factor of 4, 300 s suffice for eight guests on two cores.
 */
enum { TCG_SCALE = 4 };

const char *const vt_accel_words[] = {
	[VT_ACCEL_AUTO] = "auto",
	[VT_ACCEL_TCG] = "tcg",
	[VT_ACCEL_KVM] = "kvm",
	NULL,
};

int vt_accel_parse(const char *s, enum vt_accel *out, struct vt_err **err)
{
	for (size_t i = 0; vt_accel_words[i]; i++) {
		if (strcmp(s, vt_accel_words[i]))
			continue;
		*out = (enum vt_accel)i;
		return 0;
	}
	return vt_err_set(err, VT_USAGE,
		"accelerator '%s' is not one of auto, tcg, kvm", s);
}

const char *vt_accel_name(enum vt_accel a)
{
	return vt_accel_words[a];
}

static int setting_scale(double *scale, struct vt_err **err)
{
	const char *s = vt_setting("TIMEOUT_SCALE");
	if (!s || !*s)
		return 0;
	char *end;
	double v = strtod(s, &end);
	if (*end || !(v >= 0.01 && v <= 1000))
		return vt_err_set(err, VT_USAGE,
			"%s: '%s' is not a number from 0.01 to 1000",
			vt_setting_source("TIMEOUT_SCALE"), s);
	*scale = v;
	return 0;
}

int vt_accel_choose(enum vt_accel want, bool native,
	struct vt_accel_choice *out, struct vt_err **err)
{
	const char *why = NULL;
	bool kvm = false;
	if (want != VT_ACCEL_TCG && !native)
		why = "the guest's architecture is not the host's";
	else if (want != VT_ACCEL_TCG)
		kvm = vt_kvm_works(&why);
	if (want == VT_ACCEL_KVM && !kvm)
		return vt_err_set(err, VT_HOST,
			"KVM does not work on this host: %s (use --accel tcg "
			"or --accel auto)",
			why);
	out->accel = kvm ? VT_ACCEL_KVM : VT_ACCEL_TCG;
	out->scale = kvm ? 1 : TCG_SCALE;
	if (setting_scale(&out->scale, err) < 0)
		return -1;
	if (kvm)
		vt_log_info("using KVM: %s; timeouts x %g",
			want == VT_ACCEL_KVM ? "as requested" : why,
			out->scale);
	else if (want == VT_ACCEL_TCG)
		vt_log_info(
			"using TCG: as requested; timeouts x %g", out->scale);
	else
		vt_log_warn("using TCG, which is slow: %s; timeouts x %g", why,
			out->scale);
	return 0;
}

uint64_t vt_accel_timeout_ms(const struct vt_accel_choice *a, long seconds)
{
	return (uint64_t)((double)seconds * 1000 * a->scale);
}
