#include "seed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void seed_free(struct seed *s)
{
	for (size_t i = 0; i < s->n_scripts; i++) {
		free(s->scripts[i].name);
		free(s->scripts[i].text);
	}
	free(s->scripts);
	vt_strv_free(&s->cloud_configs);
	free(s->output);
}

int seed_add_script(
	struct seed *s, const char *name, const char *text, struct vt_err **err)
{
	if (!vt_str_valid_name(name))
		return vt_err_set(err, VT_USAGE,
			"'%s' cannot be the name of a script: letters, digits "
			"and ._+@- are, at most 100",
			name);
	for (size_t i = 0; i < s->n_scripts; i++)
		if (!strcmp(s->scripts[i].name, name))
			return vt_err_set(err, VT_USAGE,
				"two scripts have the name '%s'", name);
	s->scripts =
		vt_realloc(s->scripts, s->n_scripts + 1, sizeof(*s->scripts));
	s->scripts[s->n_scripts++] =
		(struct seed_script){vt_strdup(name), vt_strdup(text)};
	return 0;
}

int seed_set_output(struct seed *s, const char *serial, struct vt_err **err)
{
	enum { VIRTIO_SERIAL = 20 };
	if (!vt_str_valid_name(serial) || strlen(serial) > VIRTIO_SERIAL)
		return vt_err_set(err, VT_USAGE,
			"'%s' cannot be the serial of a disk: letters, digits "
			"and ._+@- are, at most 20",
			serial);
	free(s->output);
	s->output = vt_strdup(serial);
	return 0;
}
