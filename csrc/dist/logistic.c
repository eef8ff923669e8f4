/* Logistic distribution: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf and gradients, in all of (x, loc, scale).
 *
 * e^-|z| magnifies an error of z by z, up to 745, so the f64 kernels carry z = (x - loc)/scale in double-double. Everything is
 * made of e^-|z|, which is at most 1: 1 + e^-|z| loses nothing, and no tail is a difference. The f32 kernels compute in double.
 * Bounds: ops.def; worst inputs: tests/accuracy. */
#include "math/flag.h"
#include "math/log_by_reciprocal.h"
#include "math/log_fine.h"
#include "math/logistic_parts.h"
#include "math/logistic_refined.h"

/* For the first look at log densities, of scales from 2^-960 to 2^960: -log(scale (1 + 2^-n)^2) for n = 0, 1, 2 and, without what is in
 * brackets, from 3 on. The first keeps its digits where it is nearly 0. */
typedef struct { double loc; dd inverse, bases[4]; double doubt; } logistic_heights;   /* doubt: NaN for other scales */

/* first + second + value, first a multiple of 2^-42 and so of the last place of the value */
FP_INLINE dd shifted_by(double first, double second, dd value)
{
  const dd sum = fast_two_sum(first, value.hi);
  return (dd){sum.hi, sum.lo + (value.lo + second)};
}

FP_INLINE logistic_heights logistic_heights_of(double loc, double scale)
{
  const double r = 1.0 / scale, r_low = fma_f64(-r, scale, 1.0) * r;
  half_split_f64 l = split_half_f64(scale);
  const double doubt = abs_f64(l.k) <= 960.0 ? 0.0 : FP_NAN_f64;
  l.k += 2.0;
  const dd base = minus_log_fine(l, r, r_low, 0.0, 0.0);
  return (logistic_heights){loc, {r, r_low}, {base, shifted_by(TWICE_LOG_4_3_HI, TWICE_LOG_4_3_MID, base),
    shifted_by(TWICE_LOG_8_5_HI, TWICE_LOG_8_5_MID, base), shifted_by(2.0 * LN2_HI, 2.0 * LN2_MID, base)}, doubt};
}

typedef struct {
  location_scale at;
  dd log_scale, log_4_scale;   /* infinite for scale = inf */
  logistic_heights heights;
  double cancels;              /* |logpdf| below which the second look has lost more digits than its terms have to spare */
  double sign;                 /* -1 with mirrored parameters */
  dd turn;                     /* scale LOGISTIC_TURN, in slopes alone */
} logistic_f64;

/* log(4 scale) keeps its digits where it is nearly 0: at z = 0 the log density is its negative. */
FP_INLINE logistic_f64 logistic_prepare_f64(double loc, double scale)
{
  const double usual = usual_scale(scale), bad = scale > 0 ? (scale == FP_INF_f64 ? scale : 0.0) : FP_NAN_f64;
  const int above = usual > 1.0;
  const dd logarithm = log_fine(above ? usual : 4.0 * usual);
  const dd other = dd_plus(logarithm, (dd){above ? 2.0 * LN2_HI : -2.0 * LN2_HI, above ? 2.0 * LN2_MID : -2.0 * LN2_MID});
  const dd log_scale = dd_select(above, logarithm, other), log_4_scale = dd_select(above, other, logarithm);
  return (logistic_f64){
    .at = location_scale_of(loc, scale),
    .log_scale = {log_scale.hi + bad, log_scale.lo},
    .log_4_scale = {log_4_scale.hi + bad, log_4_scale.lo},
    .heights = logistic_heights_of(loc, scale),
    .cancels = above ? 0.0 : 0x1p-10 * abs_f64(log_4_scale.hi),
    .sign = 1.0,
  };
}

/* -x about -loc: z changes its sign, and so does what a quantile adds to loc. */
FP_INLINE logistic_f64 logistic_mirrored_f64(double loc, double scale, double sign)
{
  logistic_f64 p = logistic_prepare_f64(loc, scale);
  p.at.scale *= sign;
  p.at.f1 *= sign;
  p.at.loc1 *= sign;
  p.sign = sign;
  return p;
}

typedef struct {
  location_scale_short at;
  double minus_log_scale;
  float cancels;
  double sign;
} logistic_f32;

