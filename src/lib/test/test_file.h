/* test.yaml: where a test comes from, for people. No tool reads it, so a change
 * of it runs no phase again. */
#ifndef VT_TEST_FILE_H
#define VT_TEST_FILE_H

#include "data/record.h"

enum vt_test_kind { VT_TEST_DEFINITION, VT_TEST_CONFIG };

struct vt_test_file {
	const char *test, *source;
	enum vt_test_kind kind;
	const char *config; /* or NULL */
	const char *installer;
	const struct vt_node *keys;
};

extern const struct vt_record vt_test_record;

#endif
