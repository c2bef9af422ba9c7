/* Output in TAP (Test Anything Protocol) for unit tests, as prove(1) reads it.
 *
 *	int main(void)
 *	{
 *		ok(x > 0, "x is positive");
 *		is_int(found, 3, "three disks");
 *		is_str(found, "sda", "the first one");
 *		return done_testing();
 *	}
 */
#ifndef VT_TAP_H
#define VT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

__attribute__((format(printf, 2, 3), unused)) static bool ok(
	bool pass, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	printf("%sok %d - ", pass ? "" : "not ", ++tap_run);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	tap_failed += !pass;
	fflush(stdout);
	/* prove shows what is on stderr */
	if (!pass)
		fprintf(stderr, "# not ok %d\n", tap_run);
	return pass;
}

__attribute__((unused)) static bool is_int(
	long long found, long long expected, const char *what)
{
	bool pass = ok(found == expected, "%s", what);
	if (!pass)
		fprintf(stderr, "# %s: expected %lld, found %lld\n", what,
			expected, found);
	return pass;
}

__attribute__((unused)) static bool is_str(
	const char *found, const char *expected, const char *what)
{
	bool pass = ok(found && expected ? !strcmp(found, expected)
					 : found == expected,
		"%s", what);
	if (!pass)
		fprintf(stderr, "# %s: expected '%s'\n# found    '%s'\n", what,
			expected ? expected : "(null)",
			found ? found : "(null)");
	return pass;
}

__attribute__((unused)) static void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_run, what, why);
}

__attribute__((unused)) static int done_testing(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed != 0;
}

#endif
