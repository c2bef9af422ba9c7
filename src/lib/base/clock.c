#include "base/clock.h"

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

void vt_today(char day[static 32])
{
	time_t now = vt_clock_now();
	struct tm tm;
	strftime(day, 32, "%Y-%m-%d", localtime_r(&now, &tm));
}
