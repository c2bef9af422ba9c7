/* Lines on a terminal for the tests that run: phase, time, last console line.
 *
 * Which test runs is told by the run log; that it still does by the lock on
 * its directory, as a tool that is killed logs nothing. What guests say is
 * shown as ASCII and cut to the width, so that it cannot do anything but be
 * there.
 */
#ifndef VT_VMTEST_LIVE_H
#define VT_VMTEST_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct live;

/** live_possible() - is stderr a terminal that can take lines back */
bool live_possible(void);

/** live_new() - of these tests; reads the run log from its end on */
struct live *live_new(const char *topdir, const struct vt_strv *names);

/** live_text() - show output of others; whole lines only, the rest waits */
void live_text(struct live *l, const char *text, size_t len);

/** live_draw() - the lines anew, at most twice a second */
void live_draw(struct live *l);

/** live_free() - takes the lines back; NULL is fine */
void live_free(struct live *l);

#endif
