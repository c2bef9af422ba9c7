#include "versions.h"

#include "base/mem.h"
#include "test/image_id.h"
#include "test/vm_file.h"

enum { SUM = 12 }; /* characters of a checksum, as git shows them */

/* A key of the last report that has it. */
static const char *reported(const struct verify *v, const char *key)
{
	const char *last = NULL;
	for (size_t i = 0; i < v->phases.n; i++) {
		const struct vt_doc *doc = v->phases.v[i].report.doc;
		const char *text = vt_node_text(vt_node_get(doc->root, key));
		last = text ? text : last;
	}
	return last;
}

static void add_images(struct verify *v)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	if (vt_vm_read(&vm, v->dir, "install/vm.yaml", NULL) < 0)
		return;
	for (size_t i = 0; i < vm.n_images; i++) {
		const struct vt_vm_image *image = &vm.images[i];
		const char *sum = image->sha256 ? image->sha256 : "unknown";
		VT_AUTO_FREE char *name = vt_printf("image.%s", image->item);
		VT_AUTO_FREE char *value = vt_printf(
			"%s sha256:%.*s", vt_image_id(image->path), SUM, sum);
		vt_result_version(&v->result, name, value);
	}
}

void versions_add(struct verify *v)
{
	vt_result_version(&v->result, "vt", VT_VERSION);
	vt_result_version(&v->result, "qemu", reported(v, "qemu"));
	vt_result_version(&v->result, "host_kernel", reported(v, "host"));
	add_images(v);
}
