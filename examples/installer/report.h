/* Events for whoever the config names under `reporting`, in curtin's form.
 *
 * Reporting stops nothing: what cannot be posted is said once, and installing
 * goes on. Without a webhook in the config all of this does nothing.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "data/doc.h"

/** report_open() - find the webhook (http, an address in numbers) and the log
 * to post, and say that the installation starts
 * Errors: VT_USAGE with a position */
int report_open(const struct vt_node *config, struct vt_err **err);
/** report_stage() - one that took so long and ends now */
void report_stage(const char *name, unsigned long took_ms, bool ok);
/** report_close() - all is over; posts the log */
void report_close(bool ok);

#endif
