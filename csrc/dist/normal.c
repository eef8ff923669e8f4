/* Normal distribution: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf and gradients, in all of (x, loc, scale).
 *
 * e^(-z^2/2) magnifies an error of z by z^2, so the f64 kernels carry z = (x - loc)/scale in double-double. They see
 * scale = m/(f1 f2), m in [1, 2) (or less, where scale is subnormal), f1 and f2 powers of two:
 * z = ((x f1 - loc f1) f2)/m. f1 < 1 keeps the difference finite where scale > 1 gives it room; bits that x f1 loses below the
 * subnormals are lost in z as well. Where scale <= 1 a difference that overflows has an infinite result.
 *
 * The f32 kernels compute in double, where none of that can happen. */
#include "math/log_exact.h"
#include "math/normal_quantile.h"
#include "math/normal_tail.h"

typedef struct {
  double loc, scale;       /* as given; scale is NaN where it is no scale */
  double f1, loc1, f2;
  double exponent;         /* log2(f1 f2) */
  double m;
  dd inverse, inverse_square, inverse_cube;   /* 1/m and its powers */
  dd peak;                 /* 1/(m sqrt(2 pi)) */
  dd log_peak;             /* -log(scale) - log(2 pi)/2 */
  double limit;            /* from this |z m| on the square is taken of 2^-600 z m; -1 for scale = inf, where -inf rules */
} normal_f64;

FP_INLINE normal_f64 normal_prepare_f64(double loc, double scale)
{
  const int valid = scale > 0, finite = !(scale == FP_INF_f64);
  const double usual = valid && finite ? scale : 1.0;
  const int tiny = usual < 0x1p-1022, above = usual > 1.0;
  const uint64_t biased = bits_f64(tiny ? usual * 0x1p54 : usual) >> 52;
  const uint64_t half = above ? ((biased - 1023) >> 1) + 1 : 0;
  const double e = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0) - (tiny ? 54.0 : 0.0);
  const double exponent = at_most(-e, 1023.0);
  const double f1 = from_bits_f64((1023 - half) << 52);
  const double f2 = power_of_two(exponent + (from_bits_f64(half | 0x4330000000000000) - 0x1p52));
  const double m = (usual * f1) * f2;
  const double bad = valid ? 0.0 : FP_NAN_f64;   /* scale = inf: everything that divides by it is 0 */
  const double r = 1.0 / m, r_low = fma_f64(-r, m, 1.0) * r;
  const dd inverse = {finite ? r + bad : 0.0, finite ? r_low : 0.0};
  const dd logarithm = log_to(usual, 9, ATANH_TERMS);
  const dd log_peak = dd_plus((dd){-logarithm.hi, -logarithm.lo}, (dd){-HALF_LOG_2PI, -HALF_LOG_2PI_LO});
  const double factor = finite ? f1 + bad : 0.0;
  return (normal_f64){
    loc, valid ? scale : FP_NAN_f64, factor, loc * factor, f2, exponent,
    finite ? m : 1.0, inverse, dd_times(inverse, inverse), dd_times(inverse, dd_times(inverse, inverse)),
    dd_times(inverse, (dd){INV_SQRT_2PI, INV_SQRT_2PI_LO}),
    (dd){finite ? log_peak.hi + bad : -FP_INF_f64, log_peak.lo}, finite ? 0x1p400 : -1.0};
}

/* z m */
FP_INLINE dd scaled_difference(double x, normal_f64 p) { return dd_scale(two_sum(x * p.f1, -p.loc1), p.f2); }
FP_INLINE dd standardized(double x, normal_f64 p) { return dd_times(scaled_difference(x, p), p.inverse); }
FP_INLINE dd negative(dd z) { return (dd){-z.hi, -z.lo}; }

typedef struct {
  double loc, scale, inverse;
  double log_peak, log_peak_low;
  double precision_half, precision_half_low;   /* 1/(2 scale^2) */
} normal_f32;

FP_INLINE normal_f32 normal_prepare_f32(float loc, float scale)
{
  const double s = scale > 0 ? (double)scale : FP_NAN_f64, square = s * s, h = 0.5 / square;
  const int finite = !(scale == FP_INF_f32);
  const dd logarithm = log_to(finite && scale > 0 ? s : 1.0, 2, 13);
  const dd log_peak = dd_plus((dd){-logarithm.hi, -logarithm.lo}, (dd){-HALF_LOG_2PI, -HALF_LOG_2PI_LO});
  return (normal_f32){loc, s, 1.0 / s, finite ? log_peak.hi + (s - s) : -s, log_peak.lo,
                      h, finite ? fma_f64(-h, square, 0.5) * (2.0 * h) : 0.0};
}

FP_INLINE double standardized_short(double x, normal_f32 p) { return (x - p.loc) * p.inverse; }

