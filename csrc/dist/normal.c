/* Normal distribution: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf and gradients, in all of (x, loc, scale).
 *
 * e^(-z^2/2) magnifies an error of z by z^2, so the f64 kernels carry z = (x - loc)/scale in double-double. They see
 * scale = m/f, f a power of two, m in [1, 2) (or less, where scale is subnormal): z = (x f - loc f)/m. Bits that x f loses below
 * the subnormals are nothing beside 1 in z; where x f overflows z is so large that the result is 0, 1 or infinite. Where loc f
 * would overflow z is 0 or beyond 2^900, and so it is with a smaller f and m = 1.
 *
 * The gradients need z itself, large or small. For them f = f1 f2, z = ((x f1 - loc f1) f2)/m: f1 < 1 keeps the difference finite
 * where scale > 1 gives it room; twice that unless loc is large, for a scale below 2 gives subnormals no digit to lose. Where scale <= 1
 * a difference that overflows has an infinite result.
 *
 * The f32 kernels compute in double, where none of that can happen. Bounds: ops.def; worst inputs: tests/accuracy. */
#include "math/log_by_reciprocal.h"
#include "math/log_fine.h"
#include "math/logpdf_refined.h"
#include "math/normal_log_quantile.h"
#include "math/normal_tail.h"
#include "math/scale_parts.h"

/* For the gradient of the log density: what its outputs are of s = (x - loc) lift, rounded once. */
typedef struct {
  double lift, loc, scale;     /* loc and scale lifted */
  double slope, last_slope;    /* dloc = s slope last_slope; the second one a power of two */
  double half_scale;           /* scale last_slope/2 */
  double unit;                 /* dscale = ((s unit)^2 - square) cube last_cube, the last a power of two; */
  dd square, cube;
  double low_square, low_cube; /* square.lo cube.hi, 2 unit cube.hi */
  double last_cube;
} normal_slopes;

/* scale = m/2^k, m in [1, 2). The lift keeps differences finite, and for tiny scales two powers of two are enough for 1/scale^2. unit lift
 * is 2^(k + h); 2 h is less than k by three or more, for m^3 < 8, so that nothing overflows but where dscale does. */
FP_INLINE normal_slopes normal_slopes_of(double loc, double scale)
{
  const double usual = is_scale(scale) ? scale : 1.0, bad = scale > 0 ? 0.0 : FP_NAN_f64;
  const int infinite = scale == FP_INF_f64, large = at_least(usual, 0x1p-100 * abs_f64(loc)) > 0x1p600;
  const scale_parts parts = scale_parts_of(usual);
  const double k = -parts.e, r = 1.0 / parts.m;
  const double up = large ? -6.0 : usual < 0x1p-600 ? 100.0 : 0.0, lift = power_of_two(up + SHIFT);
  const dd inverse = {infinite ? 0.0 : r + bad, fma_f64(-r, parts.m, 1.0) * r};
  const dd inverse_square = dd_times(inverse, inverse), cube = dd_times(inverse, inverse_square);
  const double twice = at_most(2.0 * k - up, 2044.0), first = at_least(0.5 * twice, at_most(twice, 1022.0));
  const double last_slope = power_of_two(twice - first + SHIFT);
  const double moved = at_most(at_least(fma_f64(1.5, k, SHIFT - 2.0), SHIFT - 1024.0), SHIFT + 1100.0), h = moved - k;   /* shifted */
  const double unit = infinite ? 0.0 : power_of_two(at_most(moved - up, SHIFT + 1022.0)), root = parts.m * power_of_two(h);
  const dd square = two_product(root, root);
  return (normal_slopes){
    .lift = lift,
    .loc = loc * lift,
    .scale = usual * lift,
    .slope = (inverse_square.hi + inverse_square.lo) * power_of_two(first + SHIFT),
    .last_slope = last_slope,
    .half_scale = usual * (0.5 * last_slope),
    .unit = unit,
    .square = square,
    .cube = cube,
    .low_square = square.lo * cube.hi,
    .low_cube = 2.0 * cube.hi * unit,
    .last_cube = power_of_two(fma_f64(-2.0, h - SHIFT, k) + SHIFT),
  };
}

