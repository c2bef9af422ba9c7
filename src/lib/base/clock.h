/* The time of day, as numbers and as text. What has to be waited for is
 * measured by vt_now_ms() of proc.h.
 *
 *	char when[VT_CLOCK_STAMP];
 *	vt_clock_stamp(when, vt_clock_now());
 */
#ifndef VT_CLOCK_H
#define VT_CLOCK_H

#include <time.h>

enum { VT_CLOCK_STAMP = 32 };

/** vt_clock_now() - seconds since 1970, also while image/archiver_write.c makes
 * time(2) stand still */
time_t vt_clock_now(void);

/** vt_clock_utc() - for strftime(3) */
struct tm vt_clock_utc(time_t at);

/** vt_clock_stamp() - "2026-01-31T23:59:59Z" */
void vt_clock_stamp(char text[static VT_CLOCK_STAMP], time_t at);

/** vt_today() - the local day, "2026-01-31"; days as text compare as days */
void vt_today(char day[static 32]);

#endif
