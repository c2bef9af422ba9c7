/* Probes whether KVM works. A /dev/kvm without hardware behind it answers API
 * version 12, creates machines and even runs firmware, but emulates every
 * instruction. So a child process runs a guest that needs long mode and SSE2
 * and must count to 20 million within half a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "qemu/accel.h"

/* The child's exit status, which is also stored in the cache. */
enum result {
	KVM_WORKS,
	KVM_NO_DEVICE,
	KVM_NO_ACCESS,
	KVM_OTHER_API,
	KVM_NO_CPUID,
	KVM_NO_GUEST,
	KVM_NO_SSE2,
	KVM_SLOW,
	KVM_STUCK,
	KVM_UNTRIED,
	KVM_RESULTS
};

static const char *const messages[KVM_RESULTS] = {
	[KVM_WORKS] = "it works",
	[KVM_NO_DEVICE] = "/dev/kvm does not exist",
	[KVM_NO_ACCESS] = "no permission to use /dev/kvm (join group kvm)",
	[KVM_OTHER_API] = "/dev/kvm has an unknown API version",
	[KVM_NO_CPUID] = "/dev/kvm does not offer a 64-bit CPU with SSE3",
	[KVM_NO_GUEST] = "/dev/kvm cannot run a guest",
	[KVM_NO_SSE2] = "a KVM guest fails on an SSE2 instruction",
	[KVM_SLOW] = "a KVM guest is far slower than this host",
	[KVM_STUCK] = "a KVM guest did not finish in time",
	[KVM_UNTRIED] = "vt cannot test KVM on this CPU architecture",
};

#ifdef __x86_64__

#include <linux/kvm.h>

enum {
	MEMORY = 0x10000,
	PML4 = 0x1000,
	PDPT = 0x2000,
	PD = 0x3000,
	CODE = 0x4000,
	LOOP_MS_MAX = 500,
};

/* pxor xmm0,xmm0; paddq xmm0,xmm0; movq rax,xmm0; out 0x10,al
 * mov ecx,20000000; 1: dec ecx; jnz 1b; hlt */
static const unsigned char code[] = {0x66, 0x0f, 0xef, 0xc0, 0x66, 0x0f, 0xd4,
	0xc0, 0x66, 0x48, 0x0f, 0x7e, 0xc0, 0xe6, 0x10, 0xb9, 0x00, 0x2d, 0x31,
	0x01, 0xff, 0xc9, 0x75, 0xfc, 0xf4};

static bool set_cpuid(int kvm, int vcpu)
{
	enum { ENTRIES = 256 };
	struct kvm_cpuid2 *c = vt_alloc(
		sizeof(*c) + ENTRIES * sizeof(struct kvm_cpuid_entry2));
	c->nent = ENTRIES;
	bool lm = false, sse3 = false;
	bool got = ioctl(kvm, KVM_GET_SUPPORTED_CPUID, c) == 0;
	for (unsigned i = 0; got && i < c->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &c->entries[i];
		if (e->function == 1)
			sse3 = e->ecx & 1;
		if (e->function == 0x80000001)
			lm = e->edx & 1u << 29;
	}
	bool set = lm && sse3 && ioctl(vcpu, KVM_SET_CPUID2, c) == 0;
	free(c);
	return set;
}

/* Long mode, one identity-mapped 2 MiB page, SSE enabled. */
static bool set_registers(int vcpu)
{
	struct kvm_sregs s;
	if (ioctl(vcpu, KVM_GET_SREGS, &s) < 0)
		return false;
	struct kvm_segment cs = {.limit = 0xffffffff,
		.selector = 8,
		.type = 11,
		.present = 1,
		.s = 1,
		.l = 1,
		.g = 1};
	struct kvm_segment ds = {.limit = 0xffffffff,
		.selector = 16,
		.type = 3,
		.present = 1,
		.s = 1,
		.db = 1,
		.g = 1};
	s.cs = cs;
	s.ds = s.es = s.fs = s.gs = s.ss = ds;
	s.cr3 = PML4;
	s.cr4 = 1 << 5 | 1 << 9 | 1 << 10;        /* PAE, OSFXSR, OSXMMEXCPT */
	s.cr0 = 0x80000000 | 1 << 4 | 1 << 1 | 1; /* PG, ET, MP, PE */
	s.efer = 1 << 8 | 1 << 10;                /* LME, LMA */
	struct kvm_regs r = {.rip = CODE, .rflags = 2};
	return ioctl(vcpu, KVM_SET_SREGS, &s) == 0 &&
	       ioctl(vcpu, KVM_SET_REGS, &r) == 0;
}

