#include "disks_from.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"

static const char key[] = "disks_from";

/* The name of a test whose disks a test has, or NULL. */
static const struct vt_node *said_by(const struct vt_test *test)
{
	const struct vt_node *n =
		test->keys ? vt_node_get(test->keys, key) : NULL;
	return vt_node_is_null(n) ? NULL : n;
}

static const struct vt_test *find(
	const struct vt_plan *plan, const char *name, struct vt_err **err)
{
	struct vt_tests *all = plan->world->tests;
	const struct vt_test *test = all ? vt_tests_find(all, name) : NULL;
	struct vt_near near = vt_near_start(name);
	for (size_t i = 0; all && i < all->n; i++)
		vt_near_try(&near, all->v[i]->name);
	if (!test)
		vt_node_err(vt_def_node(&plan->def, key), err,
			"there is no test '%s'%s", name,
			vt_near_hint(&near, ""));
	return test;
}

/* Before plans are made, which would not end. What is wrong with the others is
 * found when they are planned. */
static int check_cycle(const struct vt_plan *plan, const struct vt_test *test,
	struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv seen = VT_STRV_INIT;
	vt_strv_add(&seen, plan->test->name);
	while (test) {
		if (vt_strv_has(&seen, test->name))
			return vt_node_err(vt_def_node(&plan->def, key), err,
				"'%s' has a cycle through '%s'", key,
				test->name);
		vt_strv_add(&seen, test->name);
		const char *next = vt_node_text(said_by(test));
		test = next ? vt_tests_find(plan->world->tests, next) : NULL;
	}
	return 0;
}

/* Why the machine cannot have the disks of the other; owned. */
static char *misfit(const struct vt_plan *plan, const struct vt_plan *other)
{
	const char *name = other->test->name;
	if (other->skip)
		return vt_printf("test '%s' is skipped: %s", name, other->skip);
	if (strcmp(plan->def.arch, other->def.arch) != 0)
		return vt_printf("test '%s' has the architecture %s, not %s",
			name, other->def.arch, plan->def.arch);
	if (plan->guest.block_size_bytes != other->guest.block_size_bytes)
		return vt_printf("the disks of test '%s' have blocks of %ld "
				 "bytes, not %ld",
			name, other->guest.block_size_bytes,
			plan->guest.block_size_bytes);
	return NULL;
}

static const char *serial(const struct vt_guest_disk *d)
{
	return d->entry ? vt_dev_text(d->entry, "serial") : NULL;
}

/* A machine's disk can be larger than it was, but not smaller. */
static void take(struct vt_guest_disk *d, const struct vt_guest_disk *of,
	const char *test)
{
	d->base = vt_printf("../%s/%s", test, of->path);
	d->base_format = vt_guest_disk_is_overlay(of) ? "qcow2" : "raw";
	if (d->size_bytes < of->size_bytes)
		d->size_bytes = of->size_bytes;
}

static bool is_free(const struct vt_guest_disk *d)
{
	return !d->base && !d->from;
}

/* The partner of disk i: the one with its serial; NULL: none. Marks it. */
static const struct vt_guest_disk *same_serial(const struct vt_guest_disk *d,
	const struct vt_guest *other, char *taken)
{
	for (size_t k = 0; k < other->n_disks; k++) {
		const char *theirs = serial(&other->disks[k]);
		if (taken[k] || !theirs || !vt_str_eq(serial(d), theirs))
			continue;
		taken[k] = 1;
		return &other->disks[k];
	}
	return NULL;
}

static void pair(struct vt_guest *m, const struct vt_plan *other)
{
	const struct vt_guest *o = &other->guest;
	VT_AUTO_FREE char *taken = vt_calloc(o->n_disks + 1, 1);
	const char *name = other->test->name;
	for (size_t i = 0; i < m->n_disks; i++) {
		const struct vt_guest_disk *of =
			is_free(&m->disks[i])
				? same_serial(&m->disks[i], o, taken)
				: NULL;
		if (of)
			take(&m->disks[i], of, name);
	}
	for (size_t i = 0, k = 0; i < m->n_disks; i++) {
		if (!is_free(&m->disks[i]))
			continue;
		while (k < o->n_disks && taken[k])
			k++;
		if (k < o->n_disks)
			take(&m->disks[i], &o->disks[k++], name);
	}
}

/* The variables of a firmware with Secure Boot are not those of one without. */
static void take_state(struct vt_plan *plan, const struct vt_plan *other)
{
	struct vt_guest *m = &plan->guest;
	const char *name = other->test->name;
	if (m->firmware != VT_FW_BIOS && m->firmware == other->guest.firmware)
		m->nvram_from = vt_printf("../%s/disks/ovmf_vars.fd", name);
	if (plan->def.tpm && other->def.tpm)
		m->tpm_from = vt_printf("../%s/disks/tpm", name);
}

int vt_disks_from(struct vt_plan *plan, struct vt_err **err)
{
	const struct vt_node *said = vt_def_node(&plan->def, key);
	VT_AUTO_PLAN struct vt_plan other = {0};
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (!plan->def.disks_from)
		return 0;
	const struct vt_test *test = find(plan, plan->def.disks_from, err);
	if (!test || check_cycle(plan, test, err) < 0)
		return -1;
	if (vt_plan_make(&other, plan->world, test, &why) < 0)
		return vt_node_err(said, err,
			"cannot use the disks of test '%s': %s", test->name,
			why->msg);
	VT_AUTO_FREE char *misfits = plan->skip ? NULL : misfit(plan, &other);
	/* of a derived test nobody wrote that it can be run */
	if (misfits && plan->test->derived)
		plan->skip = vt_strdup(misfits);
	else if (misfits)
		return vt_node_err(said, err, "%s", misfits);
	pair(&plan->guest, &other);
	take_state(plan, &other);
	return 0;
}
