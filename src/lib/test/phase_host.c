#include "test/phase_host.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "image/archiver.h"
#include "test/phases.h"

/* Before timeouts are scaled. Its machine is up within 10 s under TCG. */
enum { PEER_READY_S = 30 };

/* The archive that configures the peer, in memory. Return: a descriptor or -1
 */
static int peer_config(const struct vt_vm *vm, struct vt_err **err)
{
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	VT_AUTO_STR struct vt_str tar = VT_STR_INIT;
	const struct vt_node *files = vm->peer.files;
	for (size_t i = 0; i < files->n; i++)
		if (vt_archive_add_text(a, files->keys[i]->text,
			    files->items[i]->text, err) < 0)
			return -1;
	if (vt_archive_tar(a, &tar, err) < 0)
		return -1;
	VT_AUTO_CLOSE int fd = memfd_create("vt-peer", MFD_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot allocate memory for QEMU");
	if (vt_fs_write_all(fd, tar.s, tar.len, err) < 0)
		return -1;
	int out = fd;
	fd = -1;
	return out;
}

int vt_phase_host(const struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_hostdev *dev,
	struct vt_machine_fds *fds, struct vt_err **err)
{
	bool has_peer = vm->peer.machine.kernel;
	VT_AUTO_FREE char *capture =
		p->dir ? vt_fs_join(p->dir, VT_PHASES_WIRE) : NULL;
	/* a session on the console changes nothing of the test */
	VT_AUTO_FREE char *log =
		p->dir ? vt_phases_console(p->dir, "peer") : NULL;
	VT_AUTO_CLOSE int config = has_peer ? peer_config(vm, err) : -1;
	if (has_peer && config < 0)
		return -1;
	return vt_hostdev_open(dev,
		&(struct vt_hostdev_plan){.machine = &vm->machine,
			.peer = has_peer ? &vm->peer.machine : NULL,
			.peer_config = config,
			.peer_ready_ms =
				vt_accel_timeout_ms(accel, PEER_READY_S),
			.accel = accel->accel,
			.capture = capture,
			.peer_log = log},
		fds, err);
}
