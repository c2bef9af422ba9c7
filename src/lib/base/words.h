/* What a child says on stderr, kept until somebody wants to know.
 *
 *	VT_AUTO_CLOSE int words = vt_words_open();
 *	... vt_proc_spawn() with .errfd = words ...
 *	VT_AUTO_FREE char *text = vt_words_tail(words);
 *
 * A file in memory: nobody has to read it along, as with a pipe. For children
 * that say little.
 */
#ifndef VT_WORDS_H
#define VT_WORDS_H

/** vt_words_open() - Return: a descriptor, or -1: the child's words go where
 * ours go (0 in a struct vt_spawn) */
int vt_words_open(void);

/** vt_words_tail() - the end of it; Return: owned, "" for nothing */
char *vt_words_tail(int fd);

#endif
