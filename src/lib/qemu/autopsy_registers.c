/* Registers and stacks of the processors, as QEMU's monitor shows them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "qemu/autopsy.h"

enum {
	MAX_CPUS = 64,
	MAX_TEXT = 1 << 20, /* bytes that are kept */
};

/* The value of "NAME=" or "NAME =" as a word of its own. */
static const char *value_of(const char *text, const char *name)
{
	size_t len = strlen(name);
	for (const char *s = text; (s = strstr(s, name)); s += len) {
		const char *v = s + len;
		if (s > text && s[-1] != ' ' && s[-1] != '\n')
			continue;
		v += *v == ' ';
		if (*v == '=')
			return v + 1;
	}
	return NULL;
}

/* On x86, the segment's base counts, which is 0 in 64-bit mode: "SS =0000
 * 00000000 ...". */
bool vt_autopsy_stack(const char *registers, uint64_t *address)
{
	static const char *const names[] = {"RSP", "ESP", "SP", "R15"};
	unsigned long long base = 0;
	const char *at = NULL, *ss = value_of(registers, "SS");
	for (size_t i = 0; !at && i < VT_COUNT(names); i++)
		at = value_of(registers, names[i]);
	if (!at)
		return false;
	if (ss && sscanf(ss, "%*x %llx", &base) != 1)
		base = 0;
	*address = base + strtoull(at, NULL, 16);
	return true;
}

/* Add the monitor's output, with the line ends of a file. */
static void add(struct vt_autopsy_run *r, const char *text)
{
	VT_AUTO_FREE char *lines = vt_str_replace(text, "\r\n", "\n");
	if (r->text.len + strlen(lines) <= MAX_TEXT)
		vt_str_add(&r->text, lines);
}

static void save(struct vt_autopsy_run *r)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	const char *path = r->a->files[r->now];
	vt_str_printable(&clean, vt_str_c(&r->text), r->text.len, true);
	if (vt_fs_write(path, vt_str_c(&clean), clean.len, 0640, &err) < 0)
		vt_autopsy_done(r, err->msg);
	else
		vt_autopsy_done(r, NULL);
}

static void take_stack(void *data, const json_t *ret, const char *error)
{
	struct vt_autopsy_run *r = data;
	if (r->now != VT_AUTOPSY_REGISTERS || r->done)
		return;
	/* answers come in the order of the questions */
	const char *text = json_string_value(ret);
	vt_str_add(&r->text, "\nstack:\n");
	add(r, text ? text : error ? error : "?");
	if (--r->awaited == 0)
		save(r);
}

static void ask_stack(struct vt_autopsy_run *r, long cpu, uint64_t address)
{
	VT_AUTO_FREE char *command =
		vt_printf("x/64xg 0x%llx", (unsigned long long)address);
	r->awaited++;
	vt_qmp_execute(r->qmp, "human-monitor-command",
		json_pack("{s:s, s:I}", "command-line", command, "cpu-index",
			(json_int_t)cpu),
		take_stack, r);
}

static void take_registers(void *data, const json_t *ret, const char *error)
{
	static const char head[] = "CPU#";
	struct vt_autopsy_run *r = data;
	const char *text = json_string_value(ret);
	if (r->now != VT_AUTOPSY_REGISTERS || r->done)
		return;
	if (!text) {
		vt_autopsy_done(r, error ? error : "QEMU shows none");
		return;
	}
	add(r, text);
	const char *cpu = strstr(text, head);
	for (int i = 0; cpu && i < MAX_CPUS; i++) {
		const char *next = strstr(cpu + 1, head);
		VT_AUTO_FREE char *part = vt_strndup(
			cpu, next ? (size_t)(next - cpu) : strlen(cpu));
		long number = strtol(cpu + strlen(head), NULL, 10);
		uint64_t address;
		if (vt_autopsy_stack(part, &address))
			ask_stack(r, number, address);
		cpu = next;
	}
	if (!r->awaited)
		save(r);
}

void vt_autopsy_registers(struct vt_autopsy_run *r)
{
	vt_qmp_execute(r->qmp, "human-monitor-command",
		json_pack("{s:s}", "command-line", "info registers -a"),
		take_registers, r);
}
