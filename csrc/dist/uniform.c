/* Uniform distribution on [low, high], both ends inside: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf and gradients, in all of
 * (x, low, high).
 *
 * All is made of three differences, x - low, high - x and high - low, which are exact as double-doubles. Each is taken of numbers
 * times a power of two that keeps it from overflow; where low and high are tiny, their differences and reciprocals are lifted.
 * low = high is a point mass, without a density. The f32 kernels compute in double. Bounds: ops.def. */
#include "math/exp.h"
#include "math/location_scale.h"
#include "math/log.h"

/* Of the two ends near is the one that a function measures from, low, and with mirrored parameters high: x - low becomes high - x. */
typedef struct {
  double low, high;                  /* as given; NaN unless low <= high, both finite */
  double sign;                       /* of what is measured from near: 1, mirrored -1 */
  double near, far;
  double near_factor;                /* of +-(x - near), where its own digits count; the sign in it */
  double scaled_near;                /* near near_factor */
  double width_factor, unscale;
  double signed_factor, near_in_width, far_in_width;   /* the width's factor and the ends times it, the sign in all of them */
  dd width, inverse;                 /* (high - low) width_factor and its reciprocal */
  dd inverse_square;                 /* its square, times 2^2e */
  double down, up, after;            /* 2^-e, e the exponent of width, and the same or 1, whichever is larger, smaller */
  double density;
  double above, below;               /* what is from high on and down from low: 1 beyond far, 0 beyond near */
  double log_above, log_below;
  dd log_width, log_near;            /* log(high - low), and that times the factor of the difference from near */
} uniform_f64;

/* The exponent, -100, 0 or 100, of the factor for a difference of a number from this end. */
FP_INLINE double lift_of(double end, int tiny) { return tiny ? 100.0 : abs_f64(end) < 0x1p900 ? 0.0 : -100.0; }

FP_INLINE dd plus_log_of_power(dd a, double k) { return dd_plus(a, (dd){k * LN2_HI, k * LN2_MID}); }

FP_INLINE uniform_f64 uniform_mirrored_f64(double low, double high, double sign)
{
  const int valid = (low <= high) & (low > -FP_INF_f64) & (high < FP_INF_f64);
  const double bad = valid ? 0.0 : FP_NAN_f64, larger = at_least(abs_f64(low), abs_f64(high));
  const int tiny = larger < 0x1p-900;
  const double near = sign > 0 ? low : high, far = sign > 0 ? high : low;
  const double k_near = lift_of(near, tiny), k = lift_of(larger, tiny);
  const double near_factor = sign * power_of_two(k_near + SHIFT);
  const double factor = power_of_two(k + SHIFT), signed_factor = sign * factor;
  const dd width = two_sum(high * factor, -(low * factor));
  const int some = width.hi > 0;
  const dd usual = dd_select(some, width, (dd){1.0, 0.0});
  const double r = 1.0 / usual.hi, r_low = fma_f64(-r, usual.lo, fma_f64(-r, usual.hi, 1.0)) * r;
  const double none = some ? bad : FP_NAN_f64;
  const uint64_t biased = bits_f64(usual.hi) >> 52;
  const double down = from_bits_f64((2046 - biased) << 52);
  const dd inverse = {r + none, r_low}, mantissa = dd_scale(inverse, from_bits_f64(biased << 52));
  const dd log_width = plus_log_of_power(log_dd(usual), -k);
  return (uniform_f64){
    .low = low + bad,
    .high = high + bad,
    .sign = sign,
    .near = near + bad,
    .far = far + bad,
    .near_factor = near_factor,
    .scaled_near = near * near_factor,
    .width_factor = factor,
    .unscale = power_of_two(-k + SHIFT),
    .signed_factor = signed_factor,
    .near_in_width = near * signed_factor + bad,
    .far_in_width = far * signed_factor + bad,
    .width = width,
    .inverse = inverse,
    .inverse_square = dd_times(mantissa, mantissa),
    .down = down,
    .up = at_least(down, 1.0),
    .after = at_most(down, 1.0),
    .density = (r + r_low) * factor + none,
    .log_width = {log_width.hi + none, log_width.lo},
    .above = sign > 0 ? 1.0 : 0.0,
    .below = sign > 0 ? 0.0 : 1.0,
    .log_above = sign > 0 ? 0.0 : -FP_INF_f64,
    .log_below = sign > 0 ? -FP_INF_f64 : 0.0,
    .log_near = plus_log_of_power(log_width, k_near),
  };
}
FP_INLINE uniform_f64 uniform_prepare_f64(double low, double high) { return uniform_mirrored_f64(low, high, 1.0); }

