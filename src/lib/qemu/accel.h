/* QEMU's accelerator: KVM, or TCG, which translates the guest's instructions.
 *
 *	vt_accel_parse("auto", &want, err);
 *	vt_accel_choose(want, native, &a, err);	logs the choice and the reason
 *	ms = vt_accel_timeout_ms(&a, seconds);
 *
 * That /dev/kvm can be opened does not mean that KVM works: where hardware
 * support is missing, guests run a thousand times slower than under TCG and
 * fail on common instructions. So a child process runs a small long-mode guest
 * that uses SSE2 and counts; see kvm.c.
 */
#ifndef VT_ACCEL_H
#define VT_ACCEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum vt_accel { VT_ACCEL_AUTO, VT_ACCEL_TCG, VT_ACCEL_KVM };

struct vt_accel_choice {
	enum vt_accel accel; /* VT_ACCEL_TCG or VT_ACCEL_KVM */
	double scale;        /* factor for all timeouts */
};

/** vt_accel_parse() - parse "auto", "tcg" or "kvm"; Errors: VT_USAGE */
int vt_accel_parse(const char *s, enum vt_accel *out, struct vt_err **err);
const char *vt_accel_name(enum vt_accel a);
extern const char *const vt_accel_words[]; /* by value, up to NULL */

/**
 * vt_accel_choose() - choose KVM or TCG, and the factor for timeouts
 * @native: the host can run the guest's instructions
 * The factor is the setting TIMEOUT_SCALE or, without it, 1 for KVM and 4 for
 * TCG. VT_ACCEL_KVM is never replaced by TCG.
 * Errors: VT_HOST when KVM is requested and does not work, VT_USAGE for a bad
 *   setting
 */
int vt_accel_choose(enum vt_accel want, bool native,
	struct vt_accel_choice *out, struct vt_err **err);

uint64_t vt_accel_timeout_ms(const struct vt_accel_choice *a, long seconds);

/**
 * vt_kvm_works() - whether KVM runs guests on this host, at hardware speed
 * @why: set to the reason, for messages; static
 * Probed once per boot of the host: the result is cached with the boot's id
 * under $XDG_CACHE_HOME/vt (~/.cache/vt).
 */
bool vt_kvm_works(const char **why);

#endif
