/* Covering arrays: few combinations in which every two values meet. */
#ifndef VT_RULES_PAIRWISE_H
#define VT_RULES_PAIRWISE_H

#include <stddef.h>

/**
 * vt_pairwise() - combinations of `n` axes, the same for the same sizes
 * @sizes: how many values each axis has, at least 1
 * Shape: *rows is n values for each combination; the caller frees it
 * Return: how many; 0 when there would be more than `max`
 */
size_t vt_pairwise(const size_t *sizes, size_t n, size_t max, size_t **rows);

#endif