typedef struct { double low, high, sign, near, far, width, inverse, log_width, above, below, log_above, log_below; } uniform_f32;

FP_INLINE uniform_f32 uniform_mirrored_f32(float low, float high, double sign)
{
  const int valid = (low <= high) & (low > -FP_INF_f32) & (high < FP_INF_f32);
  const double bad = valid ? 0.0 : FP_NAN_f64;
  const dd width = two_sum(high, -(double)low);
  const int some = width.hi > 0;
  const double none = some ? bad : FP_NAN_f64;
  const dd log_width = log_dd(dd_select(some, width, (dd){1.0, 0.0}));
  return (uniform_f32){
    .low = low + bad,
    .high = high + bad,
    .sign = sign,
    .near = (sign > 0 ? low : high) + bad,
    .far = (sign > 0 ? high : low) + bad,
    .width = width.hi + bad,
    .inverse = 1.0 / (some ? width.hi : 1.0) + none,
    .log_width = log_width.hi + none,
    .above = sign > 0 ? 1.0 : 0.0,
    .below = sign > 0 ? 0.0 : 1.0,
    .log_above = sign > 0 ? 0.0 : -FP_INF_f64,
    .log_below = sign > 0 ? -FP_INF_f64 : 0.0,
  };
}
FP_INLINE uniform_f32 uniform_prepare_f32(float low, float high) { return uniform_mirrored_f32(low, high, 1.0); }

/* x - low, mirrored high - x, scaled */
FP_INLINE dd beyond_near(double x, uniform_f64 p) { return two_sum(x * p.near_factor, -p.scaled_near); }
/* The same and high - x, mirrored x - low, with the factor of the width, for where what that loses below the subnormals is nothing
 * beside it */
FP_INLINE dd from_near(double x, uniform_f64 p) { return two_sum(x * p.signed_factor, -p.near_in_width); }
FP_INLINE dd to_far(double x, uniform_f64 p) { return two_sum(p.far_in_width, -(x * p.signed_factor)); }
FP_INLINE double from_near_short(double x, uniform_f32 p) { return fma_f64(p.sign, x, -p.sign * p.near); }
FP_INLINE double to_far_short(double x, uniform_f32 p) { return fma_f64(-p.sign, x, p.sign * p.far); }

/* 1/(high - low) */
FP_INLINE double uniform_pdf_f64(double x, uniform_f64 p)
{
  const double outside = p.density == p.density ? 0.0 : p.density;
  const int inside = (x >= p.low) & (x <= p.high);
  return inside ? p.density : x == x ? outside : x;
}
FP_INLINE float uniform_pdf_f32(float x, uniform_f32 p)
{
  const float density = (float)p.inverse, outside = density == density ? 0.0f : density;
  const int inside = (x >= p.low) & (x <= p.high);
  return inside ? density : x == x ? outside : x;
}

FP_INLINE double uniform_logpdf_f64(double x, uniform_f64 p)
{
  const double value = -(p.log_width.hi + p.log_width.lo), outside = value == value ? -FP_INF_f64 : value;
  const int inside = (x >= p.low) & (x <= p.high);
  return inside ? value : x == x ? outside : x;
}
FP_INLINE float uniform_logpdf_f32(float x, uniform_f32 p)
{
  const float value = (float)-p.log_width, outside = value == value ? -FP_INF_f32 : value;
  const int inside = (x >= p.low) & (x <= p.high);
  return inside ? value : x == x ? outside : x;
}

