/* Whether numbers are of a size at which no square, cube or quotient of them nears an end of the range: 0 or between 2^-150 and 2^150. In
 * integers, with answers in the sign bit: comparisons would fill a port of the CPU. */
#ifndef FASTPROB_USUAL_H
#define FASTPROB_USUAL_H

#include "core/target.h"

static const uint64_t USUAL_LEAST = (uint64_t)(1023 - 150) << 52, USUAL_MOST = (uint64_t)(1023 + 150) << 52;

/* Of a number > 0; others, and NaN, are not usual. */
FP_INLINE uint64_t unusual_scale(double s) { return (bits_f64(s) - USUAL_LEAST) | (USUAL_MOST - bits_f64(s)); }
FP_INLINE uint64_t unusual_number(double x)
{
  const uint64_t size = bits_f64(abs_f64(x));
  return ((size - USUAL_LEAST) & ~(size - 1)) | (USUAL_MOST - size);
}

/* 1 where no sign bit is set */
FP_INLINE uint64_t none_of(uint64_t unusual) { return ~unusual >> 63; }

#endif
