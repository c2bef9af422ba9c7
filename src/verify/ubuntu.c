/* Checks of an installed Ubuntu or other system with dpkg. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "test/distro.h"
#include "text.h"

#define ETH0 "/etc/network/interfaces.d/eth0.cfg"

bool check_other_distro(
	const struct verify *v, const struct check *c, struct result *r)
{
	if (vt_distro_has(vt_distro(v->file.target.distro), c->kind->word))
		return false;
	result_skip(r, "not for targets of '%s'", v->file.target.distro);
	return true;
}

void check_interfacesd_eth0(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct result *r = check_result(v, c, "interfacesd_eth0_removed");
	result_expect(r, "no " ETH0 " of the image");
	if (check_other_distro(v, c, r) ||
		!check_fact(v, r, "find_interfacesd", &fact))
		return;
	size_t line = text_line_of(&fact, ETH0);
	if (line)
		result_found(r, "line %zu: '" ETH0 "'", line);
	else
		result_found(r, "none");
	result_judge(r, !line);
}

int parse_kernel_package(struct verify *v, struct check *c, struct vt_err **err)
{
	if (v->file.kernel_package)
		return 0;
	return vt_node_err(
		c->node, err, "'%s' needs a 'kernel_package'", c->kind->word);
}

/* Lines are STATUS, NAME and VERSION; the second letter of STATUS is the state
 * of the package. */
void check_kernel_package(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct result *r =
		check_result(v, c, "installed_correct_kernel_package");
	const char *want = v->file.kernel_package, *s;
	size_t at = 0, len;
	result_expect(r, "the package '%s' is installed", want);
	if (!check_fact(v, r, "debian-packages.txt", &fact))
		return;
	result_found(r, "no package '%s'", want);
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, '\t', &field);
		if (field.n < 3 || strcmp(field.v[1], want) != 0)
			continue;
		bool installed = *field.v[0] && field.v[0][1] == 'i';
		result_found(
			r, "status '%s', version '%s'", field.v[0], field.v[2]);
		result_judge(r, installed);
		return;
	}
}

void check_kernel_img_conf(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct result *r = check_result(v, c, "kernel_img_conf");
	bool x86 = !strcmp(v->file.target.arch, "amd64") ||
		   !strcmp(v->file.target.arch, "i386");
	const char *want = x86 ? "link_in_boot = no" : "link_in_boot = yes";
	result_expect(r, "the line '%s' in /etc/kernel-img.conf", want);
	if (check_other_distro(v, c, r))
		return;
	if (!vt_release(v->file.target.release)->kernel_img_conf) {
		result_skip(r, "not needed since eoan (LP: #1847257)");
		return;
	}
	result_see(r, "collect/kernel-img.conf");
	int rc = facts_read(&v->facts, "kernel-img.conf", &fact, &err);
	if (rc < 0)
		result_error(r, &err);
	else if (rc == 0)
		result_found(r, "no file '/etc/kernel-img.conf'");
	if (rc != 1)
		return;
	size_t line = text_line_of(&fact, want);
	if (line)
		result_found(r, "line %zu", line);
	else
		result_found(r, "no such line");
	result_judge(r, line != 0);
}
