/* Events that the installer reported, in order of arrival: the first is a
 * start, the last the finish of cmd-install, and one has the install log. */
#include <string.h>

#include "check.h"
#include "data/json.h"

#define EVENTS "logs/webhooks-events.json"
#define INSTALL_LOG "/tmp/install.log"

static bool is(const json_t *event, const char *key, const char *value)
{
	return !strcmp(vt_json_word(event, key, "?"), value);
}

/* Count the events with files. Return: whether there is one, with the install
 * log only */
static bool has_log(const json_t *events, size_t *carriers)
{
	bool good = false;
	*carriers = 0;
	for (size_t i = 0; i < json_array_size(events); i++) {
		const json_t *files =
			json_object_get(json_array_get(events, i), "files");
		if (!files)
			continue;
		++*carriers;
		good = json_array_size(files) == 1 &&
		       is(json_array_get(files, 0), "path", INSTALL_LOG);
	}
	return good && *carriers == 1;
}

static void judge(struct vt_check_result *r, const json_t *events)
{
	size_t n = json_array_size(events), carriers;
	const json_t *first = json_array_get(events, 0);
	const json_t *second = json_array_get(events, 1);
	const json_t *last = n ? json_array_get(events, n - 1) : NULL;
	if (n < 2)
		vt_check_found(r, "%zu events", n);
	else if (!is(first, "event_type", "start"))
		vt_check_found(r, "the first of %zu events is a %s: %s", n,
			vt_json_word(first, "event_type", "?"),
			vt_json_word(first, "name", "?"));
	else if (json_equal(json_object_get(first, "timestamp"),
			 json_object_get(second, "timestamp")))
		vt_check_found(
			r, "the first two events have the same timestamp");
	else if (!is(last, "event_type", "finish") ||
		 !is(last, "name", "cmd-install"))
		vt_check_found(r, "the last of %zu events is a %s: %s", n,
			vt_json_word(last, "event_type", "?"),
			vt_json_word(last, "name", "?"));
	else if (!has_log(events, &carriers))
		vt_check_found(r,
			"%zu events with files, expected one, with "
			"only " INSTALL_LOG,
			carriers);
	else {
		vt_check_found(r, "%zu events", n);
		vt_check_judge(r, true);
	}
}

void check_reporting(struct verify *v, const struct check *c)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *events = NULL;
	struct vt_check_result *r = check_result(v, c, "reporting_data");
	vt_check_expect(r, "events from a start to the finish of cmd-install, "
			   "with " INSTALL_LOG);
	if (!v->file.installer.reports) {
		vt_check_skip(r, "the installer does not report events");
		return;
	}
	vt_check_see(r, EVENTS);
	int rc = facts_json(&v->facts, EVENTS, &events, &err);
	if (rc < 0)
		vt_check_error(r, &err);
	else if (rc == 0)
		vt_check_found(r, "the installer posted no events");
	else
		judge(r, events);
}
