/* data/secrets.h: what is replaced, what is not, and that a text stays what it
 * was otherwise. */
#include "data/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "../tap.h"

#define M VT_SECRETS_MARKER

static char *scrubbed(struct vt_secrets *s, const char *text)
{
	struct vt_str out = VT_STR_INIT;
	vt_secrets_next(s);
	vt_secrets_text(s, text, strlen(text), &out);
	return vt_str_take(&out);
}

static void texts(void)
{
	/* a text, and what it becomes; NULL: it stays */
	static const char *const table[][2] = {
		/* YAML */
		{"password: hunter2\n", "password: " M "\n"},
		{"  - passwd: 'it''s'\n", "  - passwd: '" M "'\n"},
		{"root_password: \"a\\\"b\" # c\n",
			"root_password: \"" M "\" # c\n"},
		{"passphrase: correct horse, battery\nnext: 1\n",
			"passphrase: " M "\nnext: 1\n"},
		{"- {id: c, type: dm_crypt, key: open, volume: p}\n",
			"- {id: c, type: dm_crypt, key: " M ", volume: p}\n"},
		{"- {a: {password: x}, b: [1, 2]}\n",
			"- {a: {password: " M "}, b: [1, 2]}\n"},
		{"{\n password: x,\n user: y\n}\n",
			"{\n password: " M ",\n user: y\n}\n"},
		{"password: |\n  a\n\n  b\nuser: c\n",
			"password: |\n  " M "\n\n\nuser: c\n"},
		{"chpasswd:\n  list:\n  - a:b\nuser: c\n",
			"chpasswd:\n  " M "\n\nuser: c\n"},
		{"passwords:\n- a\n- b\n\nuser: c\n",
			"passwords:\n- " M "\n\n\nuser: c\n"},
		{"x:\n  token:\n    a: b\n  c: d\n",
			"x:\n  token:\n    " M "\n  c: d\n"},
		{"secret: [a, 'b]', c]\n", "secret: " M "\n"},
		{"consumer_key: abc\n", "consumer_key: " M "\n"},
		{"consumer-key: abc\n", "consumer-key: " M "\n"},
		{"clientSecret: abc\n", "clientSecret: " M "\n"},
		{"password:\nuser: x\n", NULL},
		{"lock_passwd: false\npassword: ~\npasswd: \"\"\n", NULL},
		{"path: iscsi:__RFC4173__\npassword: __PASSWORD__\n", NULL},
		{"keyboard: us\nkey_file: /k\nkeyfile: /k\n", NULL},
		{"ssh_authorized_keys:\n- ssh-rsa AAAA me\n", NULL},
		{"key: ssh-ed25519 AAAA me\n", NULL},
		{"key: |\n  -----BEGIN PGP PUBLIC KEY BLOCK-----\n  x\n", NULL},
		/* JSON, also in strings */
		{"{\"password\": \"a\\\"b\", \"c\": 1}",
			"{\"password\": \"" M "\", \"c\": 1}"},
		{"{\"token\":12345,\"c\":1}", "{\"token\":" M ",\"c\":1}"},
		{"\"x: \\\"password\\\": \\\"a\\\", y\"",
			"\"x: \\\"password\\\": \\\"" M "\\\", y\""},
		{"\"password: abc\\nuser: x\",\n",
			"\"password: " M "\\nuser: x\",\n"},
		{"\"found password: abc\", \"x\"",
			"\"found password: " M "\", \"x\""},
		{"{'password': 'a', 'b': 1}", "{'password': '" M "', 'b': 1}"},
		/* files of settings, command lines, logs */
		{"password = a b c\nuser = d\n",
			"password = " M "\nuser = d\n"},
		{"node.session.auth.password = abc\n",
			"node.session.auth.password = " M "\n"},
		{"x --password=abc --user=d", "x --password=" M " --user=d"},
		{"x --password abc --user d", "x --password " M " --user d"},
		{"x --password --user d", NULL},
		{"[x, --password, abc, d]", "[x, --password, " M ", d]"},
		{"[\"--token\", \"a b\", 1]", "[\"--token\", \"" M "\", 1]"},
		{"[x, --password, --user, d]", NULL},
		{"- x\n- --password\n- abc\n- d\n",
			"- x\n- --password\n- " M "\n- d\n"},
		{"- '--password'\n- '--d'\n", NULL},
		{"x --password\ny\n", NULL},
		{"GITHUB_TOKEN=abc make", "GITHUB_TOKEN=" M " make"},
		{"password=$1 token=$(cat f)\n", NULL},
		{"if password == x", NULL},
		{"[ 1.0] ci[1]: password: abc\r\n",
			"[ 1.0] ci[1]: password: " M "\r\n"},
		{"cat: /etc/passwd: No such file\n", NULL},
		{"kernel key: abc\nKey: abc\n", NULL},
		{"Password: \nlogin\n", NULL},
		{"password: ********\nprompt: 'passphrase: $'\n", NULL},
		/* shapes */
		{"http://u:p@h/x y", "http://" M "@h/x y"},
		{"proxy http://a:b@c@h:3128/", "proxy http://" M "@h:3128/"},
		{"http://h/a@b ssh://git@h", NULL},
		{"path: iscsi:u:p:v:q@10.0.2.2::3260:1:t\n",
			"path: iscsi:" M "@10.0.2.2::3260:1:t\n"},
		{"iscsi:@10.0.2.2::3260:1:t", NULL},
		{"u:$6$salt$abcdefghijklmnopqrstuvwx.yz/:19000:",
			"u:" M ":19000:"},
		{"u:$y$j9T$abcdefghijkl$mnopqrstuvwx.yz/:1", "u:" M ":1"},
		{"echo $1$2$3 and $6$ x", NULL},
		{"a\n  -----BEGIN RSA PRIVATE KEY-----\n  AAAA\n"
		 "  -----END RSA PRIVATE KEY-----\nb\n",
			"a\n  " M "\n\n\nb\n"},
		{"\"\\n-----BEGIN PRIVATE KEY-----\\nAAA\\n"
		 "-----END PRIVATE KEY-----\\n\", 1",
			"\"\\n" M "\\n\", 1"},
		{"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n\nb\n",
			M "\n\n\nb\n"},
		{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
			NULL},
		{"t ghp_0123456789abcdefABCDEF x", "t " M " x"},
		{"ghp_short", NULL},
		{"REMOVED password: " M "\n", NULL},
		/* nothing but odd */
		{"", NULL},
		{"password", NULL},
		{"password:", NULL},
		{"password: \"", NULL},
		{"password: {a", "password: " M},
		{"---- --- ://@ $$ :: ''", NULL},
	};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
		const char *from = table[i][0], *to = table[i][1];
		VT_AUTO_FREE char *got = scrubbed(&s, from);
		VT_AUTO_STR struct vt_str name = VT_STR_INIT;
		vt_str_printable(&name, from, strlen(from), false);
		is_str(got, to ? to : from, vt_str_c(&name));
		ok((s.n > 0) == (to != NULL), "  and it is counted");
		VT_AUTO_FREE char *again = scrubbed(&s, got);
		ok(!strcmp(again, got) && s.n == 0, "  and stays so");
	}
}

