/* The float nearest to a double, ties to even, in any floating-point environment: by integers, since for one number outside the core's
 * own environment that is faster than to enter it. */
#ifndef FASTPROB_NEAREST_H
#define FASTPROB_NEAREST_H

#include <stdint.h>
#include <string.h>

static inline float fp_nearest_f32(double v)
{
  const uint64_t least = (uint64_t)897 << 52, beyond = (uint64_t)1151 << 52, infinity = (uint64_t)2047 << 52;   /* 2^-126, 2^128 */
  uint64_t u;
  uint32_t bits = 0;
  float f;
  memcpy(&u, &v, sizeof u);
  const uint32_t sign = (uint32_t)(u >> 32) & 0x80000000;
  u &= INT64_MAX;
  if (u > infinity) bits = 0x7fc00000;
  else if (u >= beyond) bits = 0x7f800000;
  else if (u >= least) {
    u -= (uint64_t)896 << 52;
    bits = (uint32_t)((u + 0x0fffffff + (u >> 29 & 1)) >> 29);   /* a carry goes on into the exponent */
  } else if (u >> 52 > 896 - 25) {   /* subnormal; below is what rounds to 0 */
    const int shift = 926 - (int)(u >> 52);
    const uint64_t mantissa = (u & 0xfffffffffffff) | (uint64_t)1 << 52;
    bits = (uint32_t)((mantissa + ((uint64_t)1 << (shift - 1)) - 1 + (mantissa >> shift & 1)) >> shift);
  }
  bits |= sign;
  memcpy(&f, &bits, sizeof f);
  return f;
}

#endif
