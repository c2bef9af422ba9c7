/* Opening of LUKS volumes on disk images with a key, without device-mapper and
 * without privilege.
 *
 *	struct vt_luks_opened o;
 *	if (vt_luks_open(volume, key, &o, err) < 0) return -1;
 *	if (o.content) ... vt_map_read(o.content, ...) ...
 *	vt_map_unref(o.content);
 *
 * libcryptsetup looks for a keyslot in a copy of the header and gives the key
 * of the volume. That takes as much memory and time as the header says, so it
 * runs in a child, with bounds: 1 GiB, which is what cryptsetup takes by
 * default, and 60 s of processor time.
 */
#ifndef VT_LUKS_OPEN_H
#define VT_LUKS_OPEN_H

#include "image/map.h"

enum vt_luks_answer {
	VT_LUKS_OPENS,
	VT_LUKS_OPENS_NOT, /* the key of no keyslot */
	/* unknown: */
	VT_LUKS_NO_MEMORY,
	VT_LUKS_NO_TIME,
	VT_LUKS_UNREADABLE,
	/* the key opens it, but its content is not read: */
	VT_LUKS_CIPHER,
	VT_LUKS_CHANGED,
	VT_LUKS_ANSWERS, /* how many there are */
};

struct vt_luks_opened {
	enum vt_luks_answer answer;
	struct vt_map *content; /* NULL, unless VT_LUKS_OPENS */
};

/** vt_luks_open() - try a key on all keyslots; `out` is set in any case */
int vt_luks_open(struct vt_map *volume, const char *key,
	struct vt_luks_opened *out, struct vt_err **err);

/** vt_luks_is_known() - whether it says if the key opens the volume */
bool vt_luks_is_known(enum vt_luks_answer answer);

/** vt_luks_answer_text() - in words */
const char *vt_luks_answer_text(enum vt_luks_answer answer);

#endif
