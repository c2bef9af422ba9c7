/* The collect phase of a test: `vt-extract DIR`.
 *
 * Reads boot/vm.yaml (for the name of the output disk) and the output disk;
 * writes collect/, logs/collect.json and, last, the stamp collect.done.
 */
#ifndef VT_COLLECT_PHASE_H
#define VT_COLLECT_PHASE_H

/**
 * collect_phase() - run the phase, and log errors
 *
 * After a failure it executes 'vt-verify --failed=collect', which writes the
 * result of the test.
 * Return: exit status
 */
int collect_phase(const char *dir);

#endif
