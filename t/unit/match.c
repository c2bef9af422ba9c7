/* data/match.h and data/pattern.h: comparison with regexec(3), the processor
 * time of scanning a console, and hostile lines. */
#include "data/match.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "data/pattern.h"
#include "qemu/console.h"
#include "test/fatal.h"

#include "../tap.h"

static int first_match(const char *ere, const char *line)
{
	struct vt_match *m = vt_match_new();
	int i = vt_match_add(m, ere, NULL);
	int found = i < 0 ? -2 : vt_match_line(m, line, strlen(line), 0);
	vt_match_free(m);
	return found;
}

static void matches(void)
{
	/* pattern, a line that matches, one that does not */
	static const char *const table[][3] = {
		{"Kernel panic - ", "x Kernel panic - not", "Kernel panic: x"},
		{"blocked for more than.*seconds",
			"task blocked for more than 120 seconds", "blocked"},
		{"^ab+cdef$", "abbbcdef", "acdef"},
		{"abcd?", "abc", "abd"},
		{"abcdx*y", "abcdy", "abcx"},
		{"abcd(efgh)?ij", "abcdij", "abcd"},
		{"abcdefg{0,1}h", "abcdefh", "abcdegh"},
		{"one word|another", "another", "anothe"},
		{"a|bcdef", "xax", "bcde"},
		{"(foo|bar)bazz", "barbazz", "barbaz"},
		{"x[]a|b]yyyy", "x|yyyy", "x yyyy"},
		{"x[[:digit:]|]zzzz", "x|zzzz", "xyzzzz"},
		{"a\\.b\\|cd", "a.b|cd", "aXb|cd"},
		{"E: Unable to locate package.*",
			"E: Unable to locate package x", "E: Unable to"},
		{"login: $", "debian login: ", "debian login: x"},
		{"", "anything", NULL},
		/* an earlier version, which looked for literal text first,
		 * failed for these */
		{"\\<error\\>", "an error: x", "terror"},
		{"\\`start", "start of it", "a start"},
		{"^|b\\)", "b", NULL},
		{"c|abcd\\)", "abcd)", "abd"},
		{"abcd+*e", "abce", "abdd"},
	};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		ok(first_match(table[i][0], table[i][1]) == 0,
			"/%s/ matches '%s'", table[i][0], table[i][1]);
		if (table[i][2])
			ok(first_match(table[i][0], table[i][2]) == -1,
				"/%s/ does not match '%s'", table[i][0],
				table[i][2]);
	}
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_match *m = vt_match_new();
	ok(vt_match_add(m, "a(b", &err) < 0 && vt_err_status(err) == VT_USAGE,
		"an invalid pattern is an error");
	for (int i = 0; i < 200; i++) {
		VT_AUTO_FREE char *ere = vt_printf("pattern%03d", i);
		vt_match_add(m, ere, NULL);
	}
	static const char line[] = "pattern007 pattern199";
	int one = vt_match_line(m, line, strlen(line), 0);
	int two = vt_match_line(m, line, strlen(line), one + 1);
	ok(one == 7 && two == 199, "two of 200 patterns match");
	vt_match_drop(m, 7);
	is_int(vt_match_line(m, line, strlen(line), 0), 199,
		"a dropped pattern does not match");
	vt_match_free(m);
}