FP_INLINE logistic_f32 logistic_prepare_f32(float loc, float scale)
{
  const location_scale_short at = location_scale_short_of(loc, scale);
  const float cancels = ((scale > 0) & (scale < FP_INF_f32)) ? 0x1p-17f : FP_NAN_f32;   /* all others are looked at again */
  return (logistic_f32){at, minus_log_by_reciprocal_short(at.scale, at.inverse), cancels, 1.0};
}
FP_INLINE logistic_f32 logistic_mirrored_f32(float loc, float scale, double sign)
{
  logistic_f32 p = logistic_prepare_f32(loc, scale);
  p.at.scale *= sign;
  p.at.inverse *= sign;
  p.sign = sign;
  return p;
}

/* e/scale/(1 + e (2 + e)) with e = e^-|z|: what e's own error of 1.1 2^-53 does to the result falls with (1 - e)/(1 + e), and where it
 * is least, e (2 + e) is rounded by at most 0.67 2^-53 of the denominator. That it may be up to 3 costs the sum with 1 no bit. */
FP_INLINE double logistic_pdf_f64(double x, logistic_f64 p)
{
  const logistic_parts l = logistic_parts_of(position_of(x, p.at));
  const dd q = quotient(l.m, fast_two_sum(1.0, fma_f64(l.e, l.e, 2.0 * l.e)));
  const double density = fma_f64(q.hi, p.at.inverse.hi, fma_f64(q.hi, p.at.inverse.lo, q.lo * p.at.inverse.hi));
  return times_power_once(density, l.shifted + (p.at.exponent - SHIFT));
}
FP_INLINE float logistic_pdf_f32(float x, logistic_f32 p)
{
  const double e = exp_minus_size_short(position_short(x, p.at)), y = 1.0 + e;
  return (float)(e * p.at.inverse / (y * y));
}

/* First look: -log(scale) - |z| - 2 log(1 + e^-|z|), each term to 2^-61. Infinite sums are NaN, and so go to the second, as all with an
 * unusual scale do. */
#define FP_REFINES_logistic_logpdf ,1
#define FP_LIMITS_f64_logistic_logpdf ,1
FP_INLINE outputs2_f64 logistic_logpdf_f64(double x, logistic_f64 p)
{
  const dd z = dd_times(two_sum(x, -p.heights.loc), p.heights.inverse);
  const dd size = {abs_f64(z.hi), from_bits_f64(bits_f64(z.lo) ^ (bits_f64(z.hi) & 0x8000000000000000u))};
  const log_one_more_parts l = twice_log_one_more(size, p.heights.bases);
  const dd first = two_sum(l.base.hi, -size.hi), sum = two_sum(first.hi, -l.rest.hi);
  return (outputs2_f64){sum.hi + (sum.lo + ((first.lo - size.lo) + (l.base.lo - l.rest.lo))), l.limit + p.heights.doubt};
}

/* Second look: -log(4 scale) - 2 log cosh(z/2), to 2^-62 of its largest term; where it cancels to less than 2^-10, or a share of
 * that, in fixed point. */
static double logistic_logpdf_second(double x, double loc, double scale, double share)
{
  const logistic_f64 p = logistic_prepare_f64(loc, scale);
  const log_cosh_parts l = log_cosh(position_of(x, p.at));
  const dd constant = dd_select(l.near, p.log_4_scale, p.log_scale), linear = dd_select(l.near, (dd){0.0, 0.0}, l.size);
  const dd first = two_sum(constant.hi, linear.hi), sum = two_sum(first.hi, l.rest.hi);
  const double less = sum.hi + (sum.lo + (first.lo + (constant.lo + (linear.lo + l.rest.lo))));
  const double value = is_finite(sum.hi) ? -less : -sum.hi;
  return abs_f64(value) >= share * p.cancels ? value : logistic_logpdf_refined(x, loc, scale);
}
static double logistic_logpdf_refined_f64(double x, double loc, double scale)
{
  return logistic_logpdf_second(x, loc, scale, 1.0);
}

FP_INLINE float logistic_logpdf_f32(float x, logistic_f32 p)
{
  const double size = abs_f64(position_short(x, p.at));
  return (float)fma_f64(-2.0, log_one_more_short(size), p.minus_log_scale - size);
}
static float logistic_logpdf_refined_f32(float x, float loc, float scale)
{
  return (float)logistic_logpdf_second(x, loc, scale, 0x1p-24);
}