/* Far from the ends of the range no power of two is needed: the same bits in half the operations. */
FP_INLINE flag is_usual_size(double x)
{
  const double size = abs_f64(x);
  return (size == 0) | ((size >= 0x1p-200) & (size <= 0x1p200));
}
FP_INLINE_SOMEWHERE flag normal_logpdf_grad_is_usual_f64(double x, double loc, double scale)
{
  return is_usual_size(x) & is_usual_size(loc) & (scale >= 0x1p-100) & (scale <= 0x1p100);
}

FP_INLINE normal_slopes usual_normal_slopes_of(double loc, double scale)
{
  const double r = 1.0 / scale;
  const dd inverse = {r, fma_f64(-r, scale, 1.0) * r}, inverse_square = dd_times(inverse, inverse), cube = dd_times(inverse, inverse_square);
  const dd square = two_product(scale, scale);
  return (normal_slopes){
    .lift = 1.0,
    .loc = loc,
    .scale = scale,
    .slope = inverse_square.hi + inverse_square.lo,
    .last_slope = 1.0,
    .half_scale = 0.5 * scale,
    .unit = 1.0,
    .square = square,
    .cube = cube,
    .low_square = square.lo * cube.hi,
    .low_cube = 2.0 * cube.hi,
    .last_cube = 1.0,
  };
}

/* For log densities, of scales from 2^-960 to 2^960: -log(scale) - log(2 pi)/2 by the reciprocal that is needed anyway */
typedef struct { double loc; dd inverse, peak; double cancels; } normal_heights;   /* cancels: as below */

FP_INLINE normal_heights normal_heights_of(double loc, double scale)
{
  const double r = 1.0 / scale, r_low = fma_f64(-r, scale, 1.0) * r;
  const half_split_f64 l = split_half_f64(scale);
  const double top = (HALF_LOG_2PI + 0x1.8p10) - 0x1.8p10, below = (HALF_LOG_2PI - top) + HALF_LOG_2PI_LO;   /* a multiple of 2^-42 */
  return (normal_heights){
    .loc = loc,
    .inverse = {r, r_low},
    .peak = minus_log_fine(l, r, r_low, top, below),
    .cancels = abs_f64(l.k) <= 960.0 ? 0x1p-11 : FP_NAN_f64,
  };
}

typedef struct {
  double loc, scale, unlift;   /* for loc + scale z: as given, or lifted out of the subnormals; scale is NaN where it is no scale */
  double f, loc_f;         /* f and loc f, or where that overflows the smaller f and 1 for m */
  dd per_m;                /* 1/m with these */
  double f1, loc1, f2;
  double exponent;         /* log2(f1 f2) */
  double m;
  dd inverse, inverse_square, inverse_cube;   /* 1/m, 1/m^2, 1/m^3 */
  dd peak;                 /* 1/(m sqrt(2 pi)) */
  double cancels;          /* |logpdf| below which its first look has too few digits; NaN for a scale of which it has none */
  double sign;             /* -1 with mirrored parameters */
  normal_slopes slopes;
  normal_heights heights;
} normal_f64;

