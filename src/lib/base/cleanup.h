/* Temporary files and directories that are removed when a signal ends the
 * process.
 *
 *	vt_cleanup_add(path);
 *	... rename or remove it ...
 *	vt_cleanup_forget(path);
 *
 * vt_tmp_open() and vt_fs_tmpdir() do this themselves. The first registration
 * installs handlers for SIGINT, SIGTERM and SIGHUP that remove all registered
 * paths and end the process by the same signal. They do not run in a tool that
 * calls vt_signals_block(), which cleans up in its event loop. At most 64 paths
 * are registered at a time; more are ignored.
 */
#ifndef VT_CLEANUP_H
#define VT_CLEANUP_H

/** vt_cleanup_add() - register a file or a directory tree; the path is copied
 */
void vt_cleanup_add(const char *path);
/** vt_cleanup_forget() - drop a path that was renamed or removed */
void vt_cleanup_forget(const char *path);

#endif