/* e^(-z^2/2) / (scale sqrt(2 pi)). The smallest scale, 2^-1074, takes it out of the subnormals up to |z| = 54.7. */
FP_INLINE double normal_pdf_f64(double x, normal_f64 p)
{
  const exp_parts e = exp_dd(minus_half_square(magnitude_to(standardized(x, p), 56.0)));
  const dd density = exp_times(e, p.peak);
  return times_any_power_of_two(density.hi, e.n + p.exponent);
}
FP_INLINE float normal_pdf_f32(float x, normal_f32 p)
{
  const double t = at_most(abs_f64(standardized_short(x, p)), 32.0);
  return (float)(exp_short(-0.5 * t * t) * (p.inverse * INV_SQRT_2PI));
}

/* -z^2/2 - log(scale) - log(2 pi)/2, every term in double-double: right where the sum is near zero, too. */
FP_INLINE double normal_logpdf_f64(double x, normal_f64 p)
{
  const dd exact = scaled_difference(x, p);
  const int huge = !(abs_f64(exact.hi) < p.limit);
  const dd d = dd_scale(exact, huge ? 0x1p-600 : 1.0);
  const double a = 0.5 * p.inverse_square.hi, w = d.hi * a, w_low = fma_f64(d.hi, a, -w) + d.hi * (0.5 * p.inverse_square.lo);
  const double q = w * d.hi, q_low = fma_f64(w, d.hi, -q) + fma_f64(d.hi, w_low, 2.0 * w * d.lo);
  const dd sum = fast_two_sum(p.log_peak.hi, -q);
  const double far = is_finite(d.hi) ? (q + q_low) * 0x1p600 * 0x1p600 : q;
  return huge ? p.log_peak.hi - far : sum.hi + (sum.lo + (p.log_peak.lo - q_low));
}
FP_INLINE float normal_logpdf_f32(float x, normal_f32 p)
{
  const dd d = two_sum(x, -p.loc), square = two_product(d.hi, d.hi);
  const double q = square.hi * p.precision_half;
  const double q_low = fma_f64(square.hi, p.precision_half, -q)
    + fma_f64(square.hi, p.precision_half_low, fma_f64(2.0 * d.hi, d.lo, square.lo) * p.precision_half);
  const dd sum = fast_two_sum(p.log_peak, -q);
  const int usual = abs_f64(d.hi) < FP_INF_f64 && p.log_peak > -FP_INF_f64;
  return (float)(usual ? sum.hi + (sum.lo + (p.log_peak_low - q_low)) : p.log_peak - q);
}

/* Phi(z) */
FP_INLINE double normal_cdf_f64(double x, normal_f64 p) { return ndtr_dd(standardized(x, p)); }
FP_INLINE float normal_cdf_f32(float x, normal_f32 p) { return (float)ndtr_short(standardized_short(x, p)); }

/* log Phi(z) */
FP_INLINE double normal_logcdf_f64(double x, normal_f64 p) { return log_ndtr_dd(standardized(x, p)); }
FP_INLINE float normal_logcdf_f32(float x, normal_f32 p) { return (float)log_ndtr_short(standardized_short(x, p)); }

/* Phi(-z), log Phi(-z) */
FP_INLINE double normal_sf_f64(double x, normal_f64 p) { return ndtr_dd(negative(standardized(x, p))); }
FP_INLINE float normal_sf_f32(float x, normal_f32 p) { return (float)ndtr_short(-standardized_short(x, p)); }
FP_INLINE double normal_logsf_f64(double x, normal_f64 p) { return log_ndtr_dd(negative(standardized(x, p))); }
FP_INLINE float normal_logsf_f32(float x, normal_f32 p) { return (float)log_ndtr_short(-standardized_short(x, p)); }

/* loc + scale z; loc where z = 0, for scale = inf too. */
FP_INLINE double quantile_at_f64(double z, normal_f64 p) { return z == 0 ? p.loc + 0.0 * p.f1 : fma_f64(p.scale, z, p.loc); }
FP_INLINE float quantile_at_f32(double z, normal_f32 p) { return (float)(z == 0 ? p.loc + 0.0 * p.inverse : fma_f64(p.scale, z, p.loc)); }

FP_INLINE double normal_ppf_f64(double q, normal_f64 p) { return quantile_at_f64(ndtri_one(q), p); }
FP_INLINE float normal_ppf_f32(float q, normal_f32 p) { return quantile_at_f32(ndtri_short(q), p); }
FP_INLINE double normal_isf_f64(double q, normal_f64 p) { return quantile_at_f64(-ndtri_one(q), p); }
FP_INLINE float normal_isf_f32(float q, normal_f32 p) { return quantile_at_f32(-ndtri_short(q), p); }

/* -z/scale, z/scale, (z^2 - 1)/scale = (d - m)(d + m)/(m^2 scale) with the exact d = z m. Beyond |d| = 2^400 the square is taken of
 * 2^-600 d, and m is nothing beside it. */