FP_INLINE normal_f64 normal_prepare_f64(double loc, double scale)
{
  const int valid = scale > 0, finite = !(scale == FP_INF_f64);
  const double usual = valid && finite ? scale : 1.0;
  const int tiny = usual < 0x1p-1022, above = usual > 1.0;
  const uint64_t biased = bits_f64(tiny ? usual * 0x1p54 : usual) >> 52;
  const uint64_t half = above ? ((biased - 1023) >> 1) + 1 : 0;
  const double e = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0) - (tiny ? 54.0 : 0.0);
  const double exponent = at_most(-e - 1.0, 1023.0);   /* m in [1/2, 1), so that no distance times f2 overflows */
  const double f1 = from_bits_f64((1023 - half) << 52);
  const double f2 = power_of_two(exponent + (from_bits_f64(half | 0x4330000000000000) - 0x1p52) + SHIFT);
  const double m = (usual * f1) * f2;
  const double bad = valid ? 0.0 : FP_NAN_f64;   /* scale = inf: everything that divides by it is 0 */
  const double r = 1.0 / m, r_low = fma_f64(-r, m, 1.0) * r;
  const dd inverse = {finite ? r + bad : 0.0, finite ? r_low : 0.0};
  const double factor = finite ? f1 + bad : 0.0;
  const dd inverse_square = dd_times(inverse, inverse);
  const double f = factor * f2, twice = above && abs_f64(loc) < 0x1p900 ? 2.0 : 1.0;
  const int far = abs_f64(loc * f) > 0x1p1000;
  const uint64_t smaller = 3014 - ((bits_f64(loc) >> 52) & 2047);   /* takes loc to about 2^968 */
  const double f_used = far ? from_bits_f64((smaller < 2046 ? smaller : 2046) << 52) : f;
  const uint64_t up = usual + abs_f64(loc) < 0x1p-900 ? 100 : 0;   /* as in location_scale_of */
  const normal_heights heights = normal_heights_of(loc, scale);
  return (normal_f64){
    .loc = loc * from_bits_f64((1023 + up) << 52),
    .scale = valid ? scale * from_bits_f64((1023 + up) << 52) : FP_NAN_f64,
    .unlift = from_bits_f64((1023 - up) << 52),
    .f = f_used,
    .loc_f = loc * f_used,
    .per_m = dd_select(far, (dd){1.0, 0.0}, inverse),
    .f1 = factor * twice,
    .loc1 = loc * (factor * twice),
    .f2 = f2 * (1.0 / twice),
    .exponent = exponent,
    .m = finite ? m : 1.0,
    .inverse = inverse,
    .inverse_square = inverse_square,
    .inverse_cube = dd_times(inverse, inverse_square),
    .peak = dd_times(inverse, (dd){INV_SQRT_2PI, INV_SQRT_2PI_LO}),
    .cancels = heights.cancels,
    .sign = 1.0,
    .slopes = normal_slopes_of(loc, scale),
    .heights = heights,
  };
}

/* -x about -loc: z changes its sign, and so does what a quantile adds to loc. */
FP_INLINE normal_f64 normal_mirrored_f64(double loc, double scale, double sign)
{
  normal_f64 p = normal_prepare_f64(loc, scale);
  p.scale *= sign;
  p.f *= sign;
  p.loc_f *= sign;
  p.f1 *= sign;
  p.loc1 *= sign;
  p.sign = sign;
  return p;
}

/* z m: x f - loc f exactly, by two_sum, the product with the power of two within its steps. */
FP_INLINE dd difference(double x, normal_f64 p)
{
  const double s = fma_f64(x, p.f, -p.loc_f), t = fma_f64(-x, p.f, s);
  return (dd){s, fma_f64(x, p.f, t - s) + (-p.loc_f - t)};
}
FP_INLINE dd standardized(double x, normal_f64 p) { return dd_times(difference(x, p), p.per_m); }

/* z m for gradients */
FP_INLINE dd scaled_difference(double x, normal_f64 p) { return dd_scale(two_sum(x * p.f1, -p.loc1), p.f2); }
FP_INLINE dd negative(dd z) { return (dd){-z.hi, -z.lo}; }

typedef struct {
  double loc, scale, inverse;
  double least;            /* log(scale) + log(2 pi)/2 to 2^-46 */
  float cancels;           /* as above */
  double sign;
  dd above, below;         /* loc + scale and loc - scale; with 1 for an infinite scale */
  double inverse_square, inverse_cube;
} normal_f32;