/* 1/(1 + e^-z) and its logarithm, with mirrored parameters of -z */
#define FP_MIRRORED_logistic_cdf ,1
#define FP_MIRRORED_logistic_sf ,2
#define FP_MIRROR_OF_logistic_sf logistic_cdf
#define FP_MIRRORED_logistic_logcdf ,1
#define FP_MIRRORED_logistic_logsf ,2
#define FP_MIRROR_OF_logistic_logsf logistic_logcdf
FP_INLINE double logistic_cdf_f64(double x, logistic_f64 p) { return expit_dd(position_of(x, p.at)); }
FP_INLINE float logistic_cdf_f32(float x, logistic_f32 p) { return (float)expit_long_short(position_short(x, p.at)); }
FP_INLINE double logistic_logcdf_f64(double x, logistic_f64 p) { return log_expit_dd(position_of(x, p.at)); }
FP_INLINE float logistic_logcdf_f32(float x, logistic_f32 p) { return (float)log_expit_short(position_short(x, p.at)); }

/* log(q/(1 - q)); infinite at 0 and 1, NaN beyond */
FP_INLINE dd standard_quantile_f64(double q)
{
  const int inside = q > 0 && q < 1;
  const double edge = q == 0 ? -FP_INF_f64 : q == 1 ? FP_INF_f64 : FP_NAN_f64;
  return dd_select(inside, logit_dd(inside ? q : 0.5), (dd){edge, 0.0});
}
FP_INLINE double standard_quantile_f32(float q)
{
  const int inside = q > 0 && q < 1;
  const double edge = q == 0 ? -FP_INF_f64 : q == 1 ? FP_INF_f64 : FP_NAN_f64;
  return inside ? logit_short(inside ? q : 0.5f) : edge;
}
#define FP_MIRRORED_logistic_ppf ,1
#define FP_MIRRORED_logistic_isf ,2
#define FP_MIRROR_OF_logistic_isf logistic_ppf
FP_INLINE double logistic_ppf_f64(double q, logistic_f64 p) { return quantile_from(standard_quantile_f64(q), p.at); }
FP_INLINE float logistic_ppf_f32(float q, logistic_f32 p) { return quantile_from_short(standard_quantile_f32(q), p.at); }

/* The same by log probabilities */
FP_INLINE dd log_quantile_f64(double logq)
{
  const int inside = logq < 0 && logq > -FP_INF_f64;
  const double edge = logq == 0 ? FP_INF_f64 : logq == -FP_INF_f64 ? logq : FP_NAN_f64;
  return dd_select(inside, logit_of_exp_dd(-logq), (dd){edge, 0.0});   /* with a guard there GCC leaves the loop scalar */
}
FP_INLINE double log_quantile_f32(double logq)
{
  const int inside = logq < 0 && logq > -FP_INF_f64;
  const double edge = logq == 0 ? FP_INF_f64 : logq == -FP_INF_f64 ? logq : FP_NAN_f64;
  return inside ? logit_of_exp_short(inside ? -logq : 1.0) : edge;
}
#define FP_MIRRORED_logistic_ilogcdf ,1
#define FP_MIRRORED_logistic_ilogsf ,2
#define FP_MIRROR_OF_logistic_ilogsf logistic_ilogcdf
FP_INLINE double logistic_ilogcdf_f64(double logq, logistic_f64 p) { return quantile_from(log_quantile_f64(logq), p.at); }
FP_INLINE float logistic_ilogcdf_f32(float logq, logistic_f32 p) { return quantile_from_short(log_quantile_f32(logq), p.at); }

/* s/scale, -s/scale, -z s/scale with s = 1/(1 + e^z). Far out where s falls all vanish; on the other side s = 1, and the last is
 * infinite with z. Mirrored, the slopes change their signs. */
