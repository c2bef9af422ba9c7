/* The evaluation of gpgv's status lines. */
#include "../tap.h"
#include "base/mem.h"
#include "http/gpgv.h"

#define S "[GNUPG:] "
#define GOOD S "NEWSIG\n" S "GOODSIG A b\n" S "VALIDSIG F\n"
#define TEXT S "PLAINTEXT 74 0 \n"

static const struct {
	const char *name, *status, *why;
} cases[] = {
	{"one good signature", TEXT GOOD, NULL},
	{"nothing", "", "expected exactly one text"},
	{"words that look like it", "GOODSIG\nVALIDSIG\nPLAINTEXT\nNEWSIG\n",
		"expected exactly one text"},
	{"no signature", TEXT, "expected exactly one signature"},
	{"two of them", TEXT GOOD GOOD, "expected exactly one signature"},
	{"two texts", TEXT TEXT GOOD, "expected exactly one text"},
	{"good, not valid", TEXT S "NEWSIG\n" S "GOODSIG A b\n",
		"expected exactly one valid signature"},
	{"an expired key", TEXT GOOD S "EXPKEYSIG A b\n",
		"the key has expired"},
	{"an expired signature", TEXT GOOD S "EXPSIG A b\n",
		"the signature has expired"},
	{"a revoked key", TEXT GOOD S "REVKEYSIG A b\n", "the key is revoked"},
	{"a bad one beside it", TEXT GOOD S "BADSIG A b\n",
		"the text was changed after signing"},
	{"an unknown one beside it", TEXT GOOD S "ERRSIG A\n" S "NO_PUBKEY A\n",
		"the key is not in the keyring"},
	{"no data", S "NODATA 4\n", "no signature found"},
};

int main(void)
{
	for (size_t i = 0; i < VT_COUNT(cases); i++)
		is_str(vt_gpgv_judge(cases[i].status), cases[i].why,
			cases[i].name);
	return done_testing();
}
