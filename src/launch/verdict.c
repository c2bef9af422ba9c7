/* The install phase's verdict. */
#include "base/log.h"
#include "base/mem.h"
#include "launch.h"

static bool seen(const struct launch *l, enum vt_rule kind)
{
	return vt_console_hit(l->phase.console, kind)->id != NULL;
}

/* The guest powered off before the installer reported an end: say how far it
 * came. */
static void no_end(struct launch *l, const char *why)
{
	struct vt_phase *p = &l->phase;
	bool read = vt_http_count(l->http, "user-data").gets > 0;
	if (!read && !seen(l, VT_MARK_CLOUD_INIT))
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
			"its console shows no message of the installer: %s",
			why);
	else
		vt_phase_verdict(p, VT_FAILED,
			"the guest powered off during the installation: %s",
			why);
}

/* The guest powered off: ask what its installer reported. */
static void judge_installer(struct launch *l)
{
	const struct vt_payload *payload = vt_console_payload(l->phase.console);
	VT_AUTO_FREE char *why =
		vt_payload_failure(payload, l->vm.verdict.success);
	if (why && payload->status < 0 && !seen(l, VT_MARK_INSTALLER_END))
		no_end(l, why);
	else if (why)
		vt_phase_verdict(&l->phase, VT_FAILED, "%s", why);
}

void launch_verdict(struct launch *l)
{
	struct vt_phase *p = &l->phase;
	const struct vt_strv *missed = vt_http_missed(l->http);
	for (size_t i = 0; p->status != VT_OK && i < missed->n; i++)
		vt_log_warn("the guest requested '%s', which is not published",
			missed->v[i]);
	if (p->outcome == VT_OUT_POWEROFF && p->status == VT_OK)
		judge_installer(l);
	if ((p->outcome == VT_OUT_TIMEOUT || p->outcome == VT_OUT_HUNG) &&
		!vt_http_count(l->http, "user-data").gets)
		vt_phase_verdict(p, VT_TIMEOUT,
			"%s (the guest has not fetched its user-data)",
			p->cause);
}
