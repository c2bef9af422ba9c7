#include "seed.h"

void seed_free(struct seed *s)
{
	vt_seed_file_free(&s->file);
	vt_strv_free(&s->owned);
	vt_strv_free(&s->cloud_configs);
}

int seed_read_test(const char *dir, struct seed *s, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (vt_seed_file_read(&s->file, dir, err) < 0)
		return -1;
	if (!s->file.cloudconf)
		return 0;
	vt_str_add(&text, "#cloud-config\n");
	if (vt_node_emit(s->file.cloudconf, &text, err) < 0)
		return -1;
	vt_strv_take(&s->cloud_configs, vt_str_take(&text));
	return 0;
}
