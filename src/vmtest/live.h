/* Live lines on a terminal, one for each running test: its phase, the time and
 * the last line of its console.
 *
 * The run log says which tests run. A tool that is killed does not log its end,
 * so a test counts as running only while its directory is locked. Guests'
 * output is converted to printable ASCII and truncated to the terminal's width,
 * so that it cannot control the terminal.
 */
#ifndef VT_VMTEST_LIVE_H
#define VT_VMTEST_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct live;

/** live_possible() - whether stderr is a terminal that can erase lines */
bool live_possible(void);

/** live_new() - live lines for these tests; reads the run log from its end on
 */
struct live *live_new(const char *topdir, const struct vt_strv *names);

/** live_text() - print other output; an incomplete line is held back */
void live_text(struct live *l, const char *text, size_t len);

/** live_draw() - redraw the lines, at most twice a second */
void live_draw(struct live *l);

/** live_free() - erase the lines and free; accepts NULL */
void live_free(struct live *l);

#endif
