#include "storage/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void vt_options_missing(
	const char *wanted, const char *given, struct vt_strv *missing)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT, have = VT_STRV_INIT;
	vt_str_split(wanted, ',', &want);
	vt_str_split(given, ',', &have);
	for (size_t i = 0; i < want.n; i++)
		if (*want.v[i] && strcmp(want.v[i], "defaults") &&
			!vt_strv_has(&have, want.v[i]))
			vt_strv_add(missing, want.v[i]);
}

/* In effect unless the kernel shows the opposite: defaults that /proc/mounts
 * does not show (source: mount(8), fs/proc_namespace.c). */
static const char *const opposites[][2] = {{"async", "sync"},
	{"atime", "noatime"}, {"dev", "nodev"}, {"diratime", "nodiratime"},
	{"exec", "noexec"}, {"nostrictatime", "strictatime"},
	{"strictatime", "relatime"}, {"suid", "nosuid"}, {"rw", "ro"},
	{"norelatime", "relatime"}, {"nolazytime", "lazytime"}};

/* Options of mount(8), systemd and swapon, and defaults of a file system that
 * the kernel does not show. */
static bool never_shown(const char *option)
{
	static const char *const words[] = {"defaults", "auto", "noauto",
		"user", "users", "nouser", "nousers", "owner", "group",
		"nofail", "_netdev", "sw", "loud", "silent", "acl",
		"user_xattr", "barrier", "barrier=1", "data=ordered",
		"errors=continue", "uid=0", "gid=0", "nodiscard", NULL};
	return vt_str_in(words, option) || vt_str_starts(option, "x-") ||
	       vt_str_starts(option, "X-") ||
	       vt_str_starts(option, "comment=") ||
	       vt_str_starts(option, "user=") || vt_str_starts(option, "pri=");
}

/* FAT shows umask=077 as fmask=0077,dmask=0077. */
static bool masks_shown(const char *umask, const struct vt_strv *shown)
{
	unsigned found = 0;
	unsigned long want = strtoul(umask, NULL, 8);
	for (size_t i = 0; i < shown->n; i++) {
		const char *s = shown->v[i];
		if ((vt_str_starts(s, "fmask=") ||
			    vt_str_starts(s, "dmask=")) &&
			strtoul(s + 6, NULL, 8) == want)
			found |= *s == 'f' ? 1 : 2;
	}
	return found == 3;
}

/* compress=zstd is shown as compress=zstd:3, subvol=@ as subvol=/@ */
static bool longer_shown(const char *option, const struct vt_strv *shown)
{
	size_t len = strlen(option);
	const char *equals = strchr(option, '=');
	for (size_t i = 0; i < shown->n; i++) {
		const char *s = shown->v[i];
		if (!strncmp(s, option, len) &&
			(s[len] == ':' || (!equals && s[len] == '=')))
			return true;
		if (equals &&
			!strncmp(s, option, (size_t)(equals + 1 - option)) &&
			s[equals + 1 - option] == '/' &&
			!strcmp(s + (equals + 2 - option), equals + 1))
			return true;
	}
	return false;
}

static bool in_effect(const char *option, const struct vt_strv *shown)
{
	if (!*option || never_shown(option) || vt_strv_has(shown, option))
		return true;
	for (size_t i = 0; i < VT_COUNT(opposites); i++)
		if (!strcmp(option, opposites[i][0]))
			return !vt_strv_has(shown, opposites[i][1]);
	if (vt_str_starts(option, "umask="))
		return masks_shown(option + 6, shown);
	return longer_shown(option, shown);
}

void vt_options_without_effect(
	const char *wanted, const char *shown, struct vt_strv *missing)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT, have = VT_STRV_INIT;
	vt_str_split(wanted, ',', &want);
	vt_str_split(shown, ',', &have);
	for (size_t i = 0; i < want.n; i++)
		if (!in_effect(want.v[i], &have))
			vt_strv_add(missing, want.v[i]);
}
