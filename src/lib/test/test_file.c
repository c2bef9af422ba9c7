#include "test/test_file.h"

static const char *const kinds[] = {
	[VT_TEST_DEFINITION] = "definition", [VT_TEST_CONFIG] = "config", NULL};

#define T struct vt_test_file
static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .required = true,
		.doc = "Name of the test"},
	{"source", VT_AS_TEXT(T, source), .required = true,
		.doc = "File that defines the test"},
	{"kind", VT_AS_WORD(T, kind, kinds), .required = true,
		.doc = "A definition, or a bare installer config"},
	{"config", VT_AS_PATH(T, config), .doc = "The installer's config"},
	{"installer", VT_AS_PATH(T, installer), .doc = "The installer"},
	{"keys", VT_AS_NODE(T, keys), .node = VT_MAP,
		.doc = "All keys of vt-test(5) with their values in this test"},
	{0}};
const struct vt_record vt_test_record = {.name = "test.yaml",
	.members = members,
	.format = 1,
	.doc = "Origin and keys of a test; informational."};
