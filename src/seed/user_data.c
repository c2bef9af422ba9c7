/* The user-data for the installed system. The collect scripts become
 * here-documents of one script, which runs them in order. cloud-init can run
 * several scripts, but has no timeout for each and does not save their output.
 */
#include <string.h>

#include "base/mem.h"
#include "data/userdata.h"
#include "seed.h"

extern const char driver_sh[]; /* see module.mk */

#define COLLECT_MACRO "OUTPUT_COLLECT_D"
#define COLLECT_DIR "/mnt/output"

static const char base_config[] =
	"#cloud-config\n"
	"output: {all: '| tee -a /var/log/cloud-init-output.log'}\n";
/* The timeout limits how long the power-off waits for cloud-init to end, which
 * takes a second or two after its last module. cloud-init does this in the
 * first boot only; if there are more, the script does it. */
static const char power_off[] = "power_state: {mode: poweroff, timeout: 15}\n";

/* Append the command that runs a script: as the kernel does, the interpreter of
 * the "#!" line and at most one argument. So the script can be on a file system
 * that is mounted noexec. */
static void add_interpreter(struct vt_str *out, const char *text)
{
	static const char blank[] = " \t";
	if (!vt_str_starts(text, "#!")) {
		vt_str_add(out, "/bin/sh -x");
		return;
	}
	VT_AUTO_FREE char *line = vt_strndup(text + 2, strcspn(text + 2, "\n"));
	for (size_t n = strlen(line); n && strchr(blank, line[n - 1]);)
		line[--n] = '\0';
	char *word = line + strspn(line, blank);
	char *rest = word + strcspn(word, blank);
	char *arg = rest + strspn(rest, blank);
	*rest = '\0';
	vt_str_shquote(out, *word ? word : "/bin/sh");
	if (*arg) {
		vt_str_addc(out, ' ');
		vt_str_shquote(out, arg);
	}
}

static void add_step(struct vt_str *out, const struct vt_seed_script *script)
{
	VT_AUTO_FREE char *script_text = vt_userdata_unix(script->content);
	VT_AUTO_FREE char *text =
		vt_str_replace(script_text, COLLECT_MACRO, COLLECT_DIR);
	vt_str_addf(out, "\nstep %s ", script->name);
	add_interpreter(out, text);
	vt_userdata_heredoc(out, text);
}

static void add_driver(struct vt_str *out, const struct seed *s)
{
	vt_str_addf(out,
		"#!/bin/sh\n# Made by vt-seed.\n\n"
		"disk=/dev/disk/by-id/virtio-%s\nout=%s\n",
		s->file.output, COLLECT_DIR);
	vt_str_add(out, driver_sh);
	if (s->file.boots > 1)
		vt_str_addf(out, "\nboot_again %ld\n", s->file.boots);
	vt_str_add(out, "\nbegin\n");
	for (size_t i = 0; i < s->file.n_scripts; i++)
		add_step(out, &s->file.scripts[i]);
	vt_str_add(out, "\nfinish\n");
}

static void add_base(struct vt_doc *ud, const struct seed *s)
{
	VT_AUTO_STR struct vt_str config = VT_STR_INIT;
	vt_str_add(&config, base_config);
	if (s->file.boots <= 1)
		vt_str_add(&config, power_off);
	vt_userdata_add(ud, "text/cloud-config", config.s);
}

bool seed_is_interactive(const struct seed *s)
{
	return s->login.user || s->login.ssh_key;
}

static int add_login(
	struct vt_doc *ud, const struct seed *s, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str config = VT_STR_INIT;
	if (vt_login_config(&s->login, &config, err) < 0)
		return -1;
	vt_userdata_add(ud, "text/cloud-config", config.s);
	return 0;
}

int seed_user_data(
	const struct seed *s, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *ud = vt_userdata_new();
	VT_AUTO_STR struct vt_str driver = VT_STR_INIT;
	bool interactive = seed_is_interactive(s);
	if (!interactive)
		add_base(ud, s);
	for (size_t i = 0; i < s->cloud_configs.n; i++)
		vt_userdata_add(ud, "text/cloud-config", s->cloud_configs.v[i]);
	if (interactive && add_login(ud, s, err) < 0)
		return -1;
	if (!interactive) {
		vt_userdata_add_journal(ud);
		add_driver(&driver, s);
		vt_userdata_add(ud, "text/x-shellscript", driver.s);
	}
	return vt_userdata_emit(ud, out, err);
}