/* Patterns that regcomp() takes as something else than is meant. */
#define DEEP "(((((((((((((((("
static void refused(void)
{
	/* pattern, what the message says */
	static const char *const table[][2] = {
		{"ttyS\\d", "'\\d' has no meaning in a POSIX regular "
			    "expression: write [0-9]"},
		{"\\D+", "write [^0-9]"},
		{"a\\x72", "'\\x' has no meaning"},
		{"one\\ntwo", "write the line feed itself"},
		{"\\t", "write [[:blank:]]"},
		{"\\Astart", "write ^"},
		{"\\0", "'\\0' has no meaning"},
		{"tty[\\d]", "character in [...]: write 0-9"},
		{"[^x\\s]", "write [:space:]"},
		{"[a\\.b]", "the backslash of '\\.' is an ordinary"},
		{"[[:alpha:]\\-_]", "write '-' last"},
		{"[a\\]b]", "write ']' first, as in []a]"},
		{"[\\]]", "write ']' first"},
		{"(a)\\1", "the back reference '\\1' is not supported"},
		{"(^|a)\\1*(b)", "the back reference '\\1'"},
		{"[0-9]+?x", "write + without ?"},
		{"[0-9]{1,3}?x", "write } without ?"},
		{"ttyS[:digit:]", "write [[:digit:]]"},
		{"[^:space:]+", "write [[:space:]]"},
		{"^|b)", "')' without '(': write \\)"},
		{"a(b))", "')' without '('"},
		{"((a{1,255}){1,255}){1,255}", "use smaller ones"},
		{"a{1,32767}", "use smaller ones"},
		{"([)(]|b{9}){1000}", "use smaller ones"},
		{"x{99}y{,1}z{2000}", "use smaller ones"},
		{"(((((((((((a+)+)+)+)+)+)+)+)+)+)+)+", "use smaller ones"},
		{DEEP DEEP DEEP DEEP "a", "nested more than 63 levels"},
	};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		VT_AUTO_ERR struct vt_err *err = NULL;
		struct vt_match *m = vt_match_new();
		bool taken = vt_match_add(m, table[i][0], &err) >= 0;
		ok(!taken && vt_err_status(err) == VT_USAGE &&
				strstr(err->msg, table[i][1]),
			"/%s/ is refused: %s", table[i][0],
			err ? err->msg : "");
		vt_match_free(m);
	}
	static const char *const taken[] = {"\\<a\\>", "\\ba\\B",
		"\\w\\W\\s\\S", "\\`a\\'", "a\\/b\\:\\-\\ \\\"", "[\\]",
		"[^\\]x", "[\\\\n]", "[]\\]", "[[:digit:]\\]", "[a\\][b]",
		"[a\\]\\]", "\\(\\)\\)", "x*?", "\\\\d", "\\\\(a)", "[)(?]",
		"a]", "(a|b){1,600}", "a{4}b{4,}c{0}", "(a+)+b+", "[{]9{1}",
		"a{,3}", "(x[(]){60}", "a}?", "[:]", "[^[:digit:]:]", "[{]}?"};
	for (size_t i = 0; i < VT_COUNT(taken); i++) {
		struct vt_match *m = vt_match_new();
		ok(vt_match_add(m, taken[i], NULL) == 0, "/%s/ is valid",
			taken[i]);
		vt_match_free(m);
	}
}

static void literals(void)
{
	static const char text[] = "a\\b.c[d]e{2}f(g)h*i+j?k^l$m|n";
	VT_AUTO_STR struct vt_str ere = VT_STR_INIT;
	vt_pattern_literal(&ere, text);
	is_int(first_match(vt_str_c(&ere), text), 0,
		"an escaped text matches itself");
	is_int(first_match(vt_str_c(&ere), "a\\bxc[d]e{2}f(g)h*i+j?k^l$m|n"),
		-1, "and not another text");
}

/* Pseudo-random numbers, the same in each run. */
static uint64_t state = 88172645463325252u;
static unsigned random_below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

static const char *const atoms[] = {"a", "b", "c", " ", "ab", "abc", "[ab]",
	"[^a]", "[]a]", "[[:alpha:]]", "[a\\]", ".", "^", "$", "|", "(", ")",
	"(ab)", "(a|b)", "*", "+", "?", "{2}", "{0}", "{0,1}", "\\.", "\\(",
	"\\)", "\\|", "\\<", "\\>", "\\`", "\\'", "\\b", "\\B", "\\w", "\\W",
	"\\s", "\\a", "\\1", "\\]", "\\}", "()"};

enum { MAX_PATTERNS = 5 };

struct patterns {
	char ere[MAX_PATTERNS][100];
	regex_t re[MAX_PATTERNS];
	int n;
};

/* Whether a pattern that regcomp() accepts is refused as refused() has it. */
static bool is_refused(const char *ere)
{
	int open = 0;
	for (const char *s = ere; *s && open >= 0; s++) {
		if (*s == '\\' && strchr("a1", s[1]))
			return true;
		s += *s == '\\';
		if (!strncmp(s, "[a\\]", 4) || !strncmp(s, "[]a]", 4))
			s += 3;
		else if (s > ere && s[-1] == '\\')
			continue;
		open += *s == '(';
		open -= *s == ')';
		if (!strncmp(s, "+?", 2) || !strncmp(s, "}?", 2))
			return true;
	}
	return open < 0;
}

