/* Covering arrays: few combinations that cover each pair of values. */
#ifndef VT_RULES_PAIRWISE_H
#define VT_RULES_PAIRWISE_H

#include <stddef.h>

/**
 * vt_pairwise() - combinations of `n` axes; deterministic
 * @sizes: number of values of each axis, at least 1
 * Shape: *rows is n values for each combination; the caller frees it
 * Return: number of combinations; 0 if more than `max`
 */
size_t vt_pairwise(const size_t *sizes, size_t n, size_t max, size_t **rows);

#endif