#define FP_MIRRORED_logistic_logcdf_grad ,1
#define FP_MIRRORED_logistic_logsf_grad ,2
#define FP_MIRROR_OF_logistic_logsf_grad logistic_logcdf_grad
FP_INLINE outputs3_f64 logistic_logcdf_grad_f64(double x, logistic_f64 p)
{
  const lifted_position at = lifted_position_of(x, p.at);
  const scaled_probability s = expit_parts(dd_minus(at.z));
  const dd slope = dd_times(s.q, p.at.inverse), moment = dd_times(slope, dd_select(at.z.hi > 1600.0, (dd){0.0, 0.0}, at.lifted));
  const double exponent = s.shifted + (p.at.exponent - SHIFT);
  const double dx = p.sign * dd_times_power(slope, exponent);
  return (outputs3_f64){dx, -dx, -dd_times_power(moment, exponent + at.lift)};
}
FP_INLINE outputs3_f32 logistic_logcdf_grad_f32(float x, logistic_f32 p)
{
  const double z = position_short(x, p.at), slope = expit_long_short(-z) * p.at.inverse;
  return (outputs3_f32){(float)slope, (float)-slope, (float)(-p.sign * slope * (z > 300.0 ? 0.0 : z))};
}

/* pdf, -pdf, -z pdf. All vanish from |z| = 1600 on, for any scale; below, z times 2^300 is kept out of the subnormals until the last
 * product. */
FP_INLINE outputs3_f64 logistic_cdf_grad_f64(double x, logistic_f64 p)
{
  const dd lifted = dd_times(dd_scale(distance_of(x, p.at), 0x1p300), p.at.inverse), z = dd_scale(lifted, 0x1p-300);
  const logistic_parts l = logistic_parts_of(z);
  const dd density = dd_times(quotient(l.m, dd_times(l.y, l.y)), p.at.inverse);
  const double product = fma_f64(density.hi, lifted.hi, fma_f64(density.hi, lifted.lo, density.lo * lifted.hi));
  const double moment = abs_f64(z.hi) > 1600.0 ? 0.0 : product;
  const power_parts power = power_parts_of(usual_power(l.shifted + (p.at.exponent - SHIFT)));
  const double slope = (density.hi + density.lo) * power.first * power.second;
  return (outputs3_f64){slope, -slope, -(moment * power.first * (power.second * 0x1p-300))};
}
FP_INLINE outputs3_f32 logistic_cdf_grad_f32(float x, logistic_f32 p)
{
  const double z = position_short(x, p.at), e = exp_minus_size_short(z), y = 1.0 + e, pdf = e * p.at.inverse / (y * y);
  return (outputs3_f32){(float)pdf, (float)-pdf, (float)(-pdf * (abs_f64(z) > 300.0 ? 0.0 : z))};
}

/* With t = tanh(|z|/2): the derivatives -+t/scale, +-t/scale, (|z| t - 1)/scale. The last is zero at |z| = z0 = LOGISTIC_TURN. With
 * a = 1 - e^-|z| and b = 1 + e^-|z| = 2 - a, t is a/b, and |z| t - 1 is (|z| a - b)/b. For |z| >= 3/4 everything is put into
 * u = |z| - z0 and q = e^-u - 1: a = 1 - e0 - e0 q with e0 = e^-z0, and |z| a - b = u (1 - e0) - e0 q (|z| + 1), two terms of one
 * sign. Below, q = e^-|z| - 1, a = -q, and |z| a - b = -2 - q (|z| + 1). Usual elements need no power of two, and are so far from
 * the zero that u keeps its digits in two doubles. */
#define FP_USUAL_f64_logistic_logpdf_grad ,2
FP_INLINE flag logistic_logpdf_grad_is_usual_f64(double x, double loc, double scale)
{
  const double size = abs_f64(x - loc), away = abs_f64(size - LOGISTIC_TURN * scale);
  const flag far = size > 0x1p500 * scale, tiny = (size < 0x1p-400 * scale) & (size != 0), turns = away < 0x1p-30 * scale;
  return !(far | tiny | turns | (scale < 0x1p-400) | (scale > 0x1p400));   /* NaN is usual */
}
FP_INLINE logistic_f64 logistic_logpdf_grad_prepare_usual_f64(double loc, double scale)
{
  const double r = 1.0 / scale;
  const dd turn = two_product(LOGISTIC_TURN, scale);
  return (logistic_f64){
    .at = {.loc = loc, .scale = scale, .inverse = {r, fma_f64(-r, scale, 1.0) * r}},
    .turn = {turn.hi, fma_f64(LOGISTIC_TURN_MID, scale, turn.lo)},
  };
}

