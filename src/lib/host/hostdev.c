#include "host/hostdev.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int vt_hostdev_open(struct vt_hostdev *h, const struct vt_machine *m,
	struct vt_machine_fds *fds, struct vt_err **err)
{
	if (vt_taps_open(&h->taps, m, err) < 0 ||
		(m->tpm && vt_tpm_start(&h->tpm, m->tpm, err) < 0))
		return -1;
	fds->taps = h->taps.fds;
	fds->tpm = h->tpm.guest;
	h->n_keep = h->taps.n + 1;
	h->keep = vt_calloc(h->n_keep, sizeof(*h->keep));
	h->keep[0] = h->tpm.guest;
	for (size_t i = 0; i < h->taps.n; i++)
		h->keep[i + 1] = h->taps.fds[i];
	return 0;
}

void vt_hostdev_close(struct vt_hostdev *h)
{
	vt_taps_close(&h->taps);
	vt_tpm_stop(&h->tpm);
	free(h->keep);
	*h = (struct vt_hostdev)VT_HOSTDEV_INIT;
}
