/* KL(U(low, high) || N(loc, scale^2)) = log(sqrt(2 pi)) - log(rho) + rho^2/24 + delta^2/2 with rho = (high - low)/scale, at least 0.17,
 * and delta = (middle - loc)/scale. All lengths are numbers in [1, 2) with an exponent of their own: no square overflows or underflows. */
#include "math/long_bodies.h"
#include "math/interval.h"
#include "math/location_scale.h"
#include "math/relative_entropy.h"
#include "math/scale_parts.h"

/* a + b to 2^-104 of the sum, which may cancel: what the heads leave is exact. */
FP_INLINE dd dd_sum(dd a, dd b)
{
  const dd head = two_sum(a.hi, b.hi), rest = two_sum(a.lo, b.lo), all = two_sum(head.hi, rest.hi);
  return two_sum(all.hi, all.lo + (head.lo + rest.lo));
}

/* low - loc and high - loc, times 2^-k. Numbers near the end of the range are scaled; if they cancel to nothing, what is left is a
 * number that lost digits by that: `small`, the one that is not near it, as it stands. */
typedef struct {
  dd below, above;
  double k, limit, small_low, small_high, small_loc;
} distances;

FP_INLINE distances distances_of(double low, double high, double loc)
{
  const double larger = at_least(at_least(abs_f64(low), abs_f64(high)), abs_f64(loc));
  const double limit = larger < 0x1p1000 ? 0.0 : 0x1p-840, k = (larger < 0x1p1000 ? 0.0 : 4.0) - (larger < 0x1p-900 ? 100.0 : 0.0);
  const double factor = power_of_two(SHIFT - k);
  return (distances){
    .below = two_sum(low * factor, -(loc * factor)), .above = two_sum(high * factor, -(loc * factor)), .k = k, .limit = limit,
    .small_low = abs_f64(low) < limit ? low : 0.0, .small_high = abs_f64(high) < limit ? high : 0.0,
    .small_loc = abs_f64(loc) < limit ? loc : 0.0};
}

/* a (low - loc) + b (high - loc), a and b 1 or 2 */
FP_INLINE length weighted(distances d, double a, double b)
{
  const dd sum = dd_sum(dd_scale(d.below, a), dd_scale(d.above, b));
  const flag small = abs_f64(sum.hi) < d.limit * 0x1p-10;
  const double left = a * d.small_low + b * d.small_high - (a + b) * d.small_loc;
  return length_of((dd){small ? left : sum.hi, small ? 0.0 : sum.lo}, small ? 0.0 : d.k);
}

FP_INLINE length width_length(double low, double high)
{
  const scaled_width w = width_of(low, high);
  return length_of(w.width, -w.k);
}