static void values(void)
{
	VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
	free(scrubbed(&s, "passphrase: correct-horse\npassword: short\n"));
	VT_AUTO_FREE char *log =
		scrubbed(&s, "opened with correct-horse, short\n");
	is_str(log, "opened with " M ", short\n",
		"a known value, unless it is short");
	is_int((long long)s.n, 1, "it is counted");
	ok(s.names.n == 1, "by a name");
}

static void documents(void)
{
	static const char yaml[] = "a:\n  key: open-it\n  b: 1\n"
				   "cmd: [x, --password, abc, --n, d]\n"
				   "text: |\n  password: abc\n  user: d\n"
				   "passwd: null\nkey: 12\n";
	static const char marked[] =
		"a:\n  key: " M "\n  b: 1\n"
		"cmd:\n  - x\n  - '--password'\n  - " M "\n  - '--n'\n  - d\n"
		"text: |\n  password: " M "\n  user: d\n"
		"passwd: null\nkey: " M "\n";
	static const char dropped[] =
		"a:\n  b: 1\n"
		"cmd:\n  - x\n  - '--password'\n  - " M "\n  - '--n'\n  - d\n"
		"text: |\n  password: " M "\n  user: d\n"
		"passwd: null\n";
	for (int drop = 0; drop < 2; drop++) {
		VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
		VT_AUTO_STR struct vt_str out = VT_STR_INIT;
		VT_AUTO_DOC struct vt_doc *doc =
			vt_doc_parse("x", yaml, strlen(yaml), NULL);
		vt_secrets_doc(
			&s, doc, drop ? VT_SECRETS_DROP : VT_SECRETS_MARK);
		vt_node_emit(doc->root, &out, NULL);
		is_str(vt_str_c(&out), drop ? dropped : marked,
			drop ? "keys that are dropped"
			     : "values of a document");
		is_int((long long)s.n, 4, "  and all are counted");
	}
}