FP_INLINE normal_f32 normal_prepare_f32(float loc, float scale)
{
  const float bad = scale > 0 ? 0.0f : FP_NAN_f32, given = scale + bad;
  const double s = given, inverse = 1.0 / s;
  const double usual = inverse > 0 ? s : 1.0;
  const int finite = abs_f32(loc) < FP_INF_f32;
  const dd above = two_sum(loc, usual), below = two_sum(loc, -usual);
  return (normal_f32){.loc = loc, .scale = s, .inverse = inverse, .least = HALF_LOG_2PI - minus_log_by_reciprocal_short(s, inverse),
                      .cancels = given < FP_INF_f32 ? 0x1p-14f : FP_NAN_f32, .sign = 1.0,
                      .above = {above.hi, finite ? above.lo : 0.0}, .below = {below.hi, finite ? below.lo : 0.0},
                      .inverse_square = inverse * inverse, .inverse_cube = inverse * inverse * inverse};
}
FP_INLINE normal_f32 normal_mirrored_f32(float loc, float scale, double sign)
{
  normal_f32 p = normal_prepare_f32(loc, scale);
  p.scale *= sign;
  p.inverse *= sign;
  p.sign = sign;
  return p;
}

FP_INLINE double standardized_short(double x, normal_f32 p) { return (x - p.loc) * p.inverse; }

/* e^(-z^2/2) / (scale sqrt(2 pi)). The smallest scale, 2^-1074, takes it out of the subnormals up to |z| = 54.7. */
FP_INLINE double normal_pdf_f64(double x, normal_f64 p)
{
  const dd z = standardized(x, p);
  const int beyond = abs_f64(z.hi) > 56.0;
  const exp_split e = exp_rounded(minus_half_square_dd((dd){beyond ? 56.0 : z.hi, beyond ? 0.0 : z.lo}));
  return times_power_once(exp_times_rounded(e, p.peak), e.shifted + p.exponent);
}
FP_INLINE float normal_pdf_f32(float x, normal_f32 p)
{
  const double t = at_most(abs_f64(standardized_short(x, p)), 32.0);
  return (float)(exp_short(-0.5 * t * t) * (p.inverse * INV_SQRT_2PI));
}

/* First look: -z^2/2 - log(scale) - log(2 pi)/2, log(scale) to 2^-66. What is below its limit, NaN where -inf is right and all with an
 * unusual scale go to the second. */
#define FP_REFINES_normal_logpdf ,1
#define FP_SHORT_normal_logpdf ,1
FP_INLINE double normal_logpdf_f64(double x, normal_f64 p)
{
  const dd z = dd_times(two_sum(x, -p.heights.loc), p.heights.inverse), peak = p.heights.peak;
  const double half = 0.5 * z.hi, q = half * z.hi, q_low = fma_f64(z.hi, z.lo, fma_f64(half, z.hi, -q));
  const double sum = peak.hi - q, lost = (peak.hi - sum) - q;
  return sum + ((lost - q_low) + peak.lo);
}

/* Second look: to 2^-70 of its largest term; where it cancels to less than 2^-16, refined. */
static double normal_logpdf_refined_f64(double x, double loc, double scale)
{
  const double half_z = (0.5 * x - 0.5 * loc) / scale;
  if (!((scale > 0) & (scale < FP_INF_f64) & (abs_f64(half_z) <= 0x1p512))) return logpdf_refined(x, loc, scale);   /* NaN, infinite */
  const normal_f64 p = normal_prepare_f64(loc, scale);
  const dd logarithm = log_fine(scale), least = dd_plus(logarithm, (dd){HALF_LOG_2PI, HALF_LOG_2PI_LO});
  const dd d = difference(x, p), a = dd_scale(dd_times(p.per_m, p.per_m), 0.5);
  const double w = d.hi * a.hi, w_low = fma_f64(d.hi, a.lo, fma_f64(d.hi, a.hi, -w));
  const double q = w * d.hi, q_low = fma_f64(w, d.lo + d.lo, fma_f64(d.hi, w_low, fma_f64(w, d.hi, -q)));
  const dd sum = two_sum(-least.hi, -q);
  const double value = sum.hi + (sum.lo - (least.lo + q_low));
  return abs_f64(value) >= 0x1p-16 * (1.0 + abs_f64(least.hi)) ? value : logpdf_refined(x, loc, scale);
}

FP_INLINE float normal_logpdf_f32(float x, normal_f32 p)
{
  const double z = standardized_short(x, p);
  return (float)-fma_f64(0.5 * z, z, p.least);
}
static float normal_logpdf_refined_f32(float x, float loc, float scale) { return (float)logpdf_refined(x, loc, scale); }

