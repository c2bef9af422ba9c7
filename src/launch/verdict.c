/* The install phase's verdict. */
#include "base/log.h"
#include "launch.h"

static bool seen(const struct launch *l, enum vt_rule kind)
{
	return vt_console_hit(l->phase.console, kind)->id != NULL;
}

/* The guest powered off, but the installer has not reported success: say how
 * far it came. */
static void no_success(struct launch *l)
{
	const char *success = l->vm.verdict.success;
	struct vt_phase *p = &l->phase;
	const struct vt_hit *end =
		vt_console_hit(p->console, VT_MARK_INSTALLER_END);
	bool read = vt_http_count(l->http, "user-data").gets > 0;
	if (end->id)
		vt_phase_verdict(p, VT_FAILED,
			"the installer ended with '%s', without a line that "
			"matches the success pattern '%s'",
			end->line, success);
	else if (!read && !seen(l, VT_MARK_CLOUD_INIT))
		vt_phase_verdict(p, VT_FAILED,
			"the guest powered off without fetching its user-data; "
			"its console shows no message of cloud-init");
	else if (!read)
		vt_phase_verdict(p, VT_FAILED,
			"the guest powered off without fetching its user-data; "
			"its cloud-init used another datasource, or none");
	else if (!seen(l, VT_MARK_INSTALLER_START))
		vt_phase_verdict(p, VT_FAILED,
			"the guest fetched its user-data and powered off, but "
			"its console shows no message of the installer, and no "
			"line matches the success pattern '%s'",
			success);
	else
		vt_phase_verdict(p, VT_FAILED,
			"the guest powered off during the installation: no "
			"line matches the success pattern '%s'",
			success);
}

void launch_verdict(struct launch *l)
{
	struct vt_phase *p = &l->phase;
	const struct vt_strv *missed = vt_http_missed(l->http);
	for (size_t i = 0; p->status != VT_OK && i < missed->n; i++)
		vt_log_warn("the guest requested '%s', which is not published",
			missed->v[i]);
	if (p->outcome == VT_OUT_POWEROFF && p->status == VT_OK &&
		l->vm.verdict.success && !seen(l, VT_RULE_SUCCESS))
		no_success(l);
	if (p->outcome == VT_OUT_TIMEOUT &&
		!vt_http_count(l->http, "user-data").gets)
		vt_phase_verdict(p, VT_TIMEOUT,
			"%s (the guest has not fetched its user-data)",
			p->cause);
}
