/* Standard logistic numbers, log((1 - p)/p) with a sign: the sign is a word's lowest bit, the other bits are p in (0, 1/2), so
 * that both tails are as fine.
 *
 *   f64    p = (k + 1/2) 2^-64, k of 63 bits: at most log(2^65) = 45.05
 *   f32    p = (k + 1/2) 2^-32, k of 31 bits: at most log(2^33) = 22.87
 *
 * p is rounded to its type. Errors are below 2^-51 (f64) and 2^-22 (f32), relative to 1 or the value, whichever is larger. */
#ifndef FASTPROB_RANDOM_LOGISTIC_H
#define FASTPROB_RANDOM_LOGISTIC_H

#include "math/log.h"
#include "math/log_f32.h"
#include "random/uniform.h"

FP_INLINE double logistic_f64(uint32_t low, uint32_t high)
{
  const double a = from_bits_f64(UINT64_C(0x4530000000000000) | high), b = from_bits_f64(UINT64_C(0x4330000000000000) | low | 1);
  const double p = (a - (0x1p84 + 0x1p52) + b) * 0x1p-65;
  const log_split l = split_log((1.0 - p) / p);
  return from_bits_f64(bits_f64(fma_f64(l.k, LN2, l.f - minus_log1pmx(l))) ^ (uint64_t)low << 63);
}

FP_INLINE float logistic_f32(uint32_t word)
{
  const float p = fma_f32((float)(int32_t)(word >> 16), 0x1p16f, (float)(int32_t)((word & 0xffff) | 1)) * 0x1p-33f;
  const log_split_f32 l = split_log_f32((1.0f - p) / p);
  return from_bits_f32(bits_f32(fma_f32(l.k, (float)LN2, log1p_f32(l.f))) ^ word << 31);
}

FP_GROUPS_f32(fp_groups_logistic_f32, logistic_f32)
FP_GROUPS_f64(fp_groups_logistic_f64, logistic_f64)
FP_FILL(fp_fill_logistic_f32, float, 1, fp_groups_logistic_f32)
FP_FILL(fp_fill_logistic_f64, double, 2, fp_groups_logistic_f64)

#endif