static void random_patterns(struct patterns *s, struct vt_match *m, int *wrong)
{
	int want = 1 + (int)random_below(MAX_PATTERNS);
	for (s->n = 0; s->n < want;) {
		char *ere = s->ere[s->n];
		*ere = '\0';
		for (unsigned i = random_below(7) + 1; i; i--)
			strcat(ere, atoms[random_below(VT_COUNT(atoms))]);
		int rc = regcomp(&s->re[s->n], ere, REG_EXTENDED | REG_NOSUB);
		int added = vt_match_add(m, ere, NULL);
		bool valid = rc == 0 && !is_refused(ere);
		*wrong += valid != (added == s->n);
		s->n += valid;
		if (rc == 0 && !valid)
			regfree(&s->re[s->n]);
	}
}

static void random_line(char *line, bool is_long)
{
	static const char letters[] = "abc ()|.)\\]}1-";
	unsigned len = is_long ? 500 + random_below(600) : random_below(10);
	unsigned of = random_below(2) ? strlen(letters) : 4;
	for (unsigned i = 0; i < len; i++)
		*line++ = letters[random_below(of)];
	*line = '\0';
}

/* Whether vt_match_line() finds the same patterns as regexec(). */
static bool agrees(const struct patterns *s, struct vt_match *m, int first,
	const char *line)
{
	int from = 0;
	for (int i = first; i < s->n; i++) {
		if (regexec(&s->re[i], line, 0, NULL, 0) != 0)
			continue;
		if (vt_match_line(m, line, strlen(line), from) != i)
			return false;
		from = i + 1;
	}
	return vt_match_line(m, line, strlen(line), from) == -1;
}

static void like_regexec(void)
{
	int wrong = 0, found = 0;
	for (int round = 0; round < 20000; round++) {
		struct patterns s;
		struct vt_match *m = vt_match_new();
		random_patterns(&s, m, &wrong);
		for (int k = 0; k < 6; k++) {
			char line[1200];
			/* the last two with the first pattern dropped */
			int first = k >= 4 && s.n > 1;
			if (first)
				vt_match_drop(m, 0);
			random_line(line, k == 5);
			found += vt_match_line(m, line, strlen(line), 0) >= 0;
			if (agrees(&s, m, first, line))
				continue;
			if (wrong++ < 5)
				for (int i = first; i < s.n; i++)
					printf("# %d: /%s/ on '%.20s'\n", i,
						s.ere[i], line);
		}
		for (int i = 0; i < s.n; i++)
			regfree(&s.re[i]);
		vt_match_free(m);
	}
	ok(found > 10000, "%d random lines match random patterns", found);
	is_int(wrong, 0, "the same lines as with regexec()");
}

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Console output of guests: the kernel, an initramfs, systemd with colours,
 * cloud-init, apt, dpkg. Each line has two numbers. */
static const char *const console_lines[] = {
	"[%5d.%06d] pci 0000:00:05.0: BAR 4 [mem 0xfebe4000-0xfebe7fff 64bit]",
	"[%5d.%06d] BIOS-e820: [mem 0x00000000fed1c000-0x00000000fed1ffff]",
	"[%5d.%06d] ACPI: INT_SRC_OVR (bus 0 bus_irq 9 global_irq 9 high "
	"level)",
	"[%5d.%06d] virtio_blk virtio4: [vdb] 20971520 512-byte logical blocks",
	"[%5d.%06d] EXT4-fs (vda1): mounted filesystem with ordered data mode.",
	"[%5d.%06d] audit: type=1400 audit(1767225600.100:2): "
	"apparmor=\"STATUS\"",
	"[%5d.%06d] cloud-init[612]: Get:7 http://mirror.example/debian "
	"bookworm",
	"[%5d.%06d] systemd[1]: Mounted dev-hugepages.mount - Huge Pages.",
	"Begin: Running /scripts/local-premount%d.%d ... done.",
	"[\033[0;32m  OK  \033[0m] Started \033[0;1;39mgetty@tty%d-%d\033[0m.",
	"         Starting systemd-tmpfiles-%d-%d.service - Temporary Files...",
	"Get:%d http://mirror.example/debian bookworm/main amd64 libx [%d kB]",
	"Selecting previously unselected package libnvme%d:amd64 (1.%d-3).",
	"Unpacking linux-image-6.1.0-%d-cloud-amd64 (6.1.%d-1) ...",
	"Setting up grub-pc-bin%d (2.06-%d+deb12u1) ...",
	"Processing triggers for man-db (2.%d.%d-2) ...",
	"Preparing to unpack .../%03d-libsystemd-shared_252.%d_amd64.deb ...",
	"update-initramfs: Generating /boot/initrd.img-6.1.0-%d-cloud-%d",
	"  %d blocks of 4096 bytes copied, %d left",
};

