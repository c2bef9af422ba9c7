/* Post events to the webhook in section `reporting`, in curtin's format.
 *
 * If an event cannot be posted, one warning is printed and the installation
 * goes on. Without a webhook in the config these functions do nothing.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "data/doc.h"

/** report_open() - find the webhook (http, with an IP address) and the log to
 * post, and report the start of the installation
 * Errors: VT_USAGE with a position */
int report_open(const struct vt_node *config, struct vt_err **err);
/** report_stage() - report a stage that ended now */
void report_stage(const char *name, unsigned long took_ms, bool ok);
/** report_close() - report the end of the installation, and post the log */
void report_close(bool ok);

#endif
