/* The answers of a definition: what is typed on the guest's console.
 *
 *	answers:
 *	  - {at: 'Please unlock disk root: $', say: secret}
 *	  - {at: '^Name: $', say_from: {config: [storage, config, crypt, key]},
 *	     phase: install}
 */
#ifndef VT_RULES_PROMPTS_H
#define VT_RULES_PROMPTS_H

#include "test/verify_file.h"
#include "test/vm_file.h"

struct vt_plan;

/** vt_prompts_check() - check the list, without the config
 * Errors: VT_USAGE with a position */
int vt_prompts_check(const struct vt_node *list, struct vt_err **err);

/** vt_prompts_fill_vm() - add those of a phase, with the texts of the config
 * Errors: VT_USAGE with a position */
int vt_prompts_fill_vm(const struct vt_plan *plan, const char *phase,
	struct vt_vm *vm, struct vt_err **err);

/** vt_prompts_fill_verify() - each must have been asked for
 * @doc: owns the positions */
void vt_prompts_fill_verify(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f);

#endif
