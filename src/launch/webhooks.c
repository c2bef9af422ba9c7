/* Stores the installer's reports: events in logs/webhooks-events.json, files
 * that it posts with them in logs/posted. */
#include <microhttpd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "http/webhook.h"
#include "launch.h"

static unsigned take(void *data, const char *body, size_t len)
{
	static const unsigned answers[] = {
		[VT_WEBHOOK_TAKEN] = MHD_HTTP_OK,
		[VT_WEBHOOK_BAD] = MHD_HTTP_BAD_REQUEST,
		[VT_WEBHOOK_FULL] = MHD_HTTP_SERVICE_UNAVAILABLE,
		[VT_WEBHOOK_FAILED] = MHD_HTTP_INTERNAL_SERVER_ERROR,
	};
	return answers[vt_webhook_take(data, body, len)];
}

/* curtin assumes that it reports to a MAAS server and asks it for its version,
 * at URLs without our token. */
static int serve_maas(struct vt_http *http, struct vt_err **err)
{
	if (vt_http_serve_open(http, "/MAAS/api/version/", "2.0", err) < 0)
		return -1;
	return vt_http_serve_open(http, "/MAAS/api/2.0/version/",
		"{\"version\": \"2.5.0+vt\"}", err);
}

int launch_webhooks(struct launch *l, struct vt_err **err)
{
	if (!l->dir)
		return 0;
	VT_AUTO_FREE char *path =
		vt_fs_join(l->dir, "logs/webhooks-events.json");
	VT_AUTO_FREE char *posted = vt_fs_join(l->dir, "logs/posted");
	/* remove those of an earlier run */
	if (vt_fs_rmtree(path, err) < 0 || vt_fs_rmtree(posted, err) < 0)
		return -1;
	l->webhook = vt_webhook_new(path, posted);
	const struct vt_http_taker taker = {
		.max_body = VT_WEBHOOK_MAX_EVENT,
		.take = take,
		.data = l->webhook,
	};
	if (vt_http_take(l->http, "webhooks", &taker, err) < 0)
		return -1;
	return serve_maas(l->http, err);
}
