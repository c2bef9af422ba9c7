/* iSCSI: parsing of portals and accounts, planning of targets. */
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "base/mem.h"
#include "host/iscsi.h"

static void portals(void)
{
	static const struct {
		const char *text, *guest; /* NULL: refused */
		long port;
	} cases[] = {
		{"127.0.0.1:3260", "10.0.2.2", 3260},
		{"localhost:1", "10.0.2.2", 1},
		{"[::1]:65535", "[fec0::2]", 65535},
		{"192.0.2.1:20000", "192.0.2.1", 20000},
		{"[2001:db8::1]:3260", "[2001:db8::1]", 3260},
		{"tgt.example.org:3260", "tgt.example.org", 3260},
		{"", NULL, 0},
		{"host", NULL, 0},
		{"host:", NULL, 0},
		{":3260", NULL, 0},
		{"host:0", NULL, 0},
		{"host:65536", NULL, 0},
		{"host:3260x", NULL, 0},
		{"300.1.1.1:3260", NULL, 0},
		{"1.2.3:3260", NULL, 0},
		{"::1:3260", NULL, 0},
		{"[::1]3260", NULL, 0},
		{"[::1", NULL, 0},
		{"[", NULL, 0},
		{"[]:1", NULL, 0},
		{"[host]:3260", NULL, 0},
		{"a b:3260", NULL, 0},
		{"a/b:3260", NULL, 0},
		{"-a:3260", NULL, 0},
	};
	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		VT_AUTO_ERR struct vt_err *err = NULL;
		struct vt_iscsi_portal p = {0};
		int rc = vt_iscsi_portal(cases[i].text, &p, &err);
		if (cases[i].guest)
			ok(rc == 0 && !strcmp(p.guest, cases[i].guest) &&
					p.port == cases[i].port,
				"'%s' is '%s' for a guest", cases[i].text,
				cases[i].guest);
		else
			ok(rc < 0 && vt_err_status(err) == VT_USAGE,
				"'%s' is refused", cases[i].text);
		free(p.guest);
	}
}

static void accounts(void)
{
	static const char *const bad[] = {"", "user", "user:", ":password",
		"a:b:c", "a:b c", "a:b,c", "a:b@c", "a:b'c", "a:b#c"};
	struct vt_iscsi_account a;
	ok(vt_iscsi_account("user:passw0rd", &a, NULL) == 0 &&
			!strcmp(a.user, "user") &&
			!strcmp(a.password, "passw0rd"),
		"an account");
	free(a.user);
	free(a.password);
	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		VT_AUTO_ERR struct vt_err *err = NULL;
		ok(vt_iscsi_account(bad[i], &a, &err) < 0, "'%s' is refused",
			bad[i]);
		ok(!strchr(bad[i], ' ') || !strstr(err->msg, "b c"),
			"its password is not shown");
	}
}

static struct vt_disk disk(const char *path, const char *auth)
{
	return (struct vt_disk){
		.path = path, .driver = vt_disk_driver("iscsi"), .auth = auth};
}

static void plans(void)
{
	struct vt_disk disks[] = {disk("a.img", "user:one"),
		{.path = "b.img", .driver = vt_disk_driver("virtio-blk")},
		disk("c.img", NULL)};
	struct vt_nic nic = {.bridge = NULL};
	struct vt_machine m = {
		.disks = disks, .n_disks = 3, .nics = &nic, .n_nics = 1};
	VT_AUTO_ISCSI struct vt_iscsi s = VT_ISCSI_INIT, two = VT_ISCSI_INIT;
	ok(vt_iscsi_plan(&s, &m, NULL) == 0 && s.n == 2 && s.own,
		"two disks of three are iSCSI disks");
	ok(!strcmp(s.targets[0].in.user, "user") && !s.targets[0].in.random,
		"a configured account");
	ok(s.targets[1].in.random && strlen(s.targets[1].in.password) == 16 &&
			strlen(s.targets[1].out.password) == 16 &&
			strcmp(s.targets[1].in.password,
				s.targets[1].out.password) != 0,
		"random passwords of 16 characters");
	ok(vt_iscsi_plan(&two, &m, NULL) == 0 &&
			strcmp(two.targets[1].in.password,
				s.targets[1].in.password) != 0 &&
			strcmp(two.targets[0].name, s.targets[0].name) != 0,
		"the next run gets other names and passwords");
	s.host = vt_strdup("10.0.2.2");
	s.port = 3260;
	VT_AUTO_FREE char *text =
		vt_iscsi_fill(&s, "a @VT_ISCSI_1@ @VT_ISCSI_1@ @VT_ISCSI_3@");
	VT_AUTO_FREE char *want = vt_printf(
		"user:one:%s:%s@10.0.2.2::3260:1:%s", s.targets[0].out.user,
		s.targets[0].out.password, s.targets[0].name);
	VT_AUTO_FREE char *all = vt_printf("a %s %s @VT_ISCSI_3@", want, want);
	ok(!strcmp(text, all), "markers are replaced");

	VT_AUTO_ERR struct vt_err *err = NULL, *far = NULL;
	VT_AUTO_ISCSI struct vt_iscsi s3 = VT_ISCSI_INIT, s4 = VT_ISCSI_INIT;
	disks[2].auth = "user:two";
	ok(vt_iscsi_plan(&s3, &m, &err) < 0 &&
			strstr(err->msg, "two different passwords"),
		"one user with two passwords is refused");
	disks[2].auth = NULL;
	nic.bridge = "br0";
	ok(vt_iscsi_plan(&s4, &m, &far) < 0 && strstr(far->msg, "bridges"),
		"a guest without a user-mode network is refused");
}

int main(void)
{
	portals();
	accounts();
	plans();
	return done_testing();
}
