/* What stands beside the tests' directories in TOPDIR, and the goals of make
 * that are called after a test: names that no test can have. */
#ifndef VT_TOPDIR_H
#define VT_TOPDIR_H

/* Files that are written there. */
#define VT_TOPDIR_RULES "tests.mk"
#define VT_TOPDIR_JUNIT "junit.xml"
#define VT_TOPDIR_LOG "debug.log"
#define VT_TOPDIR_LAST "last-run.json"
#define VT_TOPDIR_PAGE "report.html"
#define VT_TOPDIR_MATRIX "dirty-matrix.md"
#define VT_TOPDIR_INSTALLER "installer-" /* and a number */

/** vt_test_name_fault() - why a name cannot be that of a test
 * Return: a sentence with the name (owned); NULL: it can */
char *vt_test_name_fault(const char *name);

#endif
