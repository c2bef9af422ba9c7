/* Guests that hang: what counts as progress, and where a stack is. */
#include "qemu/autopsy.h"
#include "qemu/hang.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"

#include "../tap.h"

static struct vt_hang_disks disks(const char *reply)
{
	VT_AUTO_JSON json_t *j = json_loads(reply, JSON_DECODE_ANY, NULL);
	return vt_hang_disks(j);
}

#define STATS(w, d, f, r)                                                      \
	"{\"device\": \"\", \"stats\": {\"wr_bytes\": " w                      \
	", \"unmap_bytes\": " d ", \"flush_operations\": " f                   \
	", \"rd_bytes\": " r ", \"rd_operations\": 77}}"

static void counters(void)
{
	struct vt_hang_disks a = disks("[" STATS("1", "20", "300",
				     "7") "," STATS("4000", "0", "0", "8") "]"),
			     none = disks("[]"), odd = disks("{\"a\": 1}");
	is_int((long long)a.changes, 4321, "writes, discards and flushes");
	is_int((long long)a.read, 15, "reads");
	ok(!none.changes && !none.read && !odd.changes && !odd.read,
		"no disks, or an answer of another kind");
	struct vt_hang_disks bad = disks(
		"[{\"stats\": {\"wr_bytes\": -5, \"rd_bytes\": \"x\"}}, 3]");
	ok(!bad.changes && !bad.read, "values that are none");
	struct vt_hang_disks b = a;
	ok(!vt_hang_moved(&a, &b), "the same is no progress");
	b.read += 4096;
	ok(!vt_hang_moved(&a, &b), "nor is a small read");
	b.read = a.read + (256 << 10);
	ok(vt_hang_moved(&a, &b), "larger reads are");
	b = a;
	b.changes++;
	ok(vt_hang_moved(&a, &b), "so is anything that is written");
}

static void clocks(void)
{
	VT_AUTO_QMP struct vt_qmp *q = vt_qmp_new(-1);
	struct vt_hang off = {0}, h = {.bound_ms = 100};
	is_int((long long)vt_hang_check_ms(&off), 0, "a bound of 0: no checks");
	h.bound_ms = 3600000;
	ok(vt_hang_check_ms(&h) <= 10000, "checks are not far apart");
	h.bound_ms = 100;
	vt_hang_begin(&h, q, getpid());
	ok(!vt_hang_check(&h), "a guest that has just begun");
	usleep(150000);
	ok(!vt_hang_check(&h), "one check is not enough");
	vt_hang_progress(&h);
	ok(!vt_hang_check(&h), "progress");
	usleep(150000);
	ok(!vt_hang_check(&h) && vt_hang_check(&h),
		"two checks without an answer of QEMU are");
	ok(vt_hang_silence_ms(&h) >= 150, "the time without progress");
	vt_hang_late(&h, 60000);
	ok(vt_hang_silence_ms(&h) < 50 && !vt_hang_check(&h),
		"time that is not the guest's is taken off, and no more");
	ok(vt_hang_percent(&h) >= -1, "processor time");
}

static void stacks(void)
{
	uint64_t at = 0;
	ok(vt_autopsy_stack("CPU#0\r\nRAX=1 RBX=0\r\nRSI=2 RDI=3 RBP=4 "
			    "RSP=ffffffff82403e98\r\nES =0000 00000000 0\r\n"
			    "SS =0018 00000000 ffffffff 00a09300\r\n",
		   &at) &&
			at == 0xffffffff82403e98,
		"in 64-bit mode");
	ok(vt_autopsy_stack("EBP=00001ff0 ESP=00001fd0\r\n"
			    "SS =9000 00090000 0000ffff 00009300\r\n",
		   &at) &&
			at == 0x91fd0,
		"in real mode, in its segment");
	ok(vt_autopsy_stack(
		   " PC=ffff800010 X00=0\r\nX30=1  SP=ffff80001234\n", &at) &&
			at == 0xffff80001234,
		"on arm64");
	ok(!vt_autopsy_stack("NIP 0 LR 0 GPR00 0\r\n", &at) &&
			!vt_autopsy_stack("", &at),
		"where none is known");
	ok(vt_autopsy_stack("RSP=zzz\r\nSS =junk", &at) && at == 0,
		"a value that is none");
}

int main(void)
{
	counters();
	clocks();
	stacks();
	return done_testing();
}