/* (x - low)/(high - low), mirrored (high - x)/(high - low) */
#define FP_MIRRORED_uniform_cdf ,1
#define FP_MIRRORED_uniform_sf ,2
#define FP_MIRROR_OF_uniform_sf uniform_cdf
FP_INLINE double uniform_cdf_f64(double x, uniform_f64 p)
{
  const dd t = dd_times(from_near(x, p), p.inverse);
  return x >= p.high ? p.above : x <= p.low ? p.below : t.hi + t.lo;
}
FP_INLINE float uniform_cdf_f32(float x, uniform_f32 p)
{
  return (float)(x >= p.high ? p.above : x <= p.low ? p.below : from_near_short(x, p) * p.inverse);
}

/* log(near/width): where near is the smaller part, from near itself, since the quotient may underflow; else from the rest. */
FP_INLINE double log_share(dd near, dd log_scale, dd rest)
{
  const int small = rest.hi > 0.5;
  const double k = near.hi < 0x1p-900 ? 100.0 : near.hi > 0x1p900 ? -100.0 : 0.0;
  const dd one_less = two_sum(1.0, -rest.hi);
  const dd scaled = dd_scale(near, power_of_two(k + SHIFT));
  const dd logarithm = log_dd(dd_select(small, scaled, (dd){one_less.hi, one_less.lo - rest.lo}));
  const dd value = dd_plus(plus_log_of_power(logarithm, -k), dd_minus(log_scale));
  return small ? value.hi + value.lo : logarithm.hi + logarithm.lo;
}
FP_INLINE double log_share_short(double near, double rest)
{
  return rest > 0.5 ? log_short(near) : log1p_short(-rest);
}

#define FP_MIRRORED_uniform_logcdf ,1
#define FP_MIRRORED_uniform_logsf ,2
#define FP_MIRROR_OF_uniform_logsf uniform_logcdf
FP_INLINE double uniform_logcdf_f64(double x, uniform_f64 p)
{
  const int inside = (x > p.low) & (x < p.high);
  const double at = inside ? x : p.far;
  const double value = log_share(beyond_near(at, p), p.log_near, dd_times(to_far(at, p), p.inverse));
  const double edge = x >= p.high ? p.log_above : x <= p.low ? p.log_below : FP_NAN_f64;
  return inside ? value : edge;
}
FP_INLINE float uniform_logcdf_f32(float x, uniform_f32 p)
{
  const int inside = (x > p.low) & (x < p.high);
  const double at = inside ? (double)x : p.far;
  const double edge = x >= p.high ? p.log_above : x <= p.low ? p.log_below : FP_NAN_f64;
  return (float)(inside ? log_share_short(from_near_short(at, p) * p.inverse, to_far_short(at, p) * p.inverse) : edge);
}

/* low + q (high - low), mirrored high - q (high - low) */
#define FP_MIRRORED_uniform_ppf ,1
#define FP_MIRRORED_uniform_isf ,2
#define FP_MIRROR_OF_uniform_isf uniform_ppf
FP_INLINE double uniform_ppf_f64(double q, uniform_f64 p)
{
  const int probability = (q >= 0) & (q <= 1);
  const double share = probability ? p.sign * q : FP_NAN_f64;
  const dd product = two_product(share, p.width.hi), sum = two_sum(product.hi, p.sign * p.near_in_width);
  const double inner = (sum.hi + (sum.lo + fma_f64(share, p.width.lo, product.lo))) * p.unscale;
  return q == 0 ? p.near : inner;
}
FP_INLINE float uniform_ppf_f32(float q, uniform_f32 p)
{
  const int probability = (q >= 0) & (q <= 1);
  return (float)fma_f64(probability ? (double)q : FP_NAN_f64, p.sign * p.width, p.near);
}

/* low + e^logq (high - low), mirrored high - e^logq (high - low). Where the numbers are scaled down for the width's sake and the
 * product is small beside it, they are taken as they are: nothing overflows then, and the product may be all there is of the result. */