/* a/b with r = 1/b.hi, rounded once */
FP_INLINE double rounded_ratio(dd a, dd b, double r)
{
  const double q = a.hi * r;
  return fma_f64(fma_f64(-q, b.lo, fma_f64(-q, b.hi, a.hi)) + a.lo, r, q);
}

FP_INLINE outputs3_f64 logistic_logpdf_grad_f64(double x, logistic_f64 p)
{
  const dd d = two_sum(x, -p.at.loc);
  const uint64_t side = bits_f64(d.hi) & 0x8000000000000000u;
  const dd size = {abs_f64(d.hi), from_bits_f64(bits_f64(d.lo) ^ side)}, z = dd_times(size, p.at.inverse);
  const dd past = two_sum(size.hi, -p.turn.hi), u = dd_times((dd){past.hi, past.lo + (size.lo - p.turn.lo)}, p.at.inverse);
  const int inner = z.hi < 0.75;
  const dd near = dd_select(inner, z, u);
  const exp_parts e = exp_minus_dd((dd){at_most(near.hi, 690.0), near.hi > 690.0 ? 0.0 : near.lo});
  const double power = power_of_two(e.shifted);
  const dd head = fast_two_sum(power - 1.0, power * e.r), q = fast_two_sum(head.hi, fma_f64(power, e.rest, head.lo));
  const dd unit = dd_select(inner, (dd){1.0, 0.0}, (dd){LOGISTIC_TURN_EXP, LOGISTIC_TURN_EXP_LO}), falls = dd_times(unit, dd_minus(q));
  const dd less = dd_select(inner, (dd){0.0, 0.0}, (dd){LOGISTIC_TURN_LESS, LOGISTIC_TURN_LESS_LO});
  const dd a_sum = fast_two_sum(less.hi, falls.hi), a = {a_sum.hi, a_sum.lo + (less.lo + falls.lo)};
  const dd b_sum = fast_two_sum(2.0, -a.hi), b = {b_sum.hi, b_sum.lo - a.lo};
  const dd more = two_sum(z.hi, 1.0), second = dd_times(falls, (dd){more.hi, more.lo + z.lo});
  const dd first = dd_select(inner, (dd){-2.0, 0.0}, dd_times(near, less)), sum = two_sum(first.hi, second.hi);
  const dd under = dd_times_double(b, p.at.scale);
  const double r = 1.0 / under.hi, slope = from_bits_f64(bits_f64(rounded_ratio(a, under, r)) ^ side);
  return (outputs3_f64){-slope, slope, rounded_ratio((dd){sum.hi, sum.lo + (first.lo + second.lo)}, under, r)};
}

/* Of the others: all in double-double, with t = (t0 b + a)/(b + t0 a), |z| t - 1 = (u t0 b + a (|z| - t0))/(b + t0 a), t0 = 1/z0,
 * a = 1 - e^-u and b = 1 + e^-u; below, u = |z|, and the same with t0 = 0 and u t0 = -1. The difference in u is exact to 2^-212. */
