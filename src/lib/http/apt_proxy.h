/* The apt proxy for guests. */
#ifndef VT_APT_PROXY_H
#define VT_APT_PROXY_H

/** vt_apt_proxy() - the setting APT_PROXY (empty: none); if it is not set, the
 * proxy of this host's apt
 * Return: owned; NULL for none */
char *vt_apt_proxy(void);

#endif