static bool set_memory(int vm)
{
	unsigned char *m = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED)
		return false;
	const uint64_t present = 3, large = 1 << 7;
	memcpy(m + PML4, &(uint64_t){PDPT | present}, 8);
	memcpy(m + PDPT, &(uint64_t){PD | present}, 8);
	memcpy(m + PD, &(uint64_t){present | large}, 8);
	memcpy(m + CODE, code, sizeof(code));
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY, .userspace_addr = (uintptr_t)m};
	return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) == 0;
}

static enum result run_guest(int kvm, int vcpu)
{
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	struct kvm_run *run =
		size < (int)sizeof(*run)
			? MAP_FAILED
			: mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
				  MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		return KVM_NO_GUEST;
	if (ioctl(vcpu, KVM_RUN, 0) < 0)
		return KVM_NO_GUEST;
	if (run->exit_reason != KVM_EXIT_IO)
		return KVM_NO_SSE2;
	uint64_t start = vt_now_ms();
	if (ioctl(vcpu, KVM_RUN, 0) < 0 || run->exit_reason != KVM_EXIT_HLT)
		return KVM_NO_GUEST;
	return vt_now_ms() - start <= LOOP_MS_MAX ? KVM_WORKS : KVM_SLOW;
}

/* Runs in the child, which exits, so nothing is released. */
static enum result probe(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return errno == EACCES || errno == EPERM ? KVM_NO_ACCESS
							 : KVM_NO_DEVICE;
	if (ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		return KVM_OTHER_API;
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);
	int vcpu = vm < 0 ? -1 : ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0 || !set_memory(vm))
		return KVM_NO_GUEST;
	if (!set_cpuid(kvm, vcpu))
		return KVM_NO_CPUID;
	if (!set_registers(vcpu))
		return KVM_NO_GUEST;
	return run_guest(kvm, vcpu);
}

#else

/* The guest code is for x86_64 only. */
static enum result probe(void)
{
	return KVM_UNTRIED;
}

#endif

static enum result probe_in_child(void)
{
	enum { LIMIT_MS = 2000 };
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(getppid() == parent ? (int)probe() : KVM_STUCK);
	}
	if (pid < 0)
		return KVM_STUCK;
	VT_AUTO_CLOSE int fd = pidfd_open(pid, 0);
	struct pollfd p = {fd, POLLIN, 0};
	if (fd < 0 || poll(&p, 1, LIMIT_MS) <= 0)
		kill(pid, SIGKILL);
	int status;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) >= KVM_RESULTS)
		return KVM_STUCK;
	return (enum result)WEXITSTATUS(status);
}

/* Whether a result holds until the next boot. What is slow, stuck or cannot be
 * started was so at a busy moment, perhaps, and permissions change. */
static bool is_lasting(unsigned result)
{
	switch (result) {
	case KVM_WORKS:
	case KVM_OTHER_API:
	case KVM_NO_CPUID:
	case KVM_NO_SSE2:
	case KVM_UNTRIED:
		return true;
	default:
		return false;
	}
}

bool vt_kvm_works(const char **why)
{
	if (access("/dev/kvm", R_OK | W_OK) < 0) {
		*why = messages[errno == EACCES ? KVM_NO_ACCESS
						: KVM_NO_DEVICE];
		return false;
	}
	VT_AUTO_FREE char *boot = vt_cache_boot();
	VT_AUTO_FREE char *cached = vt_cache_get("kvm", 100);
	size_t n = strlen(boot);
	unsigned result = KVM_RESULTS;
	if (n && cached && !strncmp(cached, boot, n))
		sscanf(cached + n, " %u", &result);
	if (!is_lasting(result)) {
		result = probe_in_child();
		VT_AUTO_FREE char *text = vt_printf("%s %u\n", boot, result);
		if (n && is_lasting(result))
			vt_cache_put("kvm", text);
	}
	*why = messages[result];
	return result == KVM_WORKS;
}
