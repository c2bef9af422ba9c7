#include "host/hostdev.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Add a machine's NICs on the wire. */
static void add_ports(struct vt_wire_port *ports, size_t *n,
	const struct vt_machine *m, struct vt_strv *names, const char *prefix)
{
	for (size_t i = 0; m && i < m->n_nics; i++) {
		const struct vt_nic *nic = &m->nics[i];
		if (!nic->segment)
			continue;
		vt_strv_take(names, nic->name ? vt_strdup(nic->name)
					      : vt_printf("%s%zu", prefix, i));
		ports[(*n)++] = (struct vt_wire_port){
			names->v[names->n - 1], nic->segment};
	}
}

/* Give the NICs on the wire their descriptors, from number *at on. */
static void take_ports(
	int *nics, const struct vt_machine *m, const int *guests, size_t *at)
{
	for (size_t i = 0; i < m->n_nics; i++)
		if (m->nics[i].segment)
			nics[i] = guests[(*at)++];
}

static int start_peer(struct vt_hostdev *h, const struct vt_hostdev_plan *plan,
	size_t at, struct vt_err **err)
{
	const struct vt_machine *m = plan->peer;
	VT_AUTO_FREE int *nics = vt_calloc(m->n_nics + 1, sizeof(*nics));
	memset(nics, -1, m->n_nics * sizeof(*nics));
	take_ports(nics, m, h->wire.guests, &at);
	return vt_peer_start(&h->peer,
		&(struct vt_peer_plan){.machine = m,
			.accel = plan->accel,
			.nics = nics,
			.config = plan->peer_config,
			.log = plan->peer_log,
			.ready_ms = plan->peer_ready_ms},
		err);
}

static int open_wire(struct vt_hostdev *h, const struct vt_hostdev_plan *plan,
	struct vt_err **err)
{
	const struct vt_machine *m = plan->machine, *peer = plan->peer;
	size_t max = m->n_nics + (peer ? peer->n_nics : 0), n = 0, at = 0;
	VT_AUTO_FREE struct vt_wire_port *ports =
		vt_calloc(max + 1, sizeof(*ports));
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	add_ports(ports, &n, m, &names, "nic");
	if (!n)
		return 0;
	add_ports(ports, &n, peer, &names, "peer");
	if (vt_wire_start(&h->wire,
		    &(struct vt_wire_plan){
			    .ports = ports, .n = n, .capture = plan->capture},
		    err) < 0)
		return -1;
	take_ports(h->nics, m, h->wire.guests, &at);
	return peer ? start_peer(h, plan, at, err) : 0;
}

int vt_hostdev_open(struct vt_hostdev *h, const struct vt_hostdev_plan *plan,
	struct vt_machine_fds *fds, struct vt_err **err)
{
	const struct vt_machine *m = plan->machine;
	if (vt_taps_open(&h->taps, m, err) < 0 ||
		(m->tpm && vt_tpm_start(&h->tpm, m->tpm, err) < 0))
		return -1;
	h->nics = vt_calloc(m->n_nics + 1, sizeof(*h->nics));
	for (size_t i = 0; i < m->n_nics; i++)
		h->nics[i] = i < h->taps.n ? h->taps.fds[i] : -1;
	if (open_wire(h, plan, err) < 0)
		return -1;
	fds->nics = h->nics;
	fds->tpm = h->tpm.guest;
	h->n_keep = m->n_nics + 1;
	h->keep = vt_calloc(h->n_keep, sizeof(*h->keep));
	h->keep[0] = h->tpm.guest;
	memcpy(h->keep + 1, h->nics, m->n_nics * sizeof(*h->nics));
	return 0;
}

void vt_hostdev_watch(
	struct vt_hostdev *h, struct vt_watch watches[VT_HOSTDEV_WATCHES])
{
	watches[0] = vt_tpm_watch(&h->tpm);
	watches[1] = vt_wire_watch(&h->wire);
	watches[2] = vt_peer_watch(&h->peer);
}

int vt_hostdev_end(struct vt_hostdev *h, struct vt_err **err)
{
	vt_peer_stop(&h->peer);
	return h->wire.proc.pid ? vt_wire_end(&h->wire, err) : 0;
}

void vt_hostdev_close(struct vt_hostdev *h)
{
	vt_taps_close(&h->taps);
	vt_tpm_stop(&h->tpm);
	vt_peer_stop(&h->peer);
	vt_wire_stop(&h->wire);
	free(h->nics);
	free(h->keep);
	*h = (struct vt_hostdev)VT_HOSTDEV_INIT;
}