#define FP_MIRRORED_uniform_ilogcdf ,1
#define FP_MIRRORED_uniform_ilogsf ,2
#define FP_MIRROR_OF_uniform_ilogsf uniform_ilogcdf
FP_INLINE double uniform_ilogcdf_f64(double logq, uniform_f64 p)
{
  const exp_parts e = exp_dd((dd){at_least(logq, -1600.0), 0.0});
  const int deep = (p.width_factor < 1) & (e.shifted < SHIFT - 200.0);
  const dd product = dd_times(exp_mantissa(e), dd_scale(p.width, p.sign));
  const double exponent = e.shifted + (deep ? 100.0 : 0.0);
  const double hi = times_any_power_of_two(product.hi, exponent), lo = times_any_power_of_two(product.lo, exponent);
  const dd sum = two_sum(hi, deep ? p.near : p.sign * p.near_in_width);
  const double inner = (sum.hi + (sum.lo + lo)) * (deep ? 1.0 : p.unscale);
  return logq == -FP_INF_f64 ? p.near : logq <= 0 ? inner : FP_NAN_f64;
}
FP_INLINE float uniform_ilogcdf_f32(float logq, uniform_f32 p)
{
  return (float)(logq <= 0 ? fma_f64(exp_short(at_least(logq, -300.0)), p.sign * p.width, p.near) : FP_NAN_f64);
}

/* The part of an interval that is inside, with a factor of its own, 2^k, in case it is small where the width is large; and the rest,
 * with the factor of the width. kind: 1 for an interval with a mass, 0 for one without, NaN for no answer. */
typedef struct { dd length, rest; double k, kind; } uniform_interval;

FP_INLINE double kind_of_part(double a, double b, double low, double start, double end)
{
  const int known = (a <= b) & (low == low);
  return known ? (start < end ? 1.0 : 0.0) : FP_NAN_f64;
}
FP_INLINE double at_no_part(double kind, double value, double empty) { return kind > 0 ? value : kind == 0 ? empty : FP_NAN_f64; }

/* The mass of an interval about a point mass */
FP_INLINE double mass_of_point(double a, double b, double low, double high)
{
  const int all = (low == high) & (a < low) & (b >= low);
  return all ? 1.0 : 0.0;
}

FP_INLINE uniform_interval uniform_interval_of(double a, double b, uniform_f64 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high;
  const double larger = at_least(abs_f64(start), abs_f64(end)), k = lift_of(larger, larger < 0x1p-900);
  const double factor = power_of_two(k + SHIFT);
  return (uniform_interval){two_sum(end * factor, -start * factor), dd_plus(from_near(start, p), to_far(end, p)), k,
                            kind_of_part(a, b, p.low, start, end)};
}

/* Of low to high, what lies between a and b */
FP_INLINE double uniform_interval_mass_f64(double a, double b, uniform_f64 p)
{
  const uniform_interval i = uniform_interval_of(a, b, p);
  const dd t = dd_scale(dd_times(i.length, p.inverse), p.width_factor * power_of_two(SHIFT - i.k));
  return at_no_part(i.kind, t.hi + t.lo, mass_of_point(a, b, p.low, p.high));
}
FP_INLINE float uniform_interval_mass_f32(float a, float b, uniform_f32 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high;
  return (float)at_no_part(kind_of_part(a, b, p.low, start, end), (end - start) * p.inverse, mass_of_point(a, b, p.low, p.high));
}

/* Its logarithm */
FP_INLINE double uniform_log_interval_mass_f64(double a, double b, uniform_f64 p)
{
  const uniform_interval i = uniform_interval_of(a, b, p);
  const double value = log_share(i.length, plus_log_of_power(p.log_width, i.k), dd_times(i.rest, p.inverse));
  return at_no_part(i.kind, value, mass_of_point(a, b, p.low, p.high) > 0 ? 0.0 : -FP_INF_f64);
}
FP_INLINE float uniform_log_interval_mass_f32(float a, float b, uniform_f32 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high;
  const double value = log_share_short((end - start) * p.inverse, ((start - p.low) + (p.high - end)) * p.inverse);
  return (float)at_no_part(kind_of_part(a, b, p.low, start, end), value, mass_of_point(a, b, p.low, p.high) > 0 ? 0.0 : -FP_INF_f64);
}