static void add_console(struct vt_str *out)
{
	for (int i = 0; out->len < 64000; i++) {
		const char *line =
			console_lines[random_below(VT_COUNT(console_lines))];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		vt_str_addf(out, line, i, random_below(1000000));
#pragma GCC diagnostic pop
		vt_str_add(out, "\r\n");
	}
}

/* Scan 100 MB for the fatal lines and the console's marks.
 * Return: seconds per MB */
static double speed(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	VT_AUTO_STR struct vt_str chunk = VT_STR_INIT;
	struct vt_fatals f;
	vt_fatals_of(&f, "install", NULL);
	vt_fatals_watch(&f, c, NULL);
	add_console(&chunk);
	double start = cpu_seconds();
	for (size_t n = 0; n < 100000000; n += chunk.len)
		vt_console_feed(c, chunk.s, chunk.len, 0);
	double all = cpu_seconds() - start;
	/* a wide limit, for a loaded machine and for sanitizers */
	ok(all < 20, "100 MB of console in %.2f s of processor time", all);
	ok(!vt_console_hit(c, VT_RULE_FAILURE)->id, "nothing matched");

	/* The patterns one by one, on 2 MB: the time without the alternation.
	 */
	regex_t *re = vt_calloc(f.n, sizeof(*re));
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(chunk.s, '\n', &lines);
	for (size_t i = 0; i < f.n; i++)
		vt_pattern_compile(&re[i], f.v[i].ere, REG_NOSUB, NULL);
	start = cpu_seconds();
	size_t found = 0;
	for (size_t n = 0; n < 2000000; n += chunk.len)
		for (size_t k = 0; k < lines.n; k++)
			for (size_t i = 0; i < f.n; i++)
				found += !regexec(
					&re[i], lines.v[k], 0, NULL, 0);
	double each = 50 * (cpu_seconds() - start);
	ok(!found, "one regexec() per pattern takes %.2f s, %.1f times as long",
		each, each / all);
	for (size_t i = 0; i < f.n; i++)
		regfree(&re[i]);
	free(re);
	vt_fatals_free(&f);
	return all / 100;
}

static long peak_mib(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

/* Lines that consist of beginnings of patterns with ".*": the time must not
 * grow with the square of a line's length, nor the memory with the output. */
static void hostile(double usual_seconds)
{
	static const char *const parts[] = {"cp: ", "INFO:", "rcu: ", "Oops: ",
		"dracut:/", "Kernel panic - ", "vt-pack: ", "cloud-init",
		"general protection fault", "Reached target"};
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	struct vt_fatals f;
	vt_fatals_of(&f, "install", NULL);
	for (size_t i = 0; i < f.n; i++)
		if (strcmp(f.v[i].id, "kernel-panic") != 0)
			vt_console_rule(c, f.v[i].kind, f.v[i].id, f.v[i].ere,
				NULL, NULL);
	long before = peak_mib();
	double start = cpu_seconds();
	for (size_t n = 0; n < 2000000;) {
		VT_AUTO_STR struct vt_str line = VT_STR_INIT;
		unsigned one = random_below(VT_COUNT(parts));
		bool mix = random_below(2);
		size_t len = random_below(2) ? 4000 : 400;
		while (line.len < len)
			vt_str_add(
				&line, parts[mix ? random_below(VT_COUNT(parts))
						 : one]);
		vt_str_addc(&line, '\n');
		vt_console_feed(c, line.s, line.len, 0);
		n += line.len;
	}
	double times = (cpu_seconds() - start) / 2 / usual_seconds;
	ok(times < 60, "hostile lines take %.1f times as long per byte", times);
	ok(peak_mib() - before < 40, "and %ld MiB of memory",
		peak_mib() - before);
	ok(!vt_console_hit(c, VT_RULE_FAILURE)->id, "nothing matched");
	vt_fatals_free(&f);
}

int main(void)
{
	matches();
	refused();
	literals();
	like_regexec();
	hostile(speed());
	return done_testing();
}
