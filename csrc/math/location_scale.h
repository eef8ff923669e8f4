/* z = (x - loc)/scale in double-double, for a family with a location and a scale. scale = m/(f1 f2), m in [1/2, 1) (or less,
 * where scale is subnormal), f1 and f2 powers of two: z = ((x f1 - loc f1) f2)/m. f1 < 1 where scale > 1 keeps the difference
 * finite, and m < 1 its product with f2, wherever z is; bits that they lose below the subnormals are lost in z as well. */
#ifndef FASTPROB_LOCATION_SCALE_H
#define FASTPROB_LOCATION_SCALE_H

#include "math/dd.h"

typedef struct {
  double loc, scale, unlift;   /* for loc + scale z: as given, or lifted out of the subnormals; scale NaN where it is none */
  double f1, loc1, f2;
  double exponent;             /* log2(f1 f2) + SHIFT */
  double m;
  dd inverse;                  /* 1/m; 0 for scale = inf, with f1 = 0 */
} location_scale;

/* A scale with a logarithm: 1 in place of what is none, infinity too. */
FP_INLINE double usual_scale(double scale) { return scale > 0 && scale < FP_INF_f64 ? scale : 1.0; }

FP_INLINE location_scale location_scale_of(double loc, double scale)
{
  const int valid = scale > 0, finite = !(scale == FP_INF_f64);
  const double usual = usual_scale(scale), bad = valid ? 0.0 : FP_NAN_f64;
  const int tiny = usual < 0x1p-1022, above = usual > 1.0;
  const uint64_t biased = bits_f64(tiny ? usual * 0x1p54 : usual) >> 52;
  const uint64_t half = above ? ((biased - 1023) >> 1) + 1 : 0;
  const double e = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0) - (tiny ? 54.0 : 0.0);
  const double exponent = at_most(-e - 1.0, 1023.0);
  const double f1 = from_bits_f64((1023 - half) << 52), factor = finite ? f1 + bad : 0.0;
  const double f2 = power_of_two(exponent + (from_bits_f64(half | 0x4330000000000000) - 0x1p52) + SHIFT);
  const double m = (usual * f1) * f2, r = 1.0 / m, r_low = fma_f64(-r, m, 1.0) * r;
  const uint64_t up = usual + abs_f64(loc) < 0x1p-900 ? 100 : 0;   /* as an exponent: GCC would branch on a choice of factors */
  const double lift = from_bits_f64((1023 + up) << 52);
  return (location_scale){
    .loc = loc * lift,
    .scale = scale * lift + bad,
    .unlift = from_bits_f64((1023 - up) << 52),
    .f1 = factor,
    .loc1 = loc * factor,
    .f2 = f2,
    .exponent = exponent + SHIFT,
    .m = finite ? m : 1.0,
    .inverse = {finite ? r + bad : 0.0, finite ? r_low : 0.0},
  };
}

FP_INLINE dd dd_times_double(dd a, double b)
{
  const double p = a.hi * b;
  return (dd){p, fma_f64(a.lo, b, fma_f64(a.hi, b, -p))};
}
FP_INLINE dd dd_minus(dd a) { return (dd){-a.hi, -a.lo}; }

/* z m, exactly but for what falls below the subnormals. */
FP_INLINE dd distance_of(double x, location_scale p) { return dd_scale(two_sum(x * p.f1, -p.loc1), p.f2); }
FP_INLINE dd position_of(double x, location_scale p) { return dd_times(distance_of(x, p), p.inverse); }

/* |z|, replaced by the limit where it is above it. */
FP_INLINE dd size_to(dd z, double limit)
{
  const double size = abs_f64(z.hi), low = from_bits_f64(bits_f64(z.lo) ^ (bits_f64(z.hi) & 0x8000000000000000u));
  return (dd){at_most(size, limit), size > limit ? 0.0 : low};
}

/* For products with z: z 2^-lift, away from underflow and overflow. */
typedef struct { dd z, lifted; double lift; } lifted_position;

FP_INLINE lifted_position lifted_position_of(double x, location_scale p)
{
  const dd d = distance_of(x, p);
  const int small = abs_f64(d.hi) < 0x1p-500, huge = abs_f64(d.hi) > 0x1p400;
  const dd lifted = dd_times(dd_scale(d, small ? 0x1p300 : huge ? 0x1p-600 : 1.0), p.inverse);
  const dd z = dd_scale(lifted, small ? 0x1p-300 : huge ? 0x1p600 : 1.0);
  return (lifted_position){z, lifted, small ? -300.0 : huge ? 600.0 : 0.0};
}

/* a 2^n for any n, where a may be infinite: rounded once more if the result is subnormal. */
FP_INLINE double dd_times_power(dd a, double shifted)
{
  return times_any_power_of_two(is_finite(a.hi) ? a.hi + a.lo : a.hi, shifted);
}

/* loc + scale z; loc where z = 0, for scale = inf too. */
FP_INLINE double quantile_from(dd z, location_scale p)
{
  const dd product = two_product(p.scale, z.hi), sum = two_sum(product.hi, p.loc);
  const double exact = sum.hi + (sum.lo + fma_f64(p.scale, z.lo, product.lo));
  const double value = is_finite(exact) ? exact : fma_f64(p.scale, z.hi + z.lo, p.loc);   /* the product may overflow alone */
  return (z.hi == 0 ? p.loc + 0.0 * abs_f64(p.f1) : value) * p.unlift;
}

/* For f32 results, in double, where none of the above can happen. */
typedef struct { double loc, scale, inverse; } location_scale_short;

FP_INLINE location_scale_short location_scale_short_of(float loc, float scale)
{
  const float bad = scale > 0 ? 0.0f : FP_NAN_f32, given = scale + bad;   /* a choice of scale would become one for each use */
  return (location_scale_short){loc, given, 1.0 / given};
}
FP_INLINE double position_short(double x, location_scale_short p) { return (x - p.loc) * p.inverse; }
FP_INLINE float quantile_from_short(double z, location_scale_short p)
{
  return (float)(z == 0 ? p.loc + 0.0 * abs_f64(p.inverse) : fma_f64(p.scale, z, p.loc));
}

#endif
