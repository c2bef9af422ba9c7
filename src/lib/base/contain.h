/* Contain a program: when it ends, when it is to end, or when we end, all that
 * it has started is killed, also what left its process group or session.
 *
 * A process stays between us and the program. As its subreaper it becomes the
 * parent of all orphans of the program, and it outlives us long enough to kill
 * them. See `contain` in proc.h.
 */
#ifndef VT_CONTAIN_H
#define VT_CONTAIN_H

/** vt_contain() - to be called in a child just before exec(); it returns in a
 * child of that child. The caller never returns: it ends as the program ends,
 * by the same status or signal. Return: 0, or -1 with errno set */
int vt_contain(void);

/** vt_contain_sweep() - kill all children of this process, and those that it
 * inherits from them, for 5 s at most */
void vt_contain_sweep(void);

#endif
