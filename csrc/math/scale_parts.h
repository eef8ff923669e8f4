/* A scale > 0, or a length, as a number in [1, 2) and an exponent. */
#ifndef FASTPROB_SCALE_PARTS_H
#define FASTPROB_SCALE_PARTS_H

#include "math/dd.h"
#include "math/flag.h"

FP_INLINE flag is_scale(double s) { return (s > 0) & (s < FP_INF_f64); }

typedef struct { double m, e; } scale_parts;

FP_INLINE scale_parts scale_parts_of(double s)
{
  const flag tiny = s < 0x1p-1022;
  const uint64_t bits = bits_f64(tiny ? s * 0x1p54 : s);
  const double e = from_bits_f64((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023.0);
  return (scale_parts){from_bits_f64((bits & 0x000fffffffffffff) | 0x3ff0000000000000), tiny ? e - 54.0 : e};
}

/* m 2^e, m in [1, 2), or 0 with an e below all others */
typedef struct { dd m; double e; } length;

FP_INLINE length length_of(dd x, double e)
{
  const flag tiny = abs_f64(x.hi) < 0x1p-900;
  const dd y = dd_scale(x, tiny ? 0x1p150 : 1.0);
  const uint64_t biased = (bits_f64(y.hi) >> 52) & 0x7ff;
  const double own = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0);
  return (length){dd_scale(y, from_bits_f64((2046 - biased) << 52)), (y.hi == 0 ? -10000.0 : own) + (tiny ? e - 150.0 : e)};
}

/* x 2^e without what is below 2^-300 */
FP_INLINE dd shifted_by(dd x, double e) { return dd_scale(x, power_of_two(SHIFT + at_least(e, -300.0))); }

#endif
