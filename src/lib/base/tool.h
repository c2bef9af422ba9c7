/* What every tool does at its beginning and its end. */
#ifndef VT_TOOL_H
#define VT_TOOL_H

/**
 * vt_tool_begin() - make writes that fail errors, wherever they happen
 * A write beyond the limit of file sizes (ulimit -f) fails, instead of ending
 * the process by SIGXFSZ without a word. At exit, standard output is checked:
 * when something could not be written, the tool says so, and its exit status is
 * VT_HOST instead of a success. vt_cli_parse() calls it.
 */
void vt_tool_begin(void);

#endif
