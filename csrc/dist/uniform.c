/* Uniform distribution on [low, high], both ends inside: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf and gradients, in all of
 * (x, low, high).
 *
 * All is made of three differences, x - low, high - x and high - low, of numbers times the power of two, unit, that takes the width
 * to between 4 and 8: nothing overflows, and what falls below the subnormals is nothing beside the width. A share of the width, which
 * is what cdf and sf are, has a unit of its own, with which that of usual widths may be 1. Where a difference is what
 * counts, not its share of the width, it is taken with a factor of its own. A result may have the errors of three roundings; where
 * there would be more of them, or where it cancels, differences and the width's reciprocal are double-doubles.
 *
 * low = high is a point mass, without a density. The f32 kernels compute logarithms of shares, quantiles and what has a reciprocal of
 * x - low in double, all else in float. Bounds: ops.def. */
#include "math/exp.h"
#include "math/location_scale.h"
#include "math/log.h"
#include "math/log_by_reciprocal.h"

/* What (x - low)/(high - low) is made of. Mirrored, (high - x)/(high - low), it is the same of all numbers with their signs turned. */
#define SHARE(T) \
typedef struct { \
  FP_UINT_##T turn;                                /* bits of a sign to turn, or none */ \
  FP_REAL_##T unit, minus_near;                    /* the end where the share is 0, times -unit */ \
  FP_REAL_##T far, one;                            /* from this end on it is one: 1, or NaN */ \
  FP_REAL_##T inverse, inverse_low;                /* of the width times unit */ \
} uniform_share_##T; \
FP_INLINE FP_REAL_##T turned_##T(FP_REAL_##T x, FP_UINT_##T turn) { return from_bits_##T(bits_##T(x) ^ turn); } \
FP_INLINE uniform_share_##T share_by_##T(FP_UINT_##T turn, FP_REAL_##T unit, FP_REAL_##T low, FP_REAL_##T far, FP_REAL_##T high) \
{ \
  const FP_REAL_##T width = high + low, t = width - high, width_low = (high - (width - t)) + (low - t); \
  const FP_REAL_##T r = 1 / width, error = fma_##T(-r, width_low, fma_##T(-r, width, 1)); \
  return (uniform_share_##T){turn, unit, low, far, 1, r, error * r}; \
} \
FP_INLINE FP_REAL_##T share_##T(FP_REAL_##T y, FP_REAL_##T difference, uniform_share_##T p) \
{ \
  const FP_REAL_##T part = AT_LEAST_##T(difference, 0); \
  const FP_REAL_##T share = fma_##T(part, p.inverse, fma_##T(part, p.inverse_low, 0));   /* of -0 too 0 */ \
  return y >= p.far ? p.one : share; \
} \
/* Below USUAL_MOST the unit is at least 1: the same bits as with 1, where the width is not below USUAL_LEAST. */ \
FP_INLINE uniform_share_##T share_of_any_##T(FP_REAL_##T low, FP_REAL_##T high, FP_REAL_##T sign, FP_REAL_##T quarter, \
                                             FP_REAL_##T bad) \
{ \
  const FP_UINT_##T turn = bits_##T(sign) ^ bits_##T(1); \
  const int point = low == high; \
  const FP_REAL_##T some = quarter < USUAL_MOST_##T / 4 ? AT_MOST_##T(quarter, 1) : quarter; \
  const FP_REAL_##T of_unit = point ? (FP_REAL_##T)1 : some; \
  const FP_REAL_##T unit = from_bits_##T(2 * bits_##T(1) - (bits_##T(of_unit) & bits_##T(FP_INF_##T))); \
  const FP_REAL_##T near = turned_##T(sign > 0 ? low : high, turn), far = turned_##T(sign > 0 ? high : low, turn) + 0; \
  uniform_share_##T p = share_by_##T(turn, unit, fma_##T(-near, unit, 0), far, fma_##T(far, unit, 0)); \
  p.minus_near += bad; \
  p.one += bad; \
  if (point) p.inverse = p.inverse_low = 0; \
  /* what is at a point mass is not above it: one begins with the next number */ \
  const FP_REAL_##T next = from_bits_##T(bits_##T(far) + (far < 0 ? (FP_UINT_##T)-1 : 1)); \
  if (point & (sign < 0)) p.far = next; \
  return p; \
}
/* Whether that unit may be 1 */
#define IS_USUAL(T) \
FP_INLINE_SOMEWHERE FP_UINT_##T has_usual_width_##T(FP_REAL_##T x, FP_REAL_##T low, FP_REAL_##T high) \
{ \
  const FP_REAL_##T width = high - low; \
  (void)x; \
  return (width >= USUAL_LEAST_##T) & (width < USUAL_MOST_##T); \
}
#define AT_LEAST_f64 at_least
#define AT_LEAST_f32 at_least_f32
#define AT_MOST_f64 at_most
#define AT_MOST_f32 at_most_f32
#define USUAL_LEAST_f64 0x1p-500
#define USUAL_MOST_f64 0x1p255
#define USUAL_LEAST_f32 0x1p-60f
#define USUAL_MOST_f32 0x1p62f
SHARE(f64)
SHARE(f32)
IS_USUAL(f64)
IS_USUAL(f32)

/* Of the two ends near is the one that a function measures from, low, and with mirrored parameters high: x - low becomes high - x. */
typedef struct {
  double from, to;                   /* low and high as given */
  double low, high;                  /* the same; NaN unless low <= high, both finite */
  double sign;                       /* of what is measured from near: 1, mirrored -1 */
  double near, far;
  double unit, exponent;             /* for a width below 2^-1020 2^1023; and its logarithm by 2 */
  double signed_unit, minus_unit_near, unit_far;   /* unit and the ends times it, the sign in all of them */
  dd width, inverse;                 /* (high - low) unit and its reciprocal */
  double inverse_square;             /* lifted where unit is above 1, so that no part's product with it is subnormal */
  double minus_unsquare;             /* -unit, less that lift */
  double density, log_density, nothing, outside;   /* the last two 0 and -inf; NaN without a density */
  double near_factor, scaled_near;   /* for +-(x - near) by itself, the sign in both */
  double scale, unscale, scale_near; /* for quantiles: what keeps the width from overflow or lifts it, its reciprocal, near times it */
  dd step;                           /* the width times scale, signed */
  double log_above, log_below;       /* what is from high on and down from low: 0 beyond far, -inf beyond near */
  uniform_share_f64 share;
} uniform_f64;

/* The exponent, -100, 0 or 100, of the factor for a difference of a number from this end. */
FP_INLINE double lift_of(double end, int tiny) { return tiny ? 100.0 : abs_f64(end) < 0x1p900 ? 0.0 : -100.0; }

/* log(y) + k log(2) for normal y.hi > 0 below 2^1000, to 2^-57 absolute, or relative where it is small. */
FP_INLINE double log_scaled(dd y, double k)
{
  const log_split l = split_log(y.hi);
  const double n = l.k + k, low = y.lo * from_bits_f64(l.minus_k_bits);
  const double slope = fma_f64(fma_f64(2.0, l.s, -2.0), l.s, 1.0);   /* 1/(1 + f) nearly */
  const dd head = fast_two_sum(n * LN2_HI, l.f);
  return head.hi + (head.lo + fma_f64(n, LN2_MID, fma_f64(low, slope, -minus_log1pmx(l))));
}

/* The exponent of a quarter of the width, which does not overflow, gives the unit: 2^-e for 2^e <= width/4. Where the width is 0 the
 * unit is of no use, nor is what is made of it: nothing lies between the ends. */
FP_INLINE uniform_f64 uniform_mirrored_f64(double low, double high, double sign)
{
  const double quarter = fma_f64(0.25, high, -0.25 * low);
  const double bad = (low <= high ? 0.0 : FP_NAN_f64) + (quarter - quarter);   /* 0, or NaN; of an infinite end too */
  const double near = sign > 0 ? low : high, far = sign > 0 ? high : low;
  const uint64_t exponent = bits_f64(quarter) & 0x7ff0000000000000;
  const uint64_t top = sign > 0 ? 0x7fe0000000000000 : 0xffe0000000000000;   /* an end that is infinite has an infinite unit */
  const double unit = from_bits_f64(0x7fe0000000000000 - exponent), signed_unit = from_bits_f64(top - exponent);
  const double unit_high = high * unit, minus_unit_low = fma_f64(-low, unit, 0.0);
  const dd width = two_sum(unit_high, minus_unit_low);
  const double none = width.hi > 0 ? 0.0 : FP_NAN_f64;
  const double r = 1.0 / width.hi, error = fma_f64(-r, width.lo, fma_f64(-r, width.hi, 1.0));
  const double square = r * r;
  const double shifted = from_bits_f64((exponent >> 52) | 0x4330000000000000);
  const double k = 0x1p52 + 1023.0 - shifted;

  const double larger = at_least(abs_f64(low), abs_f64(high));
  const int tiny = larger < 0x1p-900;
  const double near_factor = sign * power_of_two(lift_of(near, tiny) + SHIFT);
  const double lift = lift_of(larger, tiny), scale = power_of_two(lift + SHIFT);
  return (uniform_f64){
    .from = low,
    .to = high,
    .low = low + bad,
    .high = high + bad,
    .sign = sign,
    .near = near + bad,
    .far = far + bad,
    .unit = unit,
    .exponent = k,
    .signed_unit = signed_unit,
    .minus_unit_near = sign > 0 ? minus_unit_low : unit_high,
    .unit_far = sign > 0 ? unit_high : minus_unit_low,
    .width = width,
    .inverse = {r, error * r},
    .inverse_square = (square + fma_f64(square, error + error, fma_f64(r, r, -square))) * (unit > 1.0 ? 0x1p200 : 1.0),
    .minus_unsquare = unit > 1.0 ? unit * -0x1p-200 : -unit,
    .density = r * unit + none,
    .nothing = none + bad,
    .outside = none + bad - FP_INF_f64,
    .log_density = none + bad + minus_log_of_sum_f64(width.hi, width.lo, -k),
    .near_factor = near_factor,
    .scaled_near = near * near_factor,
    .scale = scale,
    .unscale = power_of_two(-lift + SHIFT),
    .scale_near = near * scale + bad,
    .step = dd_scale(two_sum(high * scale, -(low * scale)), sign),
    .log_above = sign > 0 ? 0.0 : -FP_INF_f64,
    .log_below = sign > 0 ? -FP_INF_f64 : 0.0,
    .share = share_of_any_f64(low, high, sign, quarter, bad),
  };
}
FP_INLINE uniform_f64 uniform_prepare_f64(double low, double high) { return uniform_mirrored_f64(low, high, 1.0); }

typedef struct {
  float from, to, low, high;         /* as above */
  float unit, signed_unit, minus_unit_near, unit_far;
  float width, inverse, inverse_low, inverse_square, minus_unsquare;
  float density, log_density, nothing, outside, log_above, log_below;
  uniform_share_f32 share;
  double sign, near, far, inverse_long;
  dd step;                           /* high - low, signed */
} uniform_f32;

FP_INLINE uniform_f32 uniform_mirrored_f32(float low, float high, double sign)
{
  const float quarter = fma_f32(0.25f, high, -0.25f * low);
  const float bad = (low <= high ? 0.0f : FP_NAN_f32) + (quarter - quarter);
  const float near = sign > 0 ? low : high, far = sign > 0 ? high : low;
  const float unit = from_bits_f32(0x7f000000 - (bits_f32(quarter) & 0x7f800000)), signed_unit = (float)sign * unit;
  const float unit_high = high * unit, minus_unit_low = fma_f32(-low, unit, 0.0f);
  const float width = unit_high + minus_unit_low, t = width - unit_high, width_low = (unit_high - (width - t)) + (minus_unit_low - t);
  const float r = 1.0f / width, error = fma_f32(-r, width_low, fma_f32(-r, width, 1.0f));
  const float square = r * r;
  const float none = width > 0 ? 0.0f : FP_NAN_f32;
  const float exponent = from_bits_f32((bits_f32(unit) >> 23) | 0x4b000000) - (0x1p23f + 127.0f);
  const dd width_long = two_sum(high, -(double)low);
  return (uniform_f32){
    .from = low,
    .to = high,
    .low = low + bad,
    .high = high + bad,
    .unit = unit,
    .signed_unit = signed_unit,
    .minus_unit_near = sign > 0 ? minus_unit_low : unit_high,
    .unit_far = sign > 0 ? unit_high : minus_unit_low,
    .width = width,
    .inverse = r,
    .inverse_low = error * r,
    .inverse_square = (square + fma_f32(square, error + error, fma_f32(r, r, -square))) * (unit > 1.0f ? 0x1p60f : 1.0f),
    .minus_unsquare = unit > 1.0f ? unit * -0x1p-60f : -unit,
    .density = r * unit + none,
    .nothing = none + bad,
    .outside = none + bad - FP_INF_f32,
    .log_density = minus_log_of_sum_f32(width, width_low, -exponent) + (none + bad),
    .log_above = sign > 0 ? 0.0f : -FP_INF_f32,
    .log_below = sign > 0 ? -FP_INF_f32 : 0.0f,
    .share = share_of_any_f32(low, high, (float)sign, quarter, bad),
    .sign = sign,
    .near = near + bad,
    .far = far + bad,
    .step = dd_scale(width_long, sign),
    .inverse_long = 1.0 / width_long.hi,
  };
}
FP_INLINE uniform_f32 uniform_prepare_f32(float low, float high) { return uniform_mirrored_f32(low, high, 1.0); }

/* x - low, mirrored high - x, with its own factor */
FP_INLINE dd beyond_near(double x, uniform_f64 p) { return two_sum(x * p.near_factor, -p.scaled_near); }
/* The same and high - x, mirrored x - low, times unit; rounded once, or exact but for what falls below the subnormals */
FP_INLINE double from_near_f64(double x, uniform_f64 p) { return fma_f64(x, p.signed_unit, p.minus_unit_near); }
FP_INLINE double to_far_f64(double x, uniform_f64 p) { return fma_f64(-x, p.signed_unit, p.unit_far); }
FP_INLINE dd exactly_to_far(double x, uniform_f64 p) { return two_sum(p.unit_far, -(x * p.signed_unit)); }
FP_INLINE float from_near_f32(float x, uniform_f32 p) { return fma_f32(x, p.signed_unit, p.minus_unit_near); }
FP_INLINE float to_far_f32(float x, uniform_f32 p) { return fma_f32(-x, p.signed_unit, p.unit_far); }
/* As they are, in double */
FP_INLINE double from_near_short(double x, uniform_f32 p) { return fma_f64(p.sign, x, -p.sign * p.near); }
FP_INLINE double to_far_short(double x, uniform_f32 p) { return fma_f64(-p.sign, x, p.sign * p.far); }

/* part/width, never above 1 */
FP_INLINE double share_of(double part, uniform_f64 p) { return fma_f64(part, p.inverse.hi, part * p.inverse.lo); }
FP_INLINE float share_of_f32(float part, uniform_f32 p) { return fma_f32(part, p.inverse, part * p.inverse_low); }

/* 1/(high - low) */
FP_INLINE double uniform_pdf_f64(double x, uniform_f64 p)
{
  const double outside = ((x == x) & (p.density == p.density)) ? 0.0 : FP_NAN_f64;
  return ((x >= p.from) & (x <= p.to)) ? p.density : outside;
}
FP_INLINE float uniform_pdf_f32(float x, uniform_f32 p)
{
  const float outside = ((x == x) & (p.density == p.density)) ? 0.0f : FP_NAN_f32;
  return ((x >= p.from) & (x <= p.to)) ? p.density : outside;
}

#define UNIFORM_LOGPDF(T) \
FP_INLINE FP_REAL_##T uniform_logpdf_##T(FP_REAL_##T x, uniform_##T p) \
{ \
  return ((x >= p.from) & (x <= p.to)) ? p.log_density : p.outside - abs_##T(x); \
} \
FP_INLINE_SOMEWHERE uniform_##T uniform_logpdf_prepare_usual_##T(FP_REAL_##T low, FP_REAL_##T high) \
{ \
  const FP_REAL_##T width = high - low, t = width - high, rest = (high - (width - t)) - (low + t); \
  return (uniform_##T){.from = low, .to = high, .log_density = minus_log_of_sum_##T(width, rest, 0), .outside = -FP_INF_##T}; \
}
#define FP_USUAL_f64_uniform_logpdf ,1
#define FP_USUAL_f32_uniform_logpdf ,1
#define uniform_logpdf_is_usual_f64 has_usual_width_f64
#define uniform_logpdf_is_usual_f32 has_usual_width_f32
UNIFORM_LOGPDF(f64)
UNIFORM_LOGPDF(f32)

/* (x - low)/(high - low), mirrored (high - x)/(high - low) */
#define FP_MIRRORED_uniform_cdf ,1
#define FP_MIRRORED_uniform_sf ,2
#define FP_MIRROR_OF_uniform_sf uniform_cdf
#define UNIFORM_CDF(T) \
FP_INLINE FP_REAL_##T uniform_cdf_##T(FP_REAL_##T x, uniform_##T p) \
{ \
  const FP_REAL_##T y = turned_##T(x, p.share.turn); \
  return share_##T(y, fma_##T(y, p.share.unit, p.share.minus_near), p.share); \
} \
/* With a unit of 1 */ \
FP_INLINE_SOMEWHERE uniform_share_##T uniform_cdf_prepare_usual_##T(FP_REAL_##T near, FP_REAL_##T far, double sign) \
{ \
  const FP_UINT_##T turn = bits_##T((FP_REAL_##T)sign) ^ bits_##T(1); \
  return share_by_##T(turn, 1, 0 - turned_##T(near, turn), turned_##T(far, turn), turned_##T(far, turn)); \
} \
FP_INLINE_SOMEWHERE FP_REAL_##T uniform_cdf_usual_##T(FP_REAL_##T x, uniform_share_##T p) \
{ \
  const FP_REAL_##T y = turned_##T(x, p.turn); \
  return share_##T(y, y + p.minus_near, p); \
}
#define FP_USUAL_f64_uniform_cdf ,1
#define FP_USUAL_f32_uniform_cdf ,1
#define uniform_cdf_is_usual_f64 has_usual_width_f64
#define uniform_cdf_is_usual_f32 has_usual_width_f32
UNIFORM_CDF(f64)
UNIFORM_CDF(f32)

/* log(part/width) by the part where it is at most half of the width, there over 2^k, and by what is left of the width where it
 * is more */
FP_INLINE double log_share(int small, dd part_or_left, double k, uniform_f64 p)
{
  const dd q = dd_times(part_or_left, p.inverse);
  const double one_less = 1.0 - q.hi, low = ((1.0 - one_less) - q.hi) - q.lo;
  return log_scaled(dd_select(small, q, (dd){one_less, low}), k);
}
FP_INLINE double log_share_short(int small, double part_or_left, uniform_f32 p)
{
  const double q = part_or_left * p.inverse_long, one_less = 1.0 - q;
  return log_of_sum_short(small ? q : one_less, small ? 0.0 : (1.0 - one_less) - q);
}
/* A part that the width's factor takes far down is taken with a factor of 2^100 instead. */
FP_INLINE int far_down(double part) { return part < 0x1p-900; }

#define FP_MIRRORED_uniform_logcdf ,1
#define FP_MIRRORED_uniform_logsf ,2
#define FP_MIRROR_OF_uniform_logsf uniform_logcdf
FP_INLINE double uniform_logcdf_f64(double x, uniform_f64 p)
{
  const double part = from_near_f64(x, p), edge = x >= p.high ? p.log_above : x <= p.low ? p.log_below : FP_NAN_f64;
  const int inside = (x > p.low) & (x < p.high), small = part + part <= p.width.hi, deep = far_down(part);
  const double factor = small ? (deep ? p.sign * 0x1p100 : p.signed_unit) : -p.signed_unit;
  const dd difference = two_sum(x * factor, -((small ? p.near : p.far) * factor));
  const double value = log_share(small, difference, (small & deep) ? p.exponent - 100.0 : 0.0, p);
  return inside ? value : edge;
}
FP_INLINE float uniform_logcdf_f32(float x, uniform_f32 p)
{
  const double part = from_near_short(x, p), left = to_far_short(x, p);
  const int inside = (x > p.low) & (x < p.high), small = part <= left;
  const float edge = x >= p.high ? p.log_above : x <= p.low ? p.log_below : FP_NAN_f32;
  return inside ? (float)log_share_short(small, small ? part : left, p) : edge;
}

/* low + q (high - low), mirrored high - q (high - low) */
#define FP_MIRRORED_uniform_ppf ,1
#define FP_MIRRORED_uniform_isf ,2
#define FP_MIRROR_OF_uniform_isf uniform_ppf
FP_INLINE double uniform_ppf_f64(double q, uniform_f64 p)
{
  const int probability = (q >= 0) & (q <= 1);
  const double share = probability ? q : FP_NAN_f64;
  const dd product = two_product(share, p.step.hi), sum = two_sum(product.hi, p.scale_near);
  const double inner = (sum.hi + (sum.lo + fma_f64(share, p.step.lo, product.lo))) * p.unscale;
  return q == 0 ? p.near : q == 1 ? p.far : inner;
}
/* The width in double is rounded, and would end beside an end that is next to 0. */
FP_INLINE float uniform_ppf_f32(float q, uniform_f32 p)
{
  const int probability = (q >= 0) & (q <= 1);
  const double share = probability ? (double)q : FP_NAN_f64;
  return (float)fma_f64(share, p.step.lo, fma_f64(share, p.step.hi, p.near));
}

/* low + e^logq (high - low), mirrored high - e^logq (high - low). Where the numbers are scaled down for the width's sake and the
 * product is small beside it, they are taken as they are: nothing overflows then, and the product may be all there is of the result. */
#define FP_MIRRORED_uniform_ilogcdf ,1
#define FP_MIRRORED_uniform_ilogsf ,2
#define FP_MIRROR_OF_uniform_ilogsf uniform_ilogcdf
FP_INLINE double uniform_ilogcdf_f64(double logq, uniform_f64 p)
{
  const exp_parts e = exp_dd((dd){at_least(logq, -1600.0), 0.0});
  const int deep = (p.scale < 1) & (e.shifted < SHIFT - 200.0);
  const dd product = dd_times(exp_mantissa(e), p.step);
  const double exponent = e.shifted + (deep ? 100.0 : 0.0);
  const double hi = times_any_power_of_two(product.hi, exponent), lo = times_any_power_of_two(product.lo, exponent);
  const dd sum = two_sum(hi, deep ? p.near : p.scale_near);
  const double inner = (sum.hi + (sum.lo + lo)) * (deep ? 1.0 : p.unscale);
  return logq == -FP_INF_f64 ? p.near : logq == 0 ? p.far : logq < 0 ? inner : FP_NAN_f64;
}
FP_INLINE float uniform_ilogcdf_f32(float logq, uniform_f32 p)
{
  const double share = exp_short(at_least_f32(logq, -300.0f)), inner = share < 1 ? fma_f64(share, p.step.hi, p.near) : p.far;
  return (float)(logq <= 0 ? inner : FP_NAN_f64);
}

/* The part of an interval that is inside, from start to end. known: whether a <= b and the distribution is one. */
typedef struct { double start, end; int known, some; } uniform_part_f64;
typedef struct { float start, end; int known, some; } uniform_part_f32;
FP_INLINE uniform_part_f64 part_of(double a, double b, uniform_f64 p)
{
  const double start = a > p.low ? a : p.low, end = b < p.high ? b : p.high;
  return (uniform_part_f64){start, end, (a <= b) & (p.low == p.low), start < end};
}
FP_INLINE uniform_part_f32 part_of_f32(float a, float b, uniform_f32 p)
{
  const float start = a > p.low ? a : p.low, end = b < p.high ? b : p.high;
  return (uniform_part_f32){start, end, (a <= b) & (p.low == p.low), start < end};
}

/* The rest of the width: times unit, and as it is */
FP_INLINE dd left_of(uniform_part_f64 i, uniform_f64 p)
{
  return dd_plus(two_sum(i.start * p.unit, p.minus_unit_near), exactly_to_far(i.end, p));
}
FP_INLINE double left_of_f32(uniform_part_f32 i, uniform_f32 p) { return (i.start - p.near) + (p.far - i.end); }

/* Whether an interval has all of a point mass */
#define ALL_OF_POINT(a, b, p) (((p).low == (p).high) & ((a) < (p).low) & ((b) >= (p).low))

/* Of low to high, what lies between a and b */
FP_INLINE double uniform_interval_mass_f64(double a, double b, uniform_f64 p)
{
  const uniform_part_f64 i = part_of(a, b, p);
  const double mass = share_of(fma_f64(i.end, p.unit, -(i.start * p.unit)), p), none = ALL_OF_POINT(a, b, p) ? 1.0 : 0.0;
  return i.known ? (i.some ? mass : none) : FP_NAN_f64;
}
FP_INLINE float uniform_interval_mass_f32(float a, float b, uniform_f32 p)
{
  const uniform_part_f32 i = part_of_f32(a, b, p);
  const float mass = share_of_f32(fma_f32(i.end, p.unit, -(i.start * p.unit)), p), none = ALL_OF_POINT(a, b, p) ? 1.0f : 0.0f;
  return i.known ? (i.some ? mass : none) : FP_NAN_f32;
}

/* Its logarithm */
FP_INLINE double uniform_log_interval_mass_f64(double a, double b, uniform_f64 p)
{
  const uniform_part_f64 i = part_of(a, b, p);
  const double part = fma_f64(i.end, p.unit, -(i.start * p.unit));
  const int small = part + part <= p.width.hi, deep = far_down(part);
  const double factor = deep ? 0x1p100 : p.unit;
  const dd length = two_sum(i.end * factor, -(i.start * factor));
  const double value = log_share(small, dd_select(small, length, left_of(i, p)), (small & deep) ? p.exponent - 100.0 : 0.0, p);
  return i.known ? (i.some ? value : ALL_OF_POINT(a, b, p) ? 0.0 : -FP_INF_f64) : FP_NAN_f64;
}
FP_INLINE float uniform_log_interval_mass_f32(float a, float b, uniform_f32 p)
{
  const uniform_part_f32 i = part_of_f32(a, b, p);
  const double part = (double)i.end - i.start, left = left_of_f32(i, p);
  const int small = part <= left;
  const float value = (float)log_share_short(small, small ? part : left, p), none = ALL_OF_POINT(a, b, p) ? 0.0f : -FP_INF_f32;
  return i.known ? (i.some ? value : none) : FP_NAN_f32;
}

/* 0, 1/(high - low), -1/(high - low); NaN outside */
FP_INLINE outputs3_f64 uniform_logpdf_grad_f64(double x, uniform_f64 p)
{
  const double slope = ((x >= p.from) & (x <= p.to)) ? p.density : FP_NAN_f64;
  return (outputs3_f64){slope == slope ? 0.0 : slope, slope, -slope};
}
FP_INLINE outputs3_f32 uniform_logpdf_grad_f32(float x, uniform_f32 p)
{
  const float slope = ((x >= p.from) & (x <= p.to)) ? p.density : FP_NAN_f32;
  return (outputs3_f32){slope == slope ? 0.0f : slope, slope, -slope};
}

/* (difference/w) b, kept out of the subnormals until the last products; without b's low part where it is infinite */
FP_INLINE double share_times(dd difference, dd b, double b_factor, uniform_f64 p)
{
  const int small = difference.hi * p.inverse.hi < 0x1p-800;
  const dd t = dd_times(dd_times(dd_scale(difference, small ? 0x1p600 : 1.0), p.inverse), b);
  return (is_finite(t.hi) ? t.hi + t.lo : t.hi) * b_factor * (small ? 0x1p-600 : 1.0);
}

/* -part/w^2. A part of 0 may be one below 0 that was rounded. */
FP_INLINE double minus_over_square_f64(double part, uniform_f64 p) { return (part + 0.0) * p.inverse_square * p.minus_unsquare; }
FP_INLINE float minus_over_square_f32(float part, uniform_f32 p) { return (part + 0.0f) * p.inverse_square * p.minus_unsquare; }

/* 1/w, -(1 - t)/w, -t/w inside; 0 outside */
#define CDF_GRAD(T) \
FP_INLINE outputs3_##T uniform_cdf_grad_##T(FP_REAL_##T x, uniform_##T p) \
{ \
  const int outside = (x < p.from) | (x > p.to); \
  const FP_REAL_##T slope = fma_##T(0, x, p.density);   /* NaN for NaN */ \
  const FP_REAL_##T dlow = minus_over_square_##T(to_far_##T(x, p), p), dhigh = minus_over_square_##T(from_near_##T(x, p), p); \
  return (outputs3_##T){outside ? p.nothing : slope, outside ? p.nothing : dlow, outside ? p.nothing : dhigh}; \
}
CDF_GRAD(f32)
CDF_GRAD(f64)

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
  const int inside = (x >= p.from) & (x <= p.to) & (p.density == p.density);
  const double at = inside ? x : p.far;
  const double outside = ((p.sign * x > p.sign * p.far) & (p.density == p.density)) ? 0.0 : FP_NAN_f64;
  const dd r = reciprocal(beyond_near(at, p));
  const double factor = p.sign * p.near_factor, steep = p.sign * (r.hi + r.lo) * factor;
  const double near = -p.sign * share_times(exactly_to_far(at, p), r, factor, p), far = -p.sign * p.density;
  return (outputs3_f64){inside ? steep : outside, inside ? (p.sign > 0 ? near : far) : outside,
                        inside ? (p.sign > 0 ? far : near) : outside};
}
FP_INLINE outputs3_f32 uniform_logcdf_grad_f32(float x, uniform_f32 p)
{
  const int inside = (x >= p.from) & (x <= p.to) & (p.density == p.density);
  const double u = (inside ? from_near_short(x, p) : 1.0) + 0.0, steep = 1.0 / u, left = to_far_short(x, p);
  const float outside = ((left < 0) & (p.density == p.density)) ? 0.0f : FP_NAN_f32, sign = (float)p.sign;
  const float near = inside ? (float)(-p.sign * (left * p.inverse_long * steep)) : outside, far = inside ? -sign * p.density : outside;
  return (outputs3_f32){inside ? (float)(p.sign * steep) : outside, sign > 0 ? near : far, sign > 0 ? far : near};
}

/* Derivatives by a, b, low and high of the mass of an interval, or of its logarithm: slope is that by an end of the part inside. Where
 * a is inside, the ends of the distribution with it, low moves the width alone, else the part too; so do b and high. */
#define INTERVAL_DERIVATIVES(T) \
FP_INLINE outputs4_##T interval_derivatives_##T(FP_REAL_##T a, FP_REAL_##T b, uniform_##T p, FP_REAL_##T slope, \
                                                FP_REAL_##T width_alone, FP_REAL_##T both, int defined) \
{ \
  const int a_inside = (a >= p.low) & (a <= p.high), b_inside = (b >= p.low) & (b <= p.high), some = (a <= p.high) & (b >= p.low); \
  const FP_REAL_##T known = defined ? 0 : FP_NAN_##T; \
  const FP_REAL_##T dlow = a_inside ? width_alone : -both, dhigh = b_inside ? -width_alone : both; \
  return (outputs4_##T){a_inside ? known - slope : known, b_inside ? known + slope : known, known + (some ? dlow : 0), \
                        known + (some ? dhigh : 0)}; \
}
INTERVAL_DERIVATIVES(f32)
INTERVAL_DERIVATIVES(f64)

/* With w = high - low, part and rest of it: 1/w, part/w^2, rest/w^2 */
FP_INLINE outputs4_f64 uniform_interval_mass_grad_f64(double a, double b, uniform_f64 p)
{
  const uniform_part_f64 i = part_of(a, b, p);
  const double width_alone = -minus_over_square_f64(fma_f64(i.end, p.unit, -(i.start * p.unit)), p);
  const double both = -minus_over_square_f64(left_of(i, p).hi, p);
  return interval_derivatives_f64(a, b, p, p.density, width_alone, both, (a <= b) & (p.density == p.density));
}
FP_INLINE outputs4_f32 uniform_interval_mass_grad_f32(float a, float b, uniform_f32 p)
{
  const uniform_part_f32 i = part_of_f32(a, b, p);
  const float width_alone = -minus_over_square_f32(fma_f32(i.end, p.unit, -(i.start * p.unit)), p);
  const float both = -minus_over_square_f32((float)(p.unit * left_of_f32(i, p)), p);
  return interval_derivatives_f32(a, b, p, p.density, width_alone, both, (a <= b) & (p.density == p.density));
}

/* 1/part, 1/w, rest/(w part); NaN without a part */
FP_INLINE outputs4_f64 uniform_log_interval_mass_grad_f64(double a, double b, uniform_f64 p)
{
  const uniform_part_f64 i = part_of(a, b, p);
  const double larger = at_least(abs_f64(i.start), abs_f64(i.end)), factor = power_of_two(lift_of(larger, larger < 0x1p-900) + SHIFT);
  const dd r = reciprocal(two_sum(i.end * factor, -i.start * factor));
  const double slope = (r.hi + r.lo) * factor, both = share_times(left_of(i, p), r, factor, p);
  return interval_derivatives_f64(a, b, p, slope, p.density, both, i.known & i.some);
}
FP_INLINE outputs4_f32 uniform_log_interval_mass_grad_f32(float a, float b, uniform_f32 p)
{
  const uniform_part_f32 i = part_of_f32(a, b, p);
  const double slope = 1.0 / ((double)i.end - i.start), left = left_of_f32(i, p);
  return interval_derivatives_f32(a, b, p, (float)slope, p.density, (float)(left * p.inverse_long * slope), i.known & i.some);
}

#define FP_STREAMS_f32_uniform_cdf_grad ,1
#define FP_STREAMS_f64_uniform_cdf_grad ,1
#define FP_EACH_STREAMS_f32_uniform_logcdf ,2
#define FP_EACH_STREAMS_f64_uniform_logcdf ,2
#define FP_EACH_STREAMS_f64_uniform_logcdf_grad ,2
#define FP_FAMILY_uniform ,1
#include "core/family.h"