/* Phi(z), and of the mirrored parameters Phi(-z) */
#define FP_MIRRORED_normal_cdf ,1
#define FP_MIRRORED_normal_sf ,2
#define FP_MIRROR_OF_normal_sf normal_cdf
FP_INLINE double normal_cdf_f64(double x, normal_f64 p) { return ndtr_dd(standardized(x, p)); }
FP_INLINE float normal_cdf_f32(float x, normal_f32 p) { return (float)ndtr_short(standardized_short(x, p)); }

/* log Phi(z) */
#define FP_MIRRORED_normal_logcdf ,1
#define FP_MIRRORED_normal_logsf ,2
#define FP_MIRROR_OF_normal_logsf normal_logcdf
FP_INLINE double normal_logcdf_f64(double x, normal_f64 p) { return log_ndtr_dd(standardized(x, p)); }
FP_INLINE float normal_logcdf_f32(float x, normal_f32 p) { return log_ndtr_short(standardized_short(x, p)); }

/* loc + scale z; loc where z = 0, for scale = inf too. */
FP_INLINE double quantile_at_f64(dd z, normal_f64 p)
{
  const dd product = two_product(p.scale, z.hi), sum = two_sum(product.hi, p.loc);
  const double exact = sum.hi + (sum.lo + fma_f64(p.scale, z.lo, product.lo));
  const double value = is_finite(exact) ? exact : fma_f64(p.scale, z.hi + z.lo, p.loc);   /* the product may overflow alone */
  return (z.hi == 0 ? p.loc + 0.0 * abs_f64(p.f1) : value) * p.unlift;
}
FP_INLINE float quantile_at_f32(double z, normal_f32 p) { return (float)(z == 0 ? p.loc + 0.0 * abs_f64(p.inverse) : fma_f64(p.scale, z, p.loc)); }

#define FP_MIRRORED_normal_ppf ,1
#define FP_MIRRORED_normal_isf ,2
#define FP_MIRROR_OF_normal_isf normal_ppf
FP_INLINE double normal_ppf_f64(double q, normal_f64 p) { return quantile_at_f64(ndtri_dd(q), p); }
FP_INLINE float normal_ppf_f32(float q, normal_f32 p)
{
  const short_quantile s = ndtri_short(q);
  const float value = (float)fma_f64(p.scale, s.z, p.loc), middle = (float)(p.loc + 0.0 * abs_f64(p.inverse));
  const float inner = q == 0.5f ? middle : value, beyond = fma_f32((float)p.scale, s.edge, (float)p.loc);
  return s.inside ? inner : beyond;
}

/* The same by log probabilities */
#define FP_MIRRORED_normal_ilogcdf ,1
#define FP_MIRRORED_normal_ilogsf ,2
#define FP_MIRROR_OF_normal_ilogsf normal_ilogcdf
FP_INLINE double normal_ilogcdf_f64(double logq, normal_f64 p) { return quantile_at_f64(ndtri_exp_dd(logq), p); }
FP_INLINE float normal_ilogcdf_f32(float logq, normal_f32 p) { return quantile_at_f32(ndtri_exp_short(logq), p); }

/* -z/scale, z/scale, (z^2 - 1)/scale. A slope is the rounded difference times the rounded square of the reciprocal: 2 ULP at most. The
 * square of s + low, the exact difference, less that of the scale has all digits until it cancels; within 2^-20 of |z| = 1 it is
 * f (2 scale + f), f = |s + low| - scale rounded once. */