FP_INLINE outputs3_f64 normal_logpdf_grad_f64(double x, normal_f64 p)
{
  const dd d = scaled_difference(x, p);
  const int small = abs_f64(d.hi) < 0x1p-500;   /* kept out of the subnormals until the last product */
  const dd w = dd_times(dd_scale(d, small ? 0x1p300 : 1.0), p.inverse_square);
  const int huge = !(abs_f64(d.hi) < 0x1p400), finite = is_finite(d.hi);
  const double slope = (is_finite(w.hi) ? w.hi + w.lo : w.hi) * p.f1 * p.f2 * (small ? 0x1p-300 : 1.0);
  const dd a = dd_scale(d, huge ? 0x1p-600 : 1.0);
  const double m = huge ? 0.0 : p.m;
  const dd less = two_sum(a.hi, -m), more = two_sum(a.hi, m);
  const dd product = dd_times(fast_two_sum(less.hi, less.lo + a.lo), fast_two_sum(more.hi, more.lo + a.lo));
  const dd value = dd_times(product, p.inverse_cube);
  const double dscale = times_any_power_of_two(finite ? value.hi + value.lo : a.hi * a.hi * p.inverse_cube.hi, p.exponent + (huge ? 1200.0 : 0.0));
  return (outputs3_f64){-slope, slope, dscale};
}
FP_INLINE outputs3_f32 normal_logpdf_grad_f32(float x, normal_f32 p)
{
  const dd d = two_sum(x, -p.loc);
  const double slope = d.hi * p.inverse * p.inverse, low = abs_f64(d.hi) < FP_INF_f64 ? d.lo : 0.0;
  const double s = p.inverse > 0 ? p.scale : 1.0;   /* scale = inf: everything vanishes */
  const double square = ((d.hi - s) + low) * ((d.hi + s) + low);
  return (outputs3_f32){(float)-slope, (float)slope, (float)(square * p.inverse * p.inverse * p.inverse)};
}

/* With m = phi(z)/Phi(z), the inverse Mills ratio: m/scale, -m/scale, -z m/scale. For z <= 0, m = 1/(sqrt(2 pi) T(|z|)), which
 * is |z| beyond 2^60. For z > 0 both vanish with e^(-z^2/2); z is cut where they have, for any scale. */
FP_INLINE outputs3_f64 normal_logcdf_grad_f64(double x, normal_f64 p)
{
  const dd z = standardized(x, p);
  const int upper = z.hi > 0;
  const dd near = magnitude_to(z, 56.0), far = magnitude_to(z, 0x1p400);
  const dd w = scaled_tail(upper ? near : far);
  const exp_parts e = exp_dd(minus_half_square(near));
  const dd peak = {INV_SQRT_2PI, INV_SQRT_2PI_LO};
  const dd tail = exp_times(e, w);
  const double q_hi = times_any_power_of_two(tail.hi, e.n), q_low = times_any_power_of_two(tail.lo, e.n);
  const dd one_less = fast_two_sum(1.0, -q_hi);
  const dd density = exp_times(e, peak);
  const dd ratio = dd_over(upper ? density : peak, upper ? (dd){one_less.hi, one_less.lo - q_low} : w);
  /* beyond 2^400 everything is done with 2^-600 z, and put right by the exponent */
  const int huge = !upper && abs_f64(z.hi) > 0x1p400;
  const dd mills = huge ? dd_scale(negative(z), 0x1p-600) : ratio;
  const double exponent = p.exponent + (upper ? e.n : 0.0) + (huge ? 600.0 : 0.0);
  const dd scaled = dd_times(mills, p.inverse);
  const double dx = times_any_power_of_two(scaled.hi + scaled.lo, exponent);
  const dd position = upper ? negative(near) : (huge ? mills : far);
  const dd moment = dd_times(scaled, position);
  const double dscale = times_any_power_of_two(moment.hi + moment.lo, exponent + (huge ? 600.0 : 0.0));
  const int infinite = z.hi < -0x1.fffffffffffffp1023;
  return (outputs3_f64){infinite ? -z.hi : dx, infinite ? z.hi : -dx, infinite ? -z.hi : dscale};
}
FP_INLINE outputs3_f32 normal_logcdf_grad_f32(float x, normal_f32 p)
{
  const double z = standardized_short(x, p), t = abs_f64(z);
  const int upper = z > 0;
  const double near = at_most(t, 32.0), w = scaled_tail_short(upper ? near : t), e = exp_short(-0.5 * near * near);
  const double mills = INV_SQRT_2PI * (upper ? e : 1.0) / (upper ? 1.0 - e * w : w);
  const double slope = mills * p.inverse;
  return (outputs3_f32){(float)slope, (float)-slope, (float)(slope * (upper ? -near : t))};
}

#define FP_FAMILY_normal ,1
#include "core/family.h"
