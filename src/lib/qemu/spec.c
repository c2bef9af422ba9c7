#include "qemu/spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/fs.h"
#include "base/mem.h"
#include "qemu/properties.h"

/* QEMU's range of addresses; the reference completes shorter ones the same. */
static const unsigned char mac_prefix[] = {0x52, 0x54, 0x00, 0x12, 0x34};

enum { MAC_BYTES = 6 };

/* Parse a MAC address. "auto" leaves the choice to QEMU; fewer than six bytes
 * are the last ones. */
static int parse_mac(struct vt_machine *m, const char *s, const char **mac,
	struct vt_err **err)
{
	unsigned char bytes[MAC_BYTES], given[MAC_BYTES];
	size_t n = 0;
	memcpy(bytes, mac_prefix, sizeof(mac_prefix));
	if (!strcmp(s, "auto"))
		return 0;
	if (!strcmp(s, "random")) {
		n = 3;
		if (getrandom(given, n, 0) < 0)
			return vt_err_errno(err, "cannot get random numbers");
	} else {
		VT_AUTO_STRV struct vt_strv v = VT_STRV_INIT;
		vt_str_split(s, ':', &v);
		size_t first = v.n > 1 && !*v.v[0];
		bool good = v.n > first && v.n - first <= MAC_BYTES;
		for (size_t i = first; good && i < v.n; i++) {
			char *end;
			unsigned long byte = strtoul(v.v[i], &end, 16);
			good = isxdigit((unsigned char)*v.v[i]) && !*end &&
			       byte <= 0xff;
			given[n++] = (unsigned char)byte;
		}
		if (!good)
			return vt_err_set(err, VT_USAGE,
				"'%s' is not a MAC address (52:54:00:12:34:01, "
				"its end such as :01, 'random' or 'auto')",
				s);
	}
	memcpy(bytes + MAC_BYTES - n, given, n);
	*mac = vt_machine_own(
		m, vt_printf("%02x:%02x:%02x:%02x:%02x:%02x", bytes[0],
			   bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]));
	return 0;
}

static const char *nic_model(struct vt_machine *m, const char *s)
{
	return vt_machine_own(
		m, strcmp(s, "virtio")
			   ? vt_strdup(s)
			   : vt_printf("virtio-net-%s", m->arch->virtio));
}

/* Any other option: for the device if it has such a property, or else for the
 * network backend. */
static int nic_option(struct vt_machine *m, const struct vt_nic *nic,
	const char *word, struct vt_str *device, struct vt_str *net,
	struct vt_err **err)
{
	bool takes = false;
	VT_AUTO_FREE char *model =
		nic->model ? vt_strdup(nic->model)
			   : vt_printf("virtio-net-%s", m->arch->virtio);
	if (vt_qemu_has_property(vt_machine_qemu(m), model, word, &takes, err) <
		0)
		return -1;
	struct vt_str *to = takes ? device : net;
	vt_str_item(to, ",", word);
	return 0;
}

int vt_spec_netdev(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str device = VT_STR_INIT, net = VT_STR_INIT;
	struct vt_nic *nic = vt_machine_add_nic(m);
	const char *v, *model = getenv("DEF_NETMODEL");
	vt_str_split(spec, ',', &words);
	if (!*words.v[0])
		return vt_err_set(err, VT_USAGE,
			"network '%s' must begin with 'user' or the name of a "
			"bridge",
			spec);
	if (strcmp(words.v[0], "user"))
		nic->bridge = vt_machine_own(m, vt_strdup(words.v[0]));
	for (size_t i = 1; i < words.n; i++)
		if ((v = vt_str_value(words.v[i], "model")))
			model = v;
	nic->model = model && *model ? nic_model(m, model) : NULL;
	for (size_t i = 1; i < words.n; i++) {
		const char *w = words.v[i];
		int rc = 0;
		if ((v = vt_str_value(w, "mac")) ||
			(v = vt_str_value(w, "macaddr")))
			rc = parse_mac(m, v, &nic->mac, err);
		else if (!vt_str_value(w, "model") && *w)
			rc = nic_option(m, nic, w, &device, &net, err);
		if (rc < 0)
			return vt_err_wrap(err, "network '%s'", spec);
	}
	if (device.len)
		nic->device_options = vt_machine_own(m, vt_str_take(&device));
	if (net.len)
		nic->net_options = vt_machine_own(m, vt_str_take(&net));
	return 0;
}