static outputs3_f64 logistic_logpdf_grad_unusual_f64(double x, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const dd d = distance_of(x, p);
  const lifted_position at = lifted_position_of(x, p);
  const double side = d.hi < 0 ? -1.0 : 1.0;
  const dd size = dd_scale(d, side), z = dd_scale(at.z, side);
  const int inner = z.hi < 0.75, outer = z.hi > 800.0;
  /* u m: what the largest parts leave cancels with the next ones if loc is as small as the last bits of x, and so again */
  const dd first = two_product(LOGISTIC_TURN, p.m), second = two_product(LOGISTIC_TURN_MID, p.m);
  const dd third = two_product(LOGISTIC_TURN_LO, p.m);
  const dd high = two_sum(size.hi, -first.hi), middle = two_sum(size.lo, -first.lo), next = two_sum(middle.hi, -second.hi);
  const dd sum = two_sum(high.hi, next.hi), left = two_sum(next.lo, middle.lo), less = two_sum(second.lo, third.hi);
  const dd last = two_sum(left.hi, -less.hi), all = two_sum(sum.hi, last.hi);
  const double rest = (left.lo - less.lo) - fma_f64(LOGISTIC_TURN_LAST, p.m, third.lo);
  const dd apart = {all.hi, all.lo + ((sum.lo + high.lo) + (last.lo + rest))};
  const dd near = dd_select(outer, (dd){800.0, 0.0}, dd_select(inner, z, dd_times(apart, p.inverse)));
  const one_less_more r = one_less_and_more(near);
  const dd a = r.less, b = r.more;
  const dd t0 = dd_select(inner, (dd){0.0, 0.0}, (dd){LOGISTIC_TURN_TANH, LOGISTIC_TURN_TANH_LO});
  const dd shift = dd_select(inner, (dd){-1.0, 0.0}, dd_times(near, t0));
  const dd den = dd_plus(b, dd_times(t0, a)), t = dd_over(dd_plus(dd_times(t0, b), a), den);
  const dd turn = dd_over(dd_plus(dd_times(shift, b), dd_times(a, dd_plus(z, dd_minus(t0)))), den);
  /* far out |z| - 1 is left, beyond 2^400 lifted; far in t = |z|/2, lifted */
  const int huge = at.lift > 0, small = at.lift < 0;
  const dd far = dd_select(huge, dd_scale(at.lifted, side), dd_plus(z, (dd){-1.0, 0.0}));
  const dd tanh = dd_select(small, dd_scale(at.lifted, 0.5 * side), dd_select(outer, (dd){1.0, 0.0}, t));
  const dd slope = dd_times(tanh, p.inverse), moment = dd_times(dd_select(outer, far, turn), p.inverse);
  const double dx = -side * dd_times_power(slope, p.exponent + (small ? at.lift : 0.0));
  const double dscale = dd_times_power(moment, p.exponent + (huge ? at.lift : 0.0));
  return (outputs3_f64){dx, -dx, dscale};
}
FP_INLINE outputs3_f32 logistic_logpdf_grad_f32(float x, logistic_f32 p)
{
  const dd d = two_sum(x, -p.at.loc);
  const double side = d.hi < 0 ? -1.0 : 1.0, z = abs_f64(position_short(x, p.at));
  const int inner = z < 0.75;
  const dd turn = two_product(LOGISTIC_TURN, p.at.scale);
  const double apart = ((side * d.hi - turn.hi) + (side * d.lo - turn.lo - LOGISTIC_TURN_MID * p.at.scale)) * p.at.inverse;
  const double near = z > 300.0 ? 300.0 : inner ? z : apart;
  const exp_split e = exp_split_short(-near);
  const double scale = power_of_two(e.shifted), a = fma_f64(-scale, e.p, 1.0 - scale), b = fma_f64(scale, e.p, 1.0 + scale);
  const double t0 = inner ? 0.0 : LOGISTIC_TURN_TANH, shift = inner ? -1.0 : near * t0, den = 1.0 / fma_f64(t0, a, b);
  const double t = fma_f64(t0, b, a) * den, moment = fma_f64(shift, b, a * (z - t0)) * den;
  const double slope = side * t * p.at.inverse;
  return (outputs3_f32){(float)-slope, (float)slope, (float)((z > 300.0 ? z - 1.0 : moment) * p.at.inverse)};
}

#define FP_STREAMS_f64_logistic_logcdf ,4
#define FP_STREAMS_f32_logistic_pdf ,4
#define FP_STREAMS_f64_logistic_cdf_grad ,2
#define FP_STREAMS_f32_logistic_logpdf ,3
#define FP_EACH_STREAMS_f32_logistic_logpdf ,2
#define FP_EACH_STREAMS_f64_logistic_pdf ,2
#define FP_EACH_STREAMS_f64_logistic_cdf ,2
#define FP_EACH_STREAMS_f32_logistic_logcdf ,2
#define FP_EACH_STREAMS_f64_logistic_logcdf ,2
#define FP_EACH_STREAMS_f64_logistic_ppf ,2
#define FP_EACH_STREAMS_f64_logistic_ilogcdf ,2
#define FP_EACH_STREAMS_f64_logistic_cdf_grad ,2
#define FP_EACH_STREAMS_f64_logistic_logpdf_grad ,2
#define FP_EACH_STREAMS_f64_logistic_logcdf_grad ,2
#if FP_LANES == 8   /* where vectors are shorter it gains nothing */
#define FP_EACH_STREAMS_f64_logistic_logpdf ,2
#endif
#define FP_FAMILY_logistic ,1
#include "core/family.h"