/* What is written or posted as base64 is searched, too. */
static void encoded(void)
{
	static const char json[] =
		"{\"files\": [{\"encoding\": \"base64\", \"content\": "
		"\"cGFzc3dvcmQ6IGFiYwo=\"}, {\"encoding\": \"b64\", "
		"\"content\": \"bm90aGluZwo=\"}, {\"encoding\": \"gz+b64\", "
		"\"content\": \"H4sIAAAA\"}]}";
	VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("x", json, strlen(json), NULL);
	vt_secrets_doc(&s, doc, VT_SECRETS_MARK);
	const struct vt_node *list = vt_node_get(doc->root, "files");
	is_str(vt_node_text(vt_node_get(list->items[0], "content")),
		"cGFzc3dvcmQ6IFJFTU9WRUQtQlktVlQK", "a password in base64");
	is_str(vt_node_text(vt_node_get(list->items[1], "content")),
		"bm90aGluZwo=", "nothing in base64");
	is_str(vt_node_text(vt_node_get(list->items[2], "content")), M,
		"what is compressed");
	is_int((long long)s.n, 2, "and they are counted");
}

static void files(void)
{
	static const char *const secret[] = {"etc/shadow", "root/.ssh/id_rsa",
		"etc/ssh/ssh_host_rsa_key", "install/iscsi.yaml",
		"run/instance-data-sensitive.json"};
	static const char *const open[] = {"etc/shadows", "id_rsa.pub",
		"ssh_host_rsa_key.pub", "instance-data.json", "keys"};
	for (size_t i = 0; i < VT_COUNT(secret); i++)
		ok(vt_secret_file(secret[i]), "%s is left out", secret[i]);
	for (size_t i = 0; i < VT_COUNT(open); i++)
		ok(!vt_secret_file(open[i]), "%s is not", open[i]);
}

/* Bytes of all kinds end, and do not grow without bound. */
static void noise(void)
{
	static const char alphabet[] = "password:=\"'\\{}[]|-\n $@ik/<.";
	char text[300];
	srand(1);
	for (int i = 0; i < 20000; i++) {
		VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
		size_t n = (size_t)rand() % sizeof(text), lines = 0;
		VT_AUTO_STR struct vt_str out = VT_STR_INIT;
		for (size_t k = 0; k < n; k++) {
			text[k] = alphabet[(size_t)rand() % sizeof(alphabet)];
			lines += text[k] == '\n';
		}
		static const char head[] = "password: ";
		memcpy(text, head, n > 200 ? sizeof(head) - 1 : 0);
		lines = 0;
		for (size_t k = 0; k < n; k++)
			lines += text[k] == '\n';
		vt_secrets_text(&s, text, n, &out);
		for (size_t k = 0; k < out.len; k++)
			lines -= out.s[k] == '\n';
		if (lines != 0) {
			ok(false, "round %d: lines are lost", i);
			return;
		}
	}
	ok(true, "no line is lost in noise");
}

int main(void)
{
	texts();
	values();
	documents();
	encoded();
	files();
	noise();
	return done_testing();
}
