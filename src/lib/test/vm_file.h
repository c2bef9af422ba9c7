/* install/vm.yaml and boot/vm.yaml: the machine of a phase, and how the phase
 * is judged.
 *
 *	struct vt_vm vm = VT_VM_INIT;
 *	vt_vm_read(&vm, "tests/simple", "install/vm.yaml", err);
 *	... or fill it, and doc->root = vt_vm_write(&vm, doc) ...
 *	vt_vm_free(&vm);
 *
 * Strings are borrowed, as in struct vt_machine.
 */
#ifndef VT_VM_FILE_H
#define VT_VM_FILE_H

#include "data/record.h"
#include "qemu/machine.h"
#include "qemu/warm.h"

/* A file that the web server of the install phase serves. */
struct vt_published {
	const char *path, *as;
};

/* An image item that the machine uses. */
struct vt_vm_image {
	const char *item, *path, *sha256;
};

/* What is typed when the guest asks, see answers.h. */
struct vt_vm_answer {
	const char *prompt, *say;
};

/* The peer on the wire; see images/peer/start. */
struct vt_vm_peer {
	struct vt_machine machine;   /* without a kernel there is none */
	const struct vt_node *files; /* a map of names and texts */
};

struct vt_vm {
	struct vt_machine machine; /* its name is the test's */
	struct vt_vm_peer peer;
	const char *phase;
	enum vt_warm_point warm; /* of the install phase */
	struct {
		const char *success;    /* POSIX ERE, or NULL */
		struct vt_strv failure; /* POSIX EREs; from --failure */
		const struct vt_node
			*fatal; /* changes to the table in fatal.h */
	} verdict;
	bool expected_failure; /* the installer must fail */
	bool forgive;          /* skip_by_date skips a failure of the phase */
	const char *missing;   /* why an image is missing, or NULL */
	struct vt_vm_answer *answers;
	size_t n_answers;
	struct vt_published *published;
	size_t n_published;
	struct vt_vm_image *images;
	size_t n_images;

	struct vt_doc *doc; /* the document it was read from */
};
#define VT_VM_INIT                                                             \
	{                                                                      \
		.machine = VT_MACHINE_INIT, .peer.machine = VT_MACHINE_INIT    \
	}
void vt_vm_free(struct vt_vm *vm);
#define VT_AUTO_VM __attribute__((cleanup(vt_vm_free)))

/** vt_vm_read() - from DIR/FILE
 * Errors: VT_USAGE with file:line:column */
int vt_vm_read(struct vt_vm *vm, const char *dir, const char *file,
	struct vt_err **err);

/** vt_vm_write() - the file as a map of @doc; paths are not changed */
struct vt_node *vt_vm_write(const struct vt_vm *vm, struct vt_doc *doc);

extern const struct vt_record vt_vm_record;

#endif