/* 0, 1/(high - low), -1/(high - low); NaN outside */
FP_INLINE outputs3_f64 uniform_logpdf_grad_f64(double x, uniform_f64 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const double slope = inside ? p.density : FP_NAN_f64;
  return (outputs3_f64){slope == slope ? 0.0 : slope, slope, -slope};
}
FP_INLINE outputs3_f32 uniform_logpdf_grad_f32(float x, uniform_f32 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const float slope = inside ? (float)p.inverse : FP_NAN_f32;
  return (outputs3_f32){slope == slope ? 0.0f : slope, slope, -slope};
}

/* (difference/w) b, kept out of the subnormals until the last products; without b's low part where it is infinite */
FP_INLINE double share_times(dd difference, dd b, double b_factor, uniform_f64 p)
{
  const int small = difference.hi * p.inverse.hi < 0x1p-800;
  const dd t = dd_times(dd_times(dd_scale(difference, small ? 0x1p600 : 1.0), p.inverse), b);
  return (is_finite(t.hi) ? t.hi + t.lo : t.hi) * b_factor * (small ? 0x1p-600 : 1.0);
}

/* difference/w^2, which is rounded to a subnormal number once if w < 1, and otherwise twice, the first time far below */
FP_INLINE double over_square(dd difference, uniform_f64 p)
{
  const dd t = dd_times(dd_scale(dd_scale(difference, p.down), p.up), p.inverse_square);
  return (t.hi + t.lo) * p.after * p.width_factor;
}

/* 1/w, -(1 - t)/w, -t/w inside; 0 outside */
FP_INLINE outputs3_f64 uniform_cdf_grad_f64(double x, uniform_f64 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const double at = inside ? x : p.high;
  const double outside = ((x == x) & (p.density == p.density)) ? 0.0 : FP_NAN_f64;
  return (outputs3_f64){inside ? p.density : outside,
                        inside ? -over_square(to_far(at, p), p) : outside, inside ? -over_square(from_near(at, p), p) : outside};
}
FP_INLINE outputs3_f32 uniform_cdf_grad_f32(float x, uniform_f32 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const double outside = ((x == x) & (p.inverse == p.inverse)) ? 0.0 : FP_NAN_f64, square = p.inverse * p.inverse;
  return (outputs3_f32){(float)(inside ? p.inverse : outside), (float)(inside ? -(p.high - x) * square : outside),
                        (float)(inside ? -(x - p.low) * square : outside)};
}

/* 1/near; inf, not -inf, at 0 */
FP_INLINE dd reciprocal(dd near)
{
  const double r = 1.0 / (near.hi + 0.0), r_low = fma_f64(-r, near.lo, fma_f64(-r, near.hi, 1.0)) * r;
  return (dd){r, is_finite(r) ? r_low : 0.0};
}

/* With u = x - low, w = high - low: 1/u, -(high - x)/(u w), -1/w; all 0 above, NaN below. Mirrored, with u = high - x: -1/u, 1/w,
 * (x - low)/(u w); all 0 below, NaN above. */
#define FP_MIRRORED_uniform_logcdf_grad ,1
#define FP_MIRRORED_uniform_logsf_grad ,2
#define FP_MIRROR_OF_uniform_logsf_grad uniform_logcdf_grad
FP_INLINE outputs3_f64 uniform_logcdf_grad_f64(double x, uniform_f64 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const double at = inside ? x : p.far;
  const double outside = ((p.sign * x > p.sign * p.far) & (p.density == p.density)) ? 0.0 : FP_NAN_f64;
  const dd r = reciprocal(beyond_near(at, p));
  const double factor = p.sign * p.near_factor, steep = p.sign * (r.hi + r.lo) * factor + 0.0 * p.inverse.hi;
  const double near = -p.sign * share_times(to_far(at, p), r, factor, p), far = -p.sign * p.density;
  return (outputs3_f64){inside ? steep : outside, inside ? (p.sign > 0 ? near : far) : outside,
                        inside ? (p.sign > 0 ? far : near) : outside};
}
FP_INLINE outputs3_f32 uniform_logcdf_grad_f32(float x, uniform_f32 p)
{
  const int inside = (x >= p.low) & (x <= p.high);
  const double u = (inside ? from_near_short(x, p) : 1.0) + 0.0, steep = 1.0 / u, left = to_far_short(x, p);
  const double outside = ((left < 0) & (p.inverse == p.inverse)) ? 0.0 : FP_NAN_f64;
  const float near = (float)(inside ? -p.sign * (left * p.inverse * steep) : outside);
  const float far = (float)(inside ? -p.sign * p.inverse : outside), sign = (float)p.sign;
  return (outputs3_f32){(float)(inside ? p.sign * steep + 0.0 * p.inverse : outside), sign > 0 ? near : far, sign > 0 ? far : near};
}

