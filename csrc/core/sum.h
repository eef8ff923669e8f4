/* Sums in one fixed order: 16 running sums in double, folded in pairs at the end, whatever the width of the CPU's vectors. */
#ifndef FASTPROB_SUM_H
#define FASTPROB_SUM_H

#include "core/target.h"

enum { FP_SUMS = 16 };
/* Elements that a kernel which sums what it makes handles at a time, in the L1 cache. */
enum { FP_SUMMED = 256 };

#define FP_DEFINE_SUM(T) \
  FP_INLINE double sum_##T(const FP_REAL_##T *x, size_t n) { \
    double sums[FP_SUMS] = {0}; \
    size_t i = 0; \
    for (; i + FP_SUMS <= n; i += FP_SUMS) for (size_t k = 0; k < FP_SUMS; k++) sums[k] += (double)x[i + k]; \
    for (size_t k = 0; i + k < n; k++) sums[k] += (double)x[i + k]; \
    for (size_t width = FP_SUMS / 2; width; width /= 2) for (size_t k = 0; k < width; k++) sums[k] += sums[k + width]; \
    return sums[0]; \
  }
FP_DEFINE_SUM(f32)
FP_DEFINE_SUM(f64)

#endif