/* Where the divergence is infinite or NaN: a point, unless it is the same; a scale or a location that is none. */
#define UNIFORM_NORMAL_EDGES(T) \
  FP_INLINE flag is_usual_##T(FP_REAL_##T low, FP_REAL_##T high, FP_REAL_##T loc, FP_REAL_##T scale) \
  { return (low < high) & (low > -FP_INF_##T) & (high < FP_INF_##T) & (scale > 0) & (scale < FP_INF_##T) & (abs_##T(loc) < FP_INF_##T); } \
  FP_INLINE FP_REAL_##T uniform_normal_edge_##T(FP_REAL_##T low, FP_REAL_##T high, FP_REAL_##T loc, FP_REAL_##T scale, FP_REAL_##T value) \
  { \
    const flag valid = (low <= high) & (low > -FP_INF_##T) & (high < FP_INF_##T) & (scale >= 0) & (loc == loc); \
    const flag same = (low == high) & (scale == 0) & (low == loc); \
    const FP_REAL_##T edge = same ? 0 : FP_INF_##T, any = is_usual_##T(low, high, loc, scale) ? value : edge; \
    return valid ? any : FP_NAN_##T; \
  }
UNIFORM_NORMAL_EDGES(f32)
UNIFORM_NORMAL_EDGES(f64)

static const double TWO_THIRDS = 2.0 / 3.0, TWO_THIRDS_LO = 2.0 / 3.0 * 0x1p-54;

/* All in double-double but the logarithm's series: 2^-57, where the sum, at least 0.17, has an ULP of 2^-55. */
FP_INLINE double kl_uniform_normal_f64(double low, double high, double loc, double scale)
{
  const flag usual = is_usual_f64(low, high, loc, scale);
  const double a = usual ? low : 0.0, b = usual ? high : 1.0, at = usual ? loc : 0.0;
  const scale_parts s = scale_parts_of(usual ? scale : 1.0);
  const length w = width_length(a, b), t = weighted(distances_of(a, b, at), 1.0, 1.0);
  const log2_ratio l = log2_ratio_of(w.m.hi, s.m);
  const double low_part = w.m.lo * power_below_or_0(l), r = 1.0 / s.m;
  const dd far = two_sum(l.scaled, -s.m), sum = fast_two_sum(l.scaled, s.m);
  const dd logarithm = log_of_parts(l.k + (w.e - s.e), (dd){far.hi, far.lo + low_part}, (dd){sum.hi, sum.lo + low_part});
  /* rho/8 and delta/2, so that squares are finite where the sum is */
  const dd rho = shifted_by(dd_over_with(w.m, (dd){s.m, 0.0}, r), at_most(w.e - s.e - 3.0, 800.0));
  const dd delta = shifted_by(dd_over_with(t.m, (dd){s.m, 0.0}, r), at_most(t.e - s.e - 2.0, 800.0));
  const dd wide = dd_scale(dd_times(dd_times(rho, rho), (dd){TWO_THIRDS, TWO_THIRDS_LO}), 4.0), moved = dd_scale(dd_times(delta, delta), 2.0);
  const dd less = dd_plus((dd){HALF_LOG_2PI, HALF_LOG_2PI_LO}, (dd){-logarithm.hi, -logarithm.lo});
  const dd squares = dd_plus(wide, moved), all = dd_plus(squares, less);
  return uniform_normal_edge_f64(low, high, loc, scale, is_finite(all.hi) ? all.hi + all.lo : FP_INF_f64);
}
FP_INLINE float kl_uniform_normal_f32(float low, float high, float loc, float scale)
{
  const double w = (double)high - low, t = ((double)low - loc) + ((double)high - loc), s = scale, r = 0.5 / s, rho = w * r, delta = t * r;
  const double squares = fma_f64(TWO_THIRDS * 0.25 * rho, rho, 0.5 * delta * delta);
  return uniform_normal_edge_f32(low, high, loc, scale, (float)(squares + (HALF_LOG_2PI - log_of_ratio_short(w, s, w - s))));
}

/* (6 s^2 + w u)/(6 s^2 w), (w v - 6 s^2)/(6 s^2 w), -t/(2 s^2), (12 s^2 - 3 t^2 - w^2)/(12 s^3) with w = high - low, u = 2 low + high - 3 loc,
 * v = low + 2 high - 3 loc, t = low + high - 2 loc, each from exact differences, also where it is nearly nothing. What cancels is
 * right to 2^-100 of its larger term. NaN, all four, where the divergence is infinite or NaN by an argument. */
FP_INLINE double end_derivative(length w, length u, scale_parts s, dd six, dd den, double r, double sign)
{
  const double product_e = w.e + u.e, square_e = 2.0 * s.e, base = at_least(product_e, square_e);
  const dd numerator = dd_plus(shifted_by(dd_times(w.m, u.m), product_e - base), dd_scale(shifted_by(six, square_e - base), sign));
  return 0.0 + dd_times_power(dd_over_with(numerator, den, r), SHIFT + (base - square_e - w.e));
}

FP_INLINE outputs4_f64 kl_uniform_normal_grad_f64(double low, double high, double loc, double scale)
{
  const flag usual = is_usual_f64(low, high, loc, scale);
  const double a = usual ? low : 0.0, b = usual ? high : 1.0, at = usual ? loc : 0.0, r_third = TWO_THIRDS * 0.5;
  const scale_parts s = scale_parts_of(usual ? scale : 1.0);
  const distances d = distances_of(a, b, at);
  const length w = width_length(a, b), t = weighted(d, 1.0, 1.0), u = weighted(d, 2.0, 1.0), v = weighted(d, 1.0, 2.0);
  const double r = 1.0 / s.m, r_square = r * r, r_width = 1.0 / w.m.hi;
  const dd square = two_product(s.m, s.m), three = dd_times((dd){3.0, 0.0}, square), six = dd_scale(three, 2.0), den = dd_times(six, w.m);
  const double r_den = 0.5 * r_third * r_square * r_width;
  const double dlow = end_derivative(w, u, s, six, den, r_den, 1.0), dhigh = end_derivative(w, v, s, six, den, r_den, -1.0);
  const double dloc = dd_times_power(dd_over_with(t.m, square, r_square), SHIFT + (t.e - 2.0 * s.e - 1.0));
  /* 3 s^2 - (3 t^2 + w^2)/4 */
  const double base = at_least(at_least(w.e, t.e), s.e);
  const dd mid = shifted_by(t.m, t.e - base - 1.0), wide = shifted_by(w.m, w.e - base - 1.0), of_scale = shifted_by((dd){s.m, 0.0}, s.e - base);
  const dd moved = dd_times((dd){3.0, 0.0}, dd_times(mid, mid)), spread = dd_plus(moved, dd_times(wide, wide));
  const dd numerator = dd_plus(dd_times((dd){3.0, 0.0}, two_product(of_scale.hi, of_scale.hi)), (dd){-spread.hi, -spread.lo});
  const dd slope = dd_over_with(numerator, dd_times(three, (dd){s.m, 0.0}), r_third * r_square * r);
  const double dscale = 0.0 + dd_times_power(slope, SHIFT + (2.0 * (base - s.e) - s.e));
  return (outputs4_f64){usual ? dlow : FP_NAN_f64, usual ? dhigh : FP_NAN_f64, usual ? 0.0 - dloc : FP_NAN_f64, usual ? dscale : FP_NAN_f64};
}
/* a + b, where what is left of the heads may be less than the rest */
FP_INLINE dd heads_and_rest(dd a, dd b)
{
  const dd head = two_sum(a.hi, b.hi);
  return (dd){head.hi, head.lo + (a.lo + b.lo)};
}

FP_INLINE outputs4_f32 kl_uniform_normal_grad_f32(float low, float high, float loc, float scale)
{
  const flag usual = is_usual_f32(low, high, loc, scale);
  const dd w = two_sum(high, -(double)low), below = two_sum(low, -(double)loc), above = two_sum(high, -(double)loc);
  const dd t = heads_and_rest(below, above), u = heads_and_rest(t, below), v = heads_and_rest(t, above);
  const double s = scale, square = s * s, six = 6.0 * square, r = 1.0 / (six * w.hi), by_scale = w.hi * r;
  const dd at_low = dd_times(w, u), at_high = dd_times(w, v), tt = dd_times(t, t), ww = dd_times(w, w), three = two_product(3.0, tt.hi);
  const dd from_low = two_sum(at_low.hi, six), from_high = two_sum(at_high.hi, -six), spread = two_sum(three.hi, ww.hi), rest = two_sum(2.0 * six, -spread.hi);
  const double dlow = (from_low.hi + (from_low.lo + at_low.lo)) * r, dhigh = (from_high.hi + (from_high.lo + at_high.lo)) * r;
  const double dloc = 0.0 - 3.0 * (t.hi + t.lo) * by_scale;
  const double numerator = rest.hi + (rest.lo - (spread.lo + ((three.lo + 3.0 * tt.lo) + ww.lo))), dscale = numerator * by_scale * (0.5 / s);
  return (outputs4_f32){usual ? (float)dlow : FP_NAN_f32, usual ? (float)dhigh : FP_NAN_f32, usual ? (float)dloc : FP_NAN_f32,
                        usual ? (float)dscale : FP_NAN_f32};
}

#define FP_PLAIN_LOOPS
#define FP_FAMILY_kl_uniform_normal ,1
#include "core/family.h"
