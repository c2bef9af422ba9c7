/* The run log: a line for each event, of all tests at once (setting LOG).
 *
 *	vt_runlog("simple", "install", "started");
 *	vt_runlog_end("simple", "install", VT_HOST, 3.2, "no QEMU");
 *
 * A line is the time, the test, the phase, and what happened. It is one
 * write(2) at the end of the file, so that lines of tests that run at the same
 * time never mix. Without LOG nothing is
 * written; when the file cannot be written, a warning is printed once.
 */
#ifndef VT_RUNLOG_H
#define VT_RUNLOG_H

/** vt_runlog() - @test: a name, or the directory that has it; "-" for none */
void vt_runlog(const char *test, const char *phase, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vt_runlog_end() - how a phase ended: "passed in 3.2 s", "failed in ...: WHY"
 * or another word by its exit status */
void vt_runlog_end(const char *test, const char *phase, int status,
	double seconds, const char *why);

#endif
