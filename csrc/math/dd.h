/* Double-double arithmetic: a value as the sum of two doubles, the second at most half an ULP of the first. */
#ifndef FASTPROB_DD_H
#define FASTPROB_DD_H

#include "core/target.h"

typedef struct { double hi, lo; } dd;

/* a + b exactly, if |a| >= |b| or a = 0. In the wrong order lo may miss all that it is for, half an ULP of the sum. */
FP_INLINE dd fast_two_sum(double a, double b) { const double s = a + b; return (dd){s, b - (s - a)}; }

/* a + b exactly. */
FP_INLINE dd two_sum(double a, double b)
{
  const double s = a + b, t = s - a;
  return (dd){s, (a - (s - t)) + (b - t)};
}

/* a b exactly. */
FP_INLINE dd two_product(double a, double b) { const double p = a * b; return (dd){p, fma_f64(a, b, -p)}; }

/* About 2^-104. */
FP_INLINE dd dd_times(dd a, dd b)
{
  const double p = a.hi * b.hi;
  return (dd){p, fma_f64(a.lo, b.hi, fma_f64(a.hi, b.lo, fma_f64(a.hi, b.hi, -p)))};
}

/* a + b to about 2^-104 of the larger. */
FP_INLINE dd dd_plus(dd a, dd b)
{
  const dd s = two_sum(a.hi, b.hi);
  return fast_two_sum(s.hi, s.lo + (a.lo + b.lo));
}

/* a / b to about 2^-100, with one division. */
FP_INLINE dd dd_over(dd a, dd b)
{
  const double r = 1.0 / b.hi, q = a.hi * r;
  return (dd){q, (fma_f64(-q, b.lo, fma_f64(-q, b.hi, a.hi)) + a.lo) * r};
}

FP_INLINE int is_finite(double x) { return abs_f64(x) <= 0x1.fffffffffffffp1023; }

/* condition ? a : b, member by member: Clang does not vectorize a choice between structs. */
FP_INLINE dd dd_select(int condition, dd a, dd b) { return (dd){condition ? a.hi : b.hi, condition ? a.lo : b.lo}; }

FP_INLINE dd dd_scale(dd a, double power_of_two) { return (dd){a.hi * power_of_two, a.lo * power_of_two}; }

/* c[n - 1] x^(n - 1) + ... + c[0] for a constant n: even and odd powers apart, for two chains instead of one. */
FP_INLINE double polynomial(const double *c, int n, double x)
{
  const double y = x * x;
  double even = c[(n - 1) & ~1], odd = c[(n - 2) | 1];
  FP_UNROLL for (int i = ((n - 1) & ~1) - 2; i >= 0; i -= 2) even = fma_f64(even, y, c[i]);
  FP_UNROLL for (int i = ((n - 2) | 1) - 2; i >= 1; i -= 2) odd = fma_f64(odd, y, c[i]);
  return fma_f64(odd, x, even);
}
#define POLYNOMIAL(c, x) polynomial(c, sizeof(c) / sizeof((c)[0]), x)

/* x kept below or above a limit; NaN stays. */
FP_INLINE double at_most(double x, double limit) { const double l = FP_UNKNOWN(f64, limit); return l < x ? l : x; }
FP_INLINE double at_least(double x, double limit) { const double l = FP_UNKNOWN(f64, limit); return x < l ? l : x; }
FP_INLINE float at_most_f32(float x, float limit) { const float l = FP_UNKNOWN(f32, limit); return l < x ? l : x; }
FP_INLINE float at_least_f32(float x, float limit) { const float l = FP_UNKNOWN(f32, limit); return x < l ? l : x; }
/* The same, and the limit in place of NaN */
FP_INLINE double number_at_most(double x, double limit) { const double l = FP_UNKNOWN(f64, limit); return x < l ? x : l; }
FP_INLINE double number_at_least(double x, double limit) { const double l = FP_UNKNOWN(f64, limit); return x > l ? x : l; }

/* Integers n are handed around as n + SHIFT: the sum that rounds to an integer leaves it in the low bits. */
#define SHIFT 0x1.8p52
#define SHIFT_BITS 0x4338000000000000u

/* 2^n, -1022 <= n <= 1023. */
FP_INLINE double power_of_two(double shifted) { return from_bits_f64((bits_f64(shifted) - (SHIFT_BITS - 1023)) << 52); }

/* 2^n as a product, |n| <= 2044 */
typedef struct { double first, second; } power_parts;

FP_INLINE power_parts power_parts_of(double shifted)
{
  const uint64_t biased = bits_f64(shifted) - (SHIFT_BITS - 4096), half = biased >> 1, rest = biased - half;
  return (power_parts){from_bits_f64((half - 2048 + 1023) << 52), from_bits_f64((rest - 2048 + 1023) << 52)};
}

/* x 2^n, |n| <= 2044, in two steps: no power overflows; a subnormal result is rounded twice. */
FP_INLINE double times_power_of_two(double x, double shifted)
{
  const power_parts p = power_parts_of(shifted);
  return x * p.first * p.second;
}

/* x 2^n for n <= 1023 and x between 2^-3 and 2^52, rounded once if it is subnormal. */
FP_INLINE double times_power_once(double x, double shifted)
{
  const double n = at_least(shifted, SHIFT - 1141.0);
  const int rises = n > SHIFT;
  const uint64_t biased = bits_f64(n) + (rises ? 1023 - 128 : 1023 + 128);
  return x * from_bits_f64(biased << 52) * (rises ? 0x1p128 : 0x1p-128);
}

/* x 2^n, -1150 <= n <= 800 and |x| below 2^95. */
FP_INLINE double times_falling_power(double x, double shifted)
{
  return x * from_bits_f64((bits_f64(shifted) - (SHIFT_BITS - 1023 - 128)) << 52) * 0x1p-128;
}

/* x 2^n for any n, where what lies beyond has gone to 0 or infinity already: x between 2^-200 and 2^900. */
FP_INLINE double usual_power(double shifted) { return at_most(at_least(shifted, SHIFT - 2040.0), SHIFT + 2040.0); }
FP_INLINE double times_any_power_of_two(double x, double shifted) { return times_power_of_two(x, usual_power(shifted)); }

#endif
