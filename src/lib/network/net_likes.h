/* How what a network config asks is compared with what was found: rows by enum
 * vt_net_likeness. */
#ifndef VT_NET_LIKES_H
#define VT_NET_LIKES_H

#include "graph/likeness.h"

extern const struct vt_likeness_row vt_net_likes[];

/** vt_net_allows() - whether an interface may have addresses of a family that
 * the config does not have: it asks a server or a router for them
 * @d: of verify.yaml */
bool vt_net_allows(const struct vt_dev *d, int family);

/** vt_net_glob() - whether one of a list of patterns, with commas, matches
 * @text: may be NULL */
bool vt_net_glob(const char *patterns, const char *text);

#endif
