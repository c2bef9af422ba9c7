#include "network.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

#define CLASS "/sys/class/net"

static bool has_carrier(const char *interface)
{
	VT_AUTO_FREE char *type = vt_printf(CLASS "/%s/type", interface);
	VT_AUTO_FREE char *carrier = vt_printf(CLASS "/%s/carrier", interface);
	/* reading it fails if the interface is down */
	VT_AUTO_FREE char *is = vt_fs_read(carrier, 16, NULL, NULL);
	VT_AUTO_FREE char *ether = vt_fs_read(type, 16, NULL, NULL);
	return is && ether && vt_str_eq(is, "1\n") && vt_str_eq(ether, "1\n");
}

int network_dhcp(const char *root, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *path =
		vt_printf("%s/etc/network/interfaces.d/installer", root);
	if (vt_fs_list(CLASS, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++)
		if (has_carrier(names.v[i]))
			vt_str_addf(&text, "auto %s\niface %s inet dhcp\n",
				names.v[i], names.v[i]);
	return vt_fs_write(path, vt_str_c(&text), text.len, 0644, err);
}
