/* verify.yaml's `storage`: the expected state of the disks and of the booted
 * system, derived from the config; and notes about the config for --plan. */
#include <string.h>

#include "base/mem.h"
#include "graph/expect.h"
#include "network/net_statements.h"
#include "plan.h"
#include "qemu/machine.h"
#include "storage/boot_code.h"
#include "storage/extra.h"
#include "storage/realise.h"
#include "storage/storage_statements.h"
#include "storage/types.h"
#include "test/distro.h"

bool vt_command_has(const struct vt_node *command, const char *word)
{
	bool has = command && command->kind == VT_SCALAR &&
		   strstr(command->text, word);
	for (size_t i = 0; command && command->kind == VT_SEQ && i < command->n;
		i++)
		has |= vt_command_has(command->items[i], word);
	return has;
}

static const struct vt_node *dd_image(const struct vt_node *config)
{
	const struct vt_node *sources = vt_node_get(config, "sources");
	if (!sources || sources->kind != VT_MAP)
		return NULL;
	for (size_t i = 0; i < sources->n; i++) {
		const struct vt_node *type =
			vt_node_get(sources->items[i], "type");
		if (vt_node_text(type) && vt_str_starts(type->text, "dd-"))
			return type;
	}
	return NULL;
}

/* The mode is 'custom' if there is a storage config and no disk image, unless
 * it is forced. Source: curtin's block_meta(). */
static bool makes_storage(const struct vt_node *command, bool image)
{
	if (!vt_command_has(command, "block-meta"))
		return false;
	return vt_command_has(command, "--force-mode")
		       ? vt_command_has(command, "custom")
		       : !image;
}

/* The config's commands are merged over curtin's own, which is `builtin`. */
static bool is_carried_out(const struct vt_node *config)
{
	const struct vt_node *commands =
		vt_node_get(config, "partitioning_commands");
	bool image = dd_image(config);
	bool made = !vt_node_get(commands, "builtin") && !image, other = false;
	if (commands && commands->kind != VT_MAP)
		return false;
	for (size_t i = 0; commands && i < commands->n; i++) {
		bool makes = makes_storage(commands->items[i], image);
		made |= makes;
		other |= !makes &&
			 vt_command_has(commands->items[i], "block-meta");
	}
	return made && !other;
}

/* Why nothing is expected of the storage config, or NULL */
static const char *why_none(const struct vt_plan *plan)
{
	if (plan->def.expected_failure)
		return "the installer must fail";
	if (!plan->speaks_curtin)
		return "the installer does not read curtin's format";
	if (is_carried_out(plan->config))
		return NULL;
	return dd_image(plan->config)
		       ? "a source is a disk image"
		       : "no partitioning command runs block-meta for it";
}

void vt_plan_statements(const struct vt_plan *plan, struct vt_statements *out)
{
	vt_storage_statements(
		out, &plan->storage, plan->config, why_none(plan));
	vt_network_statements(
		out, &plan->network, plan->config, vt_plan_no_network(plan));
}

/* Whether the installer's own command installs GRUB: curtin has a choice of
 * boot loaders, in its section `boot`. */
static bool installs_grub(const struct vt_node *config)
{
	const struct vt_node *commands =
		vt_node_get(config, "curthooks_commands");
	const struct vt_node *loaders =
		vt_node_get(vt_node_get(config, "boot"), "bootloaders");
	if (commands &&
		(commands->kind != VT_MAP || vt_node_get(commands, "builtin")))
		return false;
	return !loaders || vt_command_has(loaders, "grub");
}

/* A firmware file of the definition may be any. */
static void realise_boot(struct vt_plan *plan)
{
	const struct vt_def *def = &plan->def;
	const struct vt_arch *arch = vt_arch(def->arch);
	bool uefi = plan->guest.firmware != VT_FW_BIOS;
	if (plan->guest.bios || !installs_grub(plan->config))
		return;
	vt_realise_boot(&plan->storage,
		&(struct vt_boot_kind){
			.bios = arch->bios && !uefi,
			.prep = arch->prep,
			.efi = uefi ? arch->efi : NULL,
			.several_esps =
				vt_distro(def->target_distro)->several_esps,
		});
}

