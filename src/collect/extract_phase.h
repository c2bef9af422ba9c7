/* `vt-extract DIR`: the collect phase of one test.
 *
 * Reads boot/vm.yaml (for the output disk's name) and the output disk; writes
 * collect/, logs/collect.json and at last the stamp collect.done.
 */
#ifndef VT_COLLECT_PHASE_H
#define VT_COLLECT_PHASE_H

/**
 * collect_phase() - run it, and log what goes wrong
 *
 * A failure is handed to 'vt-verify --failed=collect', which takes our place
 * and gives the test its result.
 * Return: exit status
 */
int collect_phase(const char *dir);

#endif
