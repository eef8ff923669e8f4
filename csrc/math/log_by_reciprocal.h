/* Logarithms of numbers whose reciprocal is needed, or at hand. y = 2^k 2 m with 2 m between sqrt(1/2) and sqrt(2), 2^(k-1)/y is
 * 1/(4 m): -log(2 m) = asinh(t) with t = 1/(4 m) - m, which rounds nothing, for its terms are within a factor of 2. */
#ifndef FASTPROB_LOG_BY_RECIPROCAL_H
#define FASTPROB_LOG_BY_RECIPROCAL_H

#include "math/coefficients.h"
#include "math/dd.h"

typedef struct { double k, m, power; } half_split_f64;   /* power: 2^(k - 1) */
typedef struct { float k, m, power; } half_split_f32;

/* For normal y > 0. For others |k| is above 1000: of negative ones it has the sign. */
FP_INLINE half_split_f64 split_half_f64(double y)
{
  const uint64_t root_half = 0x3fe6a09e667f3bcd, one = 0x0010000000000000, shifted = bits_f64(y) + (0x3ff0000000000000 - root_half - one);
  return (half_split_f64){from_bits_f64((shifted >> 52) | 0x4330000000000000) - (0x1p52 + 1022.0),
                          from_bits_f64((shifted & (one - 1)) + (root_half - one)), from_bits_f64(shifted & (0x8000000000000000 - one))};
}
FP_INLINE half_split_f32 split_half_f32(float y)
{
  const uint32_t root_half = 0x3f3504f4, one = 0x00800000, shifted = bits_f32(y) + (0x3f800000 - root_half - one);
  return (half_split_f32){from_bits_f32((shifted >> 23) | 0x4b000000) - (0x1p23f + 126.0f),
                          from_bits_f32((shifted & (one - 1)) + (root_half - one)), from_bits_f32(shifted & (0x80000000 - one))};
}

/* asinh(t) = t + t^3 p(t^2): p in few steps, for loops wait for the chain of them. */
FP_INLINE double asinh_rest_f64(double z)
{
  const double *c = asinh_rest, z2 = z * z, z4 = z2 * z2;
  const double lower = fma_f64(fma_f64(c[3], z, c[2]), z2, fma_f64(c[1], z, c[0]));
  const double upper = fma_f64(fma_f64(c[7], z, c[6]), z2, fma_f64(c[5], z, c[4]));
  return fma_f64(fma_f64(c[8], z4, upper), z4, lower);
}
FP_INLINE float asinh_rest_f32(float z)
{
  const double *c = asinh_rest_shortest;
  return fma_f32(fma_f32((float)c[3], z, (float)c[2]), z * z, fma_f32((float)c[1], z, (float)c[0]));
}

/* r = 1/y rounded, r_low what it lacks, l from y, but for k: -log(2 m) - k log(2) - top - below to 2^-64, and where k and top are 0 to
 * that of itself. Not normalized. top is a multiple of 2^-42; 2^-960 < y < 2^960. Of two that are added the first is a multiple of the
 * second's last place: the sum's error is exact whichever is larger. */
FP_INLINE dd minus_log_fine(half_split_f64 l, double r, double r_low, double top, double below)
{
  const double t = fma_f64(r, l.power, -l.m), t_low = r_low * l.power;
  const double *c = asinh_rest_fine, z = t * t, z_low = fma_f64(t, t, -z), z2 = z * z, z4 = z2 * z2;
  const double lower = fma_f64(fma_f64(c[5], z, c[4]), z2, fma_f64(c[3], z, c[2]));
  const double upper = fma_f64(fma_f64(c[9], z, c[8]), z2, fma_f64(c[7], z, c[6]));
  const double tail = fma_f64(fma_f64(fma_f64(c[10], z4, upper), z4, lower), z, c[1]);
  const double p = fma_f64(z, tail, c[0]), p_low = fma_f64(c[1], z_low, fma_f64(z, tail, c[0] - p));
  const double cube = z * t, rest = cube * p;
  const double cube_low = fma_f64(z_low, t, fma_f64(z, t, -cube));
  const double slope = fma_f64(z, fma_f64(z, 0.327, -0.4982), 1.0);   /* 1/sqrt(1 + t^2) nearly */
  const dd first = fast_two_sum(fma_f64(l.k, -LN2_HI, -top), t), sum = fast_two_sum(first.hi, rest);
  const double low = fma_f64(l.k, -LN2_MID, first.lo - below) + fma_f64(t_low, slope, fma_f64(cube_low, p, fma_f64(cube, p, -rest)));
  return (dd){sum.hi, fma_f64(cube, p_low, sum.lo + low)};
}

/* For f32 results, to 2^-46 */
FP_INLINE double minus_log_by_reciprocal_short(double y, double r)
{
  const half_split_f64 l = split_half_f64(y);
  const double t = fma_f64(r, l.power, -l.m), z = t * t;
  return fma_f64(l.k, -LN2, fma_f64(z * t, POLYNOMIAL(asinh_rest_short, z), t));
}

#define LN2_HI_f64 LN2_HI
#define LN2_MID_f64 LN2_MID
#define LN2_HI_f32 ((float)LN2_SHORT_HI)
#define LN2_MID_f32 ((float)LN2_SHORT_MID)

/* -log(y + low) - exponent log(2) for normal y > 0, low an error of its rounding. Where k is 0, t is nearly all of it, else no sum
 * cancels; rest is rounded twice, which next to y = 1, where it is of t's size, makes 1.2 ULP (found). */
#define MINUS_LOG_OF_SUM(T) \
FP_INLINE FP_REAL_##T minus_log_of_sum_##T(FP_REAL_##T y, FP_REAL_##T low, FP_REAL_##T exponent) \
{ \
  const half_split_##T l = split_half_##T(y); \
  const FP_REAL_##T r = 1 / y, s = r * l.power, t = fma_##T(r, l.power, -l.m), z = t * t, k = l.k + exponent; \
  const FP_REAL_##T rest = fma_##T(fma_##T(-r, y, 1), s, -(low * r));   /* of the reciprocal, and of the sum */ \
  const FP_REAL_##T whole = k * -LN2_HI_##T, sum = whole + t, lost = t - (sum - whole);   /* exact, as above */ \
  return sum + fma_##T(z * t, asinh_rest_##T(z), fma_##T(k, -LN2_MID_##T, lost + rest)); \
}
MINUS_LOG_OF_SUM(f64)
MINUS_LOG_OF_SUM(f32)

#endif