/* Derivatives by a, b, low and high of the mass of an interval, or of its logarithm: slope is that by an end of the part inside. Where
 * a is inside, the ends of the distribution with it, low moves the width alone, else the part too; so do b and high. */
FP_INLINE outputs4_f64 interval_derivatives(double a, double b, double low, double high, double slope, double width_alone, double both,
                                            int defined)
{
  const int a_inside = (a >= low) & (a <= high), b_inside = (b >= low) & (b <= high), some = (a <= high) & (b >= low);
  const double known = defined ? 0.0 : FP_NAN_f64;
  const double dlow = a_inside ? width_alone : -both, dhigh = b_inside ? -width_alone : both;
  return (outputs4_f64){a_inside ? known - slope : known, b_inside ? known + slope : known, known + (some ? dlow : 0.0),
                        known + (some ? dhigh : 0.0)};
}
FP_INLINE outputs4_f32 interval_derivatives_short(double a, double b, uniform_f32 p, double slope, double width_alone, double both,
                                                  int defined)
{
  const outputs4_f64 r = interval_derivatives(a, b, p.low, p.high, slope, width_alone, both, defined);
  return (outputs4_f32){(float)r.a, (float)r.b, (float)r.c, (float)r.d};
}

/* With w = high - low, part and rest of it: 1/w, part/w^2, rest/w^2 */
FP_INLINE outputs4_f64 uniform_interval_mass_grad_f64(double a, double b, uniform_f64 p)
{
  const uniform_interval i = uniform_interval_of(a, b, p);
  const double width_alone = over_square(dd_scale(i.length, p.width_factor * power_of_two(SHIFT - i.k)), p);
  return interval_derivatives(a, b, p.low, p.high, p.density, width_alone, over_square(i.rest, p), (a <= b) & (p.density == p.density));
}
FP_INLINE outputs4_f32 uniform_interval_mass_grad_f32(float a, float b, uniform_f32 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high, square = p.inverse * p.inverse;
  const double both = ((start - p.low) + (p.high - end)) * square;
  return interval_derivatives_short(a, b, p, p.inverse, (end - start) * square, both, (a <= b) & (p.inverse == p.inverse));
}

/* 1/part, 1/w, rest/(w part); NaN without a part */
FP_INLINE outputs4_f64 uniform_log_interval_mass_grad_f64(double a, double b, uniform_f64 p)
{
  const uniform_interval i = uniform_interval_of(a, b, p);
  const double factor = power_of_two(SHIFT + i.k);
  const dd r = reciprocal(i.length);
  const double slope = (r.hi + r.lo) * factor, both = share_times(i.rest, r, factor, p);
  return interval_derivatives(a, b, p.low, p.high, slope, p.density, both, i.kind > 0);
}
FP_INLINE outputs4_f32 uniform_log_interval_mass_grad_f32(float a, float b, uniform_f32 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high, slope = 1.0 / (end - start);
  const double both = ((start - p.low) + (p.high - end)) * p.inverse * slope;
  return interval_derivatives_short(a, b, p, slope, p.inverse, both, kind_of_part(a, b, p.low, start, end) > 0);
}

#define FP_FAMILY_uniform ,1
#include "core/family.h"