FP_INLINE outputs3_f64 normal_logpdf_grad_f64(double x, normal_f64 p)
{
  const normal_slopes c = p.slopes;
  const double s = fma_f64(x, c.lift, -c.loc), t = fma_f64(-x, c.lift, s), low = fma_f64(x, c.lift, t - s) + (-c.loc - t);
  const double slope = s * c.slope * c.last_slope;
  const double d = s * c.unit, square = fma_f64(d, d, -c.square.hi);
  const double rest = fma_f64(d, low * c.low_cube, fma_f64(square, c.cube.lo, -c.low_square));
  const double far = fma_f64(square, c.cube.hi, rest > -DBL_MAX ? rest : -DBL_MAX) * c.last_cube;   /* NaN where the square is infinite */
  const double past = s - copysign_f64(c.scale, s), f = copysign_f64(1.0, s) * (past + low), linear = f * c.slope;
  const double near = fma_f64(f, c.slope, linear * (linear * c.half_scale)) * (2.0 * c.last_slope);
  return (outputs3_f64){-slope, slope, abs_f64(past) < 0x1p-20 * c.scale ? near : far};
}
#define FP_USUAL_f64_normal_logpdf_grad ,1
FP_INLINE_SOMEWHERE normal_f64 normal_logpdf_grad_prepare_usual_f64(double loc, double scale)
{
  return (normal_f64){.slopes = usual_normal_slopes_of(loc, scale)};
}
#define FP_USUAL_f32_normal_logpdf_grad ,1
FP_INLINE_SOMEWHERE int normal_logpdf_grad_is_usual_f32(float x, float loc, float scale)
{
  (void)x;
  return (abs_f32(loc) < FP_INF_f32) & (scale > 0) & (scale < FP_INF_f32);
}
FP_INLINE_SOMEWHERE normal_f32 normal_logpdf_grad_prepare_usual_f32(float loc, float scale)
{
  const double inverse = 1.0 / scale;
  return (normal_f32){.loc = loc, .inverse = inverse, .above = two_sum(loc, scale), .below = two_sum(loc, -(double)scale),
                      .inverse_square = inverse * inverse, .inverse_cube = inverse * inverse * inverse};
}
FP_INLINE outputs3_f32 normal_logpdf_grad_f32(float x, normal_f32 p)
{
  const float slope = (float)((x - p.loc) * p.inverse_square);
  const double square = (x - p.above.hi - p.above.lo) * (x - p.below.hi - p.below.lo);
  return (outputs3_f32){-slope, slope, (float)(square * p.inverse_cube)};
}

/* With m = phi(z)/Phi(z), the inverse Mills ratio: m/scale, -m/scale, -z m/scale. For z <= 0, m = 1/(sqrt(2 pi) T(|z|)), which
 * is |z| beyond 2^60. For z > 0 both vanish with e^(-z^2/2); z is cut where they have, for any scale. Mirrored, the slopes change
 * their signs. */
#define FP_MIRRORED_normal_logcdf_grad ,1
#define FP_MIRRORED_normal_logsf_grad ,2
#define FP_MIRROR_OF_normal_logsf_grad normal_logcdf_grad
FP_INLINE outputs3_f64 normal_logcdf_grad_f64(double x, normal_f64 p)
{
  const dd d = scaled_difference(x, p);
  const int small = abs_f64(d.hi) < 0x1p-500, huge = d.hi < -0x1p400;   /* kept away from the ends until the last product */
  const dd lifted = dd_times(dd_scale(d, small ? 0x1p300 : huge ? 0x1p-600 : 1.0), p.inverse);
  const dd z = dd_scale(lifted, small ? 0x1p-300 : huge ? 0x1p600 : 1.0);
  const int upper = z.hi > 0, infinite = d.hi < -0x1.fffffffffffffp1023, beyond = z.hi > 56.0;
  const dd t = {beyond ? 56.0 : abs_f64(z.hi), beyond ? 0.0 : (upper ? z.lo : -z.lo)};
  const dd w = scaled_tail(t), peak = {INV_SQRT_2PI, INV_SQRT_2PI_LO};
  const exp_parts e = exp_dd(minus_half_square_dd(t));
  const dd scaled = exp_times(e, w), density = exp_times(e, peak);
  const double q = upper ? times_any_power_of_two(scaled.hi, e.shifted) : 0.0;
  const dd one_less = fast_two_sum(1.0, -q), ratio = dd_over(dd_select(upper, density, peak), dd_select(upper, one_less, w));
  /* where |z| is huge everything is done with 2^-600 z, and put right by the exponent */
  const dd mills = dd_select(huge, negative(lifted), ratio), signed_t = dd_select(upper, negative(t), dd_select(huge, mills, t));
  const dd position = dd_select(small, negative(lifted), signed_t);
  const double exponent = p.exponent + (upper ? e.shifted : SHIFT) + (huge ? 600.0 : 0.0);
  const dd slope = dd_times(mills, p.inverse), moment = dd_times(slope, position);
  const double dx = p.sign * (infinite ? -z.hi : times_any_power_of_two(slope.hi + slope.lo, exponent));
  const double dscale = times_any_power_of_two(moment.hi + moment.lo, exponent + (huge ? 600.0 : small ? -300.0 : 0.0));
  return (outputs3_f64){dx, -dx, infinite ? -z.hi : dscale};
}
FP_INLINE outputs3_f32 normal_logcdf_grad_f32(float x, normal_f32 p)
{
  const double z = standardized_short(x, p), t = abs_f64(z);
  const int upper = z > 0;
  const double near = at_most(t, 32.0), w = scaled_tail_short(upper ? near : at_most(t, 0x1p60));
  const double e = upper ? exp_short(-0.5 * near * near) : 1.0;
  const double mills = INV_SQRT_2PI * e / (upper ? 1.0 - e * w : w);
  const double slope = (!upper && t > 0x1p60 ? t : mills) * p.inverse;
  return (outputs3_f32){(float)slope, (float)-slope, (float)(p.sign * slope * (upper ? -near : t))};
}

