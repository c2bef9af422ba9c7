#include "base/clock.h"

#include <stdio.h>

time_t vt_clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

struct tm vt_clock_utc(time_t at)
{
	struct tm tm;
	return *gmtime_r(&at, &tm);
}

const char *vt_clock_stamp(char text[static VT_CLOCK_STAMP], time_t at)
{
	struct tm tm = vt_clock_utc(at);
	strftime(text, VT_CLOCK_STAMP, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

bool vt_clock_day(const char *text, struct tm *tm)
{
	int year, month, day, end = 0;
	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 ||
		text[end] || year < 1970 || month < 1 || day < 1)
		return false;
	*tm = (struct tm){.tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = 12};
	timegm(tm); /* normalizes an invalid date such as 2026-02-30 */
	return tm->tm_mon == month - 1 && tm->tm_mday == day;
}

void vt_today(char day[static 32])
{
	time_t now = vt_clock_now();
	struct tm tm;
	strftime(day, 32, "%Y-%m-%d", localtime_r(&now, &tm));
}
