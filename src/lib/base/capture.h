/* Capture the output of a child, usually its stderr, for an error message.
 *
 *	VT_AUTO_CLOSE int fd = vt_capture_open();
 *	... vt_proc_spawn() with .errfd = fd ...
 *	VT_AUTO_FREE char *text = vt_capture_tail(fd);
 *
 * The output goes to a file in memory (memfd). Unlike a pipe, it does not have
 * to be read while the child runs; but it is not limited, so this is for
 * children with little output.
 */
#ifndef VT_CAPTURE_H
#define VT_CAPTURE_H

/** vt_capture_open() - create the file
 * Return: a descriptor, or -1; vt_proc_spawn() must then get 0, so that the
 *   child inherits stderr */
int vt_capture_open(void);

/** vt_capture_tail() - the last lines of the output; Return: owned, may be ""
 */
char *vt_capture_tail(int fd);

#endif
