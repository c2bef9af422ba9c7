/* The time of day, as a number and as text. To measure durations, use
 * vt_now_ms() of proc.h, which is monotonic.
 *
 *	char when[VT_CLOCK_STAMP];
 *	vt_clock_stamp(when, vt_clock_now());
 */
#ifndef VT_CLOCK_H
#define VT_CLOCK_H

#include <stdbool.h>
#include <time.h>

enum { VT_CLOCK_STAMP = 32 };

/** vt_clock_now() - seconds since 1970. Unlike time(2), it is not affected by
 * image/archiver_write.c, which replaces time(2) by a constant */
time_t vt_clock_now(void);

/** vt_clock_utc() - a time in UTC, for strftime(3) */
struct tm vt_clock_utc(time_t at);

/** vt_clock_stamp() - format a time as "2026-01-31T23:59:59Z"; Return: `text`
 */
const char *vt_clock_stamp(char text[static VT_CLOCK_STAMP], time_t at);

/** vt_clock_day() - read a date written as "2026-01-31"
 * @tm: set to noon of that day in UTC, so that days can be added
 * Return: false if it is not a date */
bool vt_clock_day(const char *text, struct tm *tm);

/** vt_today() - today's local date as "2026-01-31"; such dates sort as text */
void vt_today(char day[static 32]);

#endif
