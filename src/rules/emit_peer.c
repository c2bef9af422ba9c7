/* The wire of the boot phase, and what it is for: the peer of boot/vm.yaml, the
 * script that looks for the peer, and the checks of what it finds.
 */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "checks.h"
#include "host/peer.h"
#include "network/nics.h"
#include "plan.h"
#include "scripts.h"
#include "test/vm_file.h"

/* The peer's interface to the outside. */
#define UPLINK "uplink"

/* User networking looks for the owner of any address from which a packet came,
 * as on a cable: the peer answers for those that it routes to. */
static const char uplink_setup[] =
	"ip addr add " VT_PEER_OUTSIDE "15/24 dev " UPLINK "\n"
	"ip link set " UPLINK " up\n"
	"ip route add default via " VT_PEER_OUTSIDE "2\n"
	"echo 1 >/proc/sys/net/ipv4/ip_forward\n"
	"echo 1 >/proc/sys/net/ipv4/conf/" UPLINK "/proxy_arp\n";
static const char uplink_dns[] = "server=" VT_PEER_OUTSIDE "3\n";

/* The peer's setup: names for its NICs, then ip's batches. */
static void set_setup(
	const struct vt_machine *peer, struct vt_doc *doc, struct vt_node *map)
{
	const char *more = "";
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_str_add(&s, peer->n_nics ? "nameif" : ":");
	for (size_t i = 0; i < peer->n_nics; i++) {
		const struct vt_nic *nic = &peer->nics[i];
		if (nic->segment) {
			vt_str_addf(&s, " n%zu %s", i, nic->mac);
			continue;
		}
		vt_str_addf(&s, " " UPLINK " %s", nic->mac);
		more = uplink_setup;
	}
	vt_str_addf(&s, "\nip -batch links\nip -batch addresses\n%s", more);
	vt_node_set_str(doc, map, "setup", vt_str_c(&s));
}

/* Texts of the definition replace those that are derived. */
static void set_own(
	const struct vt_node *own, struct vt_doc *doc, struct vt_node *map)
{
	for (size_t i = 0; own && i < own->n; i++)
		vt_node_set_str(
			doc, map, own->keys[i]->text, own->items[i]->text);
}

/* @segment: NULL: the outside */
static void add_nic(
	struct vt_machine *peer, const char *name, const char *segment)
{
	size_t i = peer->n_nics;
	struct vt_nic *nic = vt_machine_add_nic(peer);
	nic->name = name;
	nic->segment = segment;
	nic->mac = vt_machine_own(peer, vt_printf("52:54:00:fe:00:%02zx", i));
}

static void set_peer(struct vt_plan *plan, struct vt_doc *doc, struct vt_vm *vm)
{
	struct vt_wired *w = &plan->wired;
	struct vt_machine *m = &vm->peer.machine;
	struct vt_node *files = vt_node_map(doc);
	VT_AUTO_FREE char *dir =
		vt_fs_join(plan->world->cwd, vt_setting("PEER_DIR"));
	m->mem_mib = 128;
	m->kernel = vt_machine_own(m, vt_fs_join(dir, "kernel"));
	m->initrd = vt_machine_own(m, vt_fs_join(dir, "initrd"));
	for (size_t i = 0; i < w->nics.n; i++)
		add_nic(m, vt_machine_own(m, vt_printf("peer%zu", i)),
			w->nics.v[i]);
	if (plan->def.uplink) {
		add_nic(m, UPLINK, NULL);
		vt_str_add(&w->dnsmasq, uplink_dns);
	}
	set_setup(m, doc, files);
	vt_node_set_str(doc, files, "links", vt_str_c(&w->links));
	vt_node_set_str(doc, files, "addresses", vt_str_c(&w->addresses));
	vt_node_set_str(doc, files, "dnsmasq.conf", vt_str_c(&w->dnsmasq));
	set_own(plan->def.peer, doc, files);
	vm->peer.files = files;
	if (!vt_fs_exists(m->initrd))
		vm->missing = vt_machine_own(m,
			vt_printf("there is no image of the peer in '%s': run "
				  "'make peer-image'",
				dir));
}

void vt_emit_wire(struct vt_plan *plan, struct vt_doc *doc, struct vt_vm *vm)
{
	const struct vt_wired *w = &plan->wired;
	struct vt_machine *m = &vm->machine;
	VT_AUTO_NICS struct vt_nics net = {0};
	if (!w->on)
		return;
	vt_nics(&net, &plan->network);
	for (size_t i = 0; i < net.n && i < m->n_nics; i++) {
		m->nics[i].bridge = "wire";
		m->nics[i].segment = w->segments.v[i];
		if (vt_str_valid_name(net.v[i].name))
			m->nics[i].name = net.v[i].name;
	}
	if (net.n)
		set_peer(plan, doc, vm);
}

/* reach.sh, with its targets. NULL: nothing is to be reached */
const char *vt_emit_reach(const struct vt_plan *plan, struct vt_doc *doc)
{
	const struct vt_wired *w = &plan->wired;
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	const char *body = strchr(vt_script_for("reach"), '\n') + 1;
	if (!w->on || (!w->targets.n && !w->dns))
		return NULL;
	vt_str_addf(&s, "#!/bin/sh\nname=%s targets='",
		w->dns ? VT_WIRED_NAME : "");
	for (size_t i = 0; i < w->targets.n; i++)
		vt_str_item(&s, i ? " " : "", w->targets.v[i]);
	vt_str_addf(&s, "'\n%s", body);
	return vt_doc_keep(doc, s.s);
}

static void add_check(
	struct vt_doc *doc, struct vt_node *checks, const char *what)
{
	VT_AUTO_FREE char *name = vt_printf("reach %s", what);
	VT_AUTO_FREE char *line = vt_printf("%s answers", what);
	vt_checks_add_line(doc, checks,
		&(struct vt_line_check){name,
			"the network config makes it reachable, and the peer "
			"has it",
			"reach", line});
}

void vt_emit_reach_checks(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *checks)
{
	const struct vt_wired *w = &plan->wired;
	if (!w->on)
		return;
	for (size_t i = 0; i < w->targets.n; i++)
		add_check(doc, checks, w->targets.v[i]);
	if (w->dns)
		add_check(doc, checks, VT_WIRED_NAME);
}