/* Why a disk that the config does not have may hold other devices, or NULL. */
static const char *content_of_disks(const struct vt_plan *plan)
{
	for (size_t i = 0; i < plan->guest.n_disks; i++)
		if (plan->guest.disks[i].from)
			return "a disk of the machine has content from before";
	return NULL;
}

struct vt_node *vt_emit_storage(struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_graph *g = &plan->storage;
	if (why_none(plan))
		return NULL;
	vt_realise(g);
	realise_boot(plan);
	vt_extra_realise(g, plan->config, content_of_disks(plan));
	for (size_t i = 0; i < plan->guest.n_disks; i++) {
		struct vt_guest_disk *d = &plan->guest.disks[i];
		if (!d->entry)
			continue;
		d->entry->image = d->path;
		d->entry->overlay = vt_guest_disk_is_overlay(d);
		d->entry->sector_bytes = (unsigned)plan->guest.block_size_bytes;
	}
	return vt_graph_write(g, doc);
}

static void add_note(struct vt_doc *doc, struct vt_node *notes, char *text)
{
	VT_AUTO_FREE char *owned = text;
	vt_node_push(doc, notes, vt_node_string(doc, owned));
}

/* "disk 'd' is preserved: before the install it must have the partitions 1
 * (1048576 bytes, flag bios_grub), 3 (...)" */
static char *preserved(const struct vt_dev *d)
{
	struct vt_str text = VT_STR_INIT, parts = VT_STR_INIT;
	for (size_t i = 0; i < d->n_users; i++) {
		const struct vt_dev *p = d->users[i]->user;
		const char *flag = vt_dev_text(p, "flag");
		if (!vt_dev_is(p, VT_PARTITION) || !vt_dev_num(p, "preserve"))
			continue;
		VT_AUTO_FREE char *one = vt_printf("%d (%llu bytes%s%s)",
			(int)vt_dev_num(p, "number"),
			(unsigned long long)vt_dev_num(p, "size"),
			flag ? ", flag " : "", flag ? flag : "");
		vt_str_item(&parts, ", ", one);
	}
	vt_str_addf(&text,
		"%s '%s' is preserved: it must be there before the install",
		d->type->word, d->id);
	if (parts.len)
		vt_str_addf(&text, ", with the partitions %s", parts.s);
	vt_str_free(&parts);
	return vt_str_take(&text);
}

/* curtin has the key; the booted system has not. */
static bool asks_passphrase(const struct vt_dev *d)
{
	return vt_dev_is(d, VT_DM_CRYPT) && !vt_dev_is_random(d);
}

void vt_emit_storage_notes(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *notes)
{
	const struct vt_graph *g = &plan->storage;
	if (g->n && why_none(plan))
		add_note(doc, notes,
			vt_printf("the storage config is not carried out, and "
				  "nothing is expected of it: %s",
				why_none(plan)));
	if (plan->network.n && vt_plan_no_network(plan))
		add_note(doc, notes,
			vt_printf("the network config is not carried out, and "
				  "nothing is expected of it: %s",
				vt_plan_no_network(plan)));
	for (size_t i = 0; i < g->n; i++) {
		const struct vt_dev *d = &g->v[i];
		bool part =
			vt_dev_is(d, VT_PARTITION) || vt_dev_is(d, VT_FORMAT);
		if (vt_dev_num(d, "preserve") && !part)
			add_note(doc, notes, preserved(d));
		if (asks_passphrase(d))
			add_note(doc, notes,
				vt_printf("dm_crypt '%s': the booted system "
					  "asks for its passphrase on the "
					  "console",
					d->id));
	}
}
