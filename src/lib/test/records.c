#include "test/records.h"

#include "base/mem.h"
#include "host/iscsi.h"
#include "test/capsule_file.h"
#include "test/known.h"
#include "test/last_run.h"
#include "test/pack_file.h"
#include "test/phase_report.h"
#include "test/result.h"
#include "test/seed_file.h"
#include "test/test_file.h"
#include "test/verify_file.h"
#include "test/vm_file.h"

/* In the order in which a run writes them. */
static const struct vt_record *const records[] = {
	&vt_known_record,
	&vt_test_record,
	&vt_pack_record,
	&vt_vm_record,
	&vt_iscsi_record,
	&vt_seed_record,
	&vt_verify_record,
	&vt_phase_report_record,
	&vt_result_record,
	&vt_last_run_record,
	&vt_capsule_record,
};

void vt_records_man(struct vt_str *out)
{
	for (size_t i = 0; i < VT_COUNT(records); i++) {
		vt_str_addf(
			out, ".Ss %s\n%s\n", records[i]->name, records[i]->doc);
		vt_record_man(records[i], out);
	}
}
