/* Checks of an installed Ubuntu or other system with dpkg. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "test/distro.h"
#include "text.h"

#define ETH0 "/etc/network/interfaces.d/eth0.cfg"

bool check_other_distro(const struct verify *v, const struct check *c,
	struct vt_check_result *r)
{
	if (vt_distro_has(vt_distro(v->file.target.distro), c->kind->word))
		return false;
	vt_check_skip(r, "not for targets of '%s'", v->file.target.distro);
	return true;
}

void check_interfacesd_eth0(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	struct vt_check_result *r =
		check_result(v, c, "interfacesd_eth0_removed");
	vt_check_expect(r, "no " ETH0 " of the image");
	if (check_other_distro(v, c, r) ||
		!check_fact(v, r, "find_interfacesd", &fact))
		return;
	size_t line = text_line_of(&fact, ETH0);
	if (line)
		vt_check_found(r, "line %zu: '" ETH0 "'", line);
	else
		vt_check_found(r, "none");
	vt_check_judge(r, !line);
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
	struct vt_check_result *r =
		check_result(v, c, "installed_correct_kernel_package");
	const char *want = v->file.kernel_package, *s;
	size_t at = 0, len;
	vt_check_expect(r, "the package '%s' is installed", want);
	if (!check_fact(v, r, "debian-packages.txt", &fact))
		return;
	vt_check_found(r, "no package '%s'", want);
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, '\t', &field);
		if (field.n < 3 || strcmp(field.v[1], want) != 0)
			continue;
		bool installed = *field.v[0] && field.v[0][1] == 'i';
		vt_check_found(
			r, "status '%s', version '%s'", field.v[0], field.v[2]);
		vt_check_judge(r, installed);
		return;
	}
}

void check_kernel_img_conf(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_check_result *r = check_result(v, c, "kernel_img_conf");
	bool x86 = !strcmp(v->file.target.arch, "amd64") ||
		   !strcmp(v->file.target.arch, "i386");
	const char *want = x86 ? "link_in_boot = no" : "link_in_boot = yes";
	vt_check_expect(r, "the line '%s' in /etc/kernel-img.conf", want);
	if (check_other_distro(v, c, r))
		return;
	if (!vt_release(v->file.target.release)->kernel_img_conf) {
		vt_check_skip(r, "not needed since eoan (LP: #1847257)");
		return;
	}
	vt_check_see(r, "collect/kernel-img.conf");
	int rc = facts_read(&v->facts, "kernel-img.conf", &fact, &err);
	if (rc < 0)
		vt_check_error(r, &err);
	else if (rc == 0)
		vt_check_found(r, "no file '/etc/kernel-img.conf'");
	if (rc != 1)
		return;
	size_t line = text_line_of(&fact, want);
	if (line)
		vt_check_found(r, "line %zu", line);
	else
		vt_check_found(r, "no such line");
	vt_check_judge(r, line != 0);
}
