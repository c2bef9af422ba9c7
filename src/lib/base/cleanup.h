/* Temporaries that must go even when a signal ends us.
 *
 * vt_tmp_open() and vt_fs_tmpdir() register here by themselves. The first
 * registration installs handlers for INT, TERM and HUP that remove what is
 * registered and die by the same signal. A tool that takes its signals by
 * vt_signals_block() never runs them and cleans up in its own loop.
 */
#ifndef VT_CLEANUP_H
#define VT_CLEANUP_H

/** vt_cleanup_add() - a file or directory tree to remove; copied */
void vt_cleanup_add(const char *path);
/** vt_cleanup_forget() - it was renamed or removed */
void vt_cleanup_forget(const char *path);

#endif