/* phi/scale, -phi/scale, -z phi/scale. All vanish from |z| = 56 on, for any scale. */
FP_INLINE outputs3_f64 normal_cdf_grad_f64(double x, normal_f64 p)
{
  const dd d = scaled_difference(x, p);
  const int small = abs_f64(d.hi) < 0x1p-500;   /* kept out of the subnormals until the last product */
  const dd lifted = dd_times(dd_scale(d, small ? 0x1p300 : 1.0), p.inverse), z = dd_scale(lifted, small ? 0x1p-300 : 1.0);
  const int beyond = abs_f64(z.hi) > 56.0;
  const exp_parts e = exp_dd(minus_half_square_dd((dd){beyond ? 56.0 : z.hi, beyond ? 0.0 : z.lo}));
  const dd density = exp_times(e, p.peak), position = dd_select(beyond, (dd){0.0, 0.0}, lifted);
  const dd moment = dd_times(density, position);
  const double exponent = e.shifted + p.exponent, slope = times_any_power_of_two(density.hi + density.lo, exponent);
  return (outputs3_f64){slope, -slope, -times_any_power_of_two(moment.hi + moment.lo, exponent + (small ? -300.0 : 0.0))};
}
FP_INLINE outputs3_f32 normal_cdf_grad_f32(float x, normal_f32 p)
{
  const double z = standardized_short(x, p), t = at_most(abs_f64(z), 32.0);
  const double slope = exp_short(-0.5 * t * t) * (p.inverse * INV_SQRT_2PI);
  return (outputs3_f32){(float)slope, (float)-slope, (float)(-slope * (z < 0 ? -t : t))};
}

#define FP_STREAMS_f32_normal_pdf ,3
#define FP_STREAMS_f32_normal_logcdf ,3
#define FP_STREAMS_f32_normal_ppf ,3
#define FP_STREAMS_f64_normal_logpdf_grad ,2
#define FP_STREAMS_f64_normal_logcdf_grad ,2
#define FP_EACH_STREAMS_f32_normal_logpdf ,2
#define FP_EACH_STREAMS_f64_normal_logpdf ,2
#define FP_EACH_STREAMS_f64_normal_pdf ,2
#define FP_EACH_STREAMS_f32_normal_cdf ,2
#define FP_EACH_STREAMS_f64_normal_cdf ,2
#define FP_EACH_STREAMS_f32_normal_logcdf ,2
#define FP_EACH_STREAMS_f64_normal_logcdf ,2
#define FP_EACH_STREAMS_f64_normal_ppf ,2
#define FP_EACH_STREAMS_f64_normal_cdf_grad ,2
#define FP_EACH_STREAMS_f64_normal_logcdf_grad ,2

#define FP_FAMILY_normal ,1
#include "core/family.h"
