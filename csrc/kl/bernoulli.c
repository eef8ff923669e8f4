/* KL(Bernoulli(p) || Bernoulli(q)), and the same by logits a and b. */
#include "math/exp.h"
#include "math/relative_entropy.h"

/* p log(p/q) + (1 - p) log((1 - p)/(1 - q)), as two terms p log(p/q) - p + q of which none is negative. Probabilities are lifted, so
 * that they are normal numbers. */
static const double LIFT = 0x1p200, UNLIFT = 0x1p-200;

#define BERNOULLI_EDGES(T) \
  FP_INLINE int is_probability_##T(FP_REAL_##T p) { return (p >= 0) & (p <= 1); } \
  FP_INLINE int inner_##T(FP_REAL_##T p) { return (p > 0) & (p < 1); } \
  /* The divergence, where it is infinite or NaN. */ \
  FP_INLINE FP_REAL_##T bernoulli_edge_##T(FP_REAL_##T p, FP_REAL_##T q, FP_REAL_##T value) \
  { \
    const int impossible = ((q == 0) & (p > 0)) | ((q == 1) & (p < 1)), valid = is_probability_##T(p) & is_probability_##T(q); \
    const FP_REAL_##T any = impossible ? FP_INF_##T : value; \
    return valid ? any : FP_NAN_##T; \
  }
BERNOULLI_EDGES(f32)
BERNOULLI_EDGES(f64)

FP_INLINE double kl_bernoulli_f64(double p, double q)
{
  const double p_lifted = p * LIFT, q_lifted = q * LIFT;
  const dd p_less = fast_two_sum(LIFT, -p_lifted), q_less = fast_two_sum(LIFT, -q_lifted), difference = two_sum(q_lifted, -p_lifted);
  const dd first = entropy_term((dd){p_lifted, 0.0}, (dd){q_lifted, 0.0}, difference, 1.0, 0x1p-900, 1);
  const dd second = entropy_term(p_less, q_less, difference, -1.0, 0x1p100, 0);
  const dd sum = two_sum(first.hi, second.hi);
  return bernoulli_edge_f64(p, q, (sum.hi + (sum.lo + (first.lo + second.lo))) * UNLIFT);
}
/* In place of 0 a number so small that the terms do not show it; one division for both. */
FP_INLINE float kl_bernoulli_f32(float p, float q)
{
  const double least = 0x1p-300, difference = (double)q - p, a = at_least(p, least), b = at_least(q, least);
  const double a_less = at_least(1.0 - p, least), b_less = at_least(1.0 - q, least);
  const log2_ratio l = log2_ratio_of(b, a), m = log2_ratio_of(b_less, a_less);
  const double sum = l.scaled + a, sum_less = m.scaled + a_less, r = 1.0 / (sum * sum_less);
  const double first = entropy_term_short(a, b, l, difference, sum_less * r), second = entropy_term_short(a_less, b_less, m, -difference, sum * r);
  return bernoulli_edge_f32(p, q, (float)(first + second));
}

/* dp: log of (p (1 - q))/(q (1 - p)), whose terms differ by p - q; an infinity of each probability at its ends. */
FP_INLINE double log_odds_edge(double p, double q)
{
  const double of_p = p == 0 ? -FP_INF_f64 : p == 1 ? FP_INF_f64 : 0.0, of_q = q == 0 ? FP_INF_f64 : q == 1 ? -FP_INF_f64 : 0.0;
  return of_p + of_q;
}

/* dq: (q - p)/(q (1 - q)) */
FP_INLINE outputs2_f64 kl_bernoulli_grad_f64(double p, double q)
{
  const int within = inner_f64(p) & inner_f64(q), valid = is_probability_f64(p) & is_probability_f64(q);
  const double p_lifted = p * LIFT, q_lifted = q * LIFT + 0.0;   /* no -0 */
  const dd p_less = two_sum(1.0, -p), q_less = two_sum(1.0, -q), difference = two_sum(p_lifted, -q_lifted);
  const dd a = two_product(p_lifted, q_less.hi), b = two_product(q_lifted, p_less.hi);
  const dd a_usual = {within ? a.hi : 1.0, fma_f64(p_lifted, q_less.lo, a.lo)}, b_usual = {within ? b.hi : 1.0, fma_f64(q_lifted, p_less.lo, b.lo)};
  const dd odds = log_of_ratio(a_usual, b_usual, difference, 0);
  const dd den = two_product(q_lifted, q_less.hi);
  const dd slope = dd_over((dd){-difference.hi, -difference.lo}, (dd){den.hi, fma_f64(q_lifted, q_less.lo, den.lo)});
  const double dp = within ? odds.hi + odds.lo : log_odds_edge(p, q), dq = is_finite(slope.hi) ? slope.hi + slope.lo : slope.hi;
  return (outputs2_f64){valid ? dp : FP_NAN_f64, valid ? dq : FP_NAN_f64};
}
FP_INLINE outputs2_f32 kl_bernoulli_grad_f32(float p, float q)
{
  const int within = inner_f32(p) & inner_f32(q), valid = is_probability_f32(p) & is_probability_f32(q);
  const double a = p, b = q + 0.0, difference = a - b, a_less = 1.0 - a, b_less = 1.0 - b;
  const double odds = log_of_ratio_short(within ? a * b_less : 1.0, within ? b * a_less : 1.0, difference);
  const double dp = within ? odds : log_odds_edge(a, b), dq = -difference / (b * b_less);
  return (outputs2_f32){valid ? (float)dp : FP_NAN_f32, valid ? (float)dq : FP_NAN_f32};
}

/* By logits a <= 0 (else both are negated) and b: log(1 + e^b) - log(1 + e^a) - p (b - a), p = e^a/(1 + e^a). With d = b - a:
 *   near, |d| <= 1:   w = p (e^d - 1), p (e^d - 1 - d) - (w - log(1 + w))
 *   far:              w = (e^-|b| - e^a)/(1 + e^a), max(b, 0) + w - p d - (w - log(1 + w))
 * with -1/2 <= w <= 1 in both. Where a and b are below -300 all but e^a and e^b is 1, and these are lifted by 2^-n. */
typedef struct {
  dd d, p, numerator, w, other;    /* numerator = w (1 + e^a), other = e^-|b|; these four lifted */
  dd mantissa, y, less;            /* of e^a; 1 + e^a; e^d - 1 - d */
  double b, sign, r, a_shifted, shifted;   /* r: 1/y */
  int near, lifted;
} logit_pair;

FP_INLINE logit_pair logit_pair_of(double logit_a, double logit_b)
{
  const double sign = logit_a > 0 ? -1.0 : 1.0;
  const double a = at_least(sign * logit_a, -1500.0), b = sign * (is_finite(logit_b) ? logit_b : copysign_f64(2000.0, logit_b)), c = at_least(-abs_f64(b), -1500.0);
  const dd d = two_sum(b, -a);
  const int near = abs_f64(d.hi) <= 1.0, lifted = at_least(b, sign * logit_a) < -300.0;
  const exp_parts of_a = exp_dd((dd){a, 0.0});
  /* e^x with x = d or c; r^2/2 and the rest beyond it apart, for e^d - 1 - d */
  const double x = near ? d.hi : c, x_low = near ? d.lo : 0.0;
  const double shifted = fma_f64(x, LOG2E, SHIFT), n = shifted - SHIFT, r = fma_f64(-n, LN2_HI, x), low = fma_f64(-n, LN2_MID, x_low);
  const double r_square = r * r;
  const dd half_square = {0.5 * r_square, 0.5 * fma_f64(r, r, -r_square)};
  /* r^3/6 in two parts as well: where d is above log(2)/2, e^d - 1 - d is a fourteenth of its terms */
  const double cube = half_square.hi * r, cube_low = fma_f64(half_square.lo, r, fma_f64(half_square.hi, r, -cube)), cubic = cube * (1.0 / 3);
  const double cubic_low = (fma_f64(-3.0, cubic, cube) + cube_low) * (1.0 / 3);
  const double more = fma_f64(r_square * r_square, polynomial(exp_rest + 1, sizeof exp_rest / sizeof *exp_rest - 1, r), cubic_low);
  const double rest = half_square.hi + (cubic + more), low_rest = low * (r + rest);
  const double top = (near | (a >= c)) ? of_a.shifted : shifted, lift = lifted ? top + 8.0 : SHIFT;
  const double scale_a = power_of_two(at_least(of_a.shifted - lift, -1020.0) + SHIFT);
  const double scale = power_of_two(near ? shifted : at_least(shifted - lift, -1020.0) + SHIFT);
  const dd mantissa = exp_mantissa(of_a), e_a = dd_scale(mantissa, scale_a), m = fast_two_sum(1.0, r);
  const dd e_x = dd_scale(fast_two_sum(m.hi, m.lo + (rest + (low + low_rest))), scale);
  const double true_a = lifted ? 0.0 : e_a.hi, true_low = lifted ? 0.0 : e_a.lo;
  const dd one = fast_two_sum(1.0, true_a), y = {one.hi, one.lo + true_low};
  const double inverse = 1.0 / y.hi;
  /* e^d - 1, and less d */
  const dd grown = two_sum(scale - 1.0, scale * r);
  const dd less_one = fast_two_sum(grown.hi, fma_f64(scale, rest + (low + low_rest), grown.lo));
  const dd start = two_sum(scale - 1.0, -d.hi), linear = two_sum(start.hi, scale * r), square = two_sum(linear.hi, scale * half_square.hi);
  const dd all = two_sum(square.hi, scale * cubic);
  const double lost = start.lo + linear.lo + square.lo + all.lo + (fma_f64(scale, half_square.lo + more + low_rest, fma_f64(scale, low, -d.lo)));
  const dd numerator_near = dd_times(e_a, less_one), far = two_sum(e_x.hi, -e_a.hi);
  const dd numerator = dd_select(near, numerator_near, (dd){far.hi, far.lo + (e_x.lo - e_a.lo)});
  return (logit_pair){
    .d = d, .p = dd_over_with(e_a, y, inverse), .numerator = numerator, .w = dd_over_with(numerator, y, inverse), .other = e_x,
    .mantissa = mantissa, .y = y, .less = fast_two_sum(all.hi, lost),
    .b = b, .sign = sign, .r = inverse, .a_shifted = of_a.shifted, .shifted = lift, .near = near, .lifted = lifted};
}

/* x 2^n for n down to -2160; x is at least 2^-100 where n is below -300. */
FP_INLINE double times_deep_power(double x, double shifted)
{
  const int deep = shifted < SHIFT - 300.0;
  return times_power_of_two(x * (deep ? 0x1p-150 : 1.0), deep ? shifted + 150.0 : shifted);
}

FP_INLINE double logits_edge(double a, double b, double value)
{
  const int infinite = abs_f64(b) == FP_INF_f64;
  const double edge = a == b ? 0.0 : FP_INF_f64, any = infinite ? edge : value;
  const int valid = (a == a) & (b == b);
  return valid ? any : FP_NAN_f64;
}

FP_INLINE double kl_bernoulli_logits_f64(double logit_a, double logit_b)
{
  const logit_pair t = logit_pair_of(logit_a, logit_b);
  const dd w = {t.lifted ? 0.0 : t.w.hi, t.lifted ? 0.0 : t.w.lo}, sum = fast_two_sum(2.0, w.hi);
  const half_ratio h = half_ratio_of(w, (dd){sum.hi, sum.lo + w.lo});
  const double square = h.s * h.s;
  const dd head = two_product(h.s, w.hi);
  /* s^3 takes part in h.low: w.hi may be off by more than an ULP of w */
  const double rest = fma_f64(h.low, fma_f64(-2.0, square, w.hi), fma_f64(h.s, w.lo, head.lo)) - square * h.s * POLYNOMIAL(atanh_rest, square);
  const dd close = dd_times(t.p, t.less), distance = dd_times(t.p, t.d);
  const dd first = two_sum(t.w.hi, -distance.hi), second = two_sum(at_least(t.b, 0.0), first.hi);
  const dd larger = dd_select(t.near, close, (dd){second.hi, second.lo + (first.lo + (t.w.lo - distance.lo))});
  const dd all = two_sum(larger.hi, -head.hi);
  return logits_edge(logit_a, logit_b, times_deep_power(all.hi + (all.lo + (larger.lo - rest)), t.shifted));
}

/* The same for f32 results. The signs and what is beyond the range are decided in f32, of which a vector holds twice as many. */
typedef struct { double d, e_a, numerator, y, less, other, b; float sign; int near; } logit_pair_short;

FP_INLINE logit_pair_short logit_pair_short_of(float logit_a, float logit_b)
{
  const float sign = logit_a > 0 ? -1.0f : 1.0f, from = -abs_f32(logit_a), to = sign * logit_b, size = -abs_f32(to);
  const double a = at_least_f32(from, -300.0f), b = to, c = at_least_f32(size, -300.0f), d = b - a;
  const int near = abs_f64(d) <= 1.0;
  const double x = near ? d : c, e_a = exp_short(a), y = 1.0 + e_a;
  const double shifted = fma_f64(x, LOG2E, SHIFT), n = shifted - SHIFT, r = fma_f64(-n, LN2, x), square = r * r;
  const double rest = square * fma_f64(POLYNOMIAL(exp_rest_short, r), r, 0.5), scale = power_of_two(shifted);
  const double less_one = fma_f64(scale, r + rest, scale - 1.0), less = fma_f64(scale, rest, (scale - 1.0 - d) + scale * r);
  const double other = fma_f64(scale, r + rest, scale), numerator = near ? e_a * less_one : other - e_a;
  return (logit_pair_short){d, e_a, numerator, y, less, other, b, sign, near};
}

/* Where it is infinite or NaN */
FP_INLINE float logits_edge_short(float a, float b, float value)
{
  const float edge = a == b ? 0.0f : FP_INF_f32, any = abs_f32(b) == FP_INF_f32 ? edge : value;
  const int valid = (a == a) & (b == b);
  return valid ? any : FP_NAN_f32;
}

/* The two quotients side by side: w/(2 + w) = numerator/(2 y + numerator) */
FP_INLINE float kl_bernoulli_logits_f32(float logit_a, float logit_b)
{
  const logit_pair_short t = logit_pair_short_of(logit_a, logit_b);
  const double inverse = 1.0 / t.y, s = t.numerator / fma_f64(2.0, t.y, t.numerator), w = t.numerator * inverse, p = t.e_a * inverse;
  const double square = s * s, rest = s * fma_f64(-square, POLYNOMIAL(atanh_rest_short, square), w);
  const double value = t.near ? p * t.less : at_least(t.b, 0.0) + fma_f64(-p, t.d, w);
  return logits_edge_short(logit_a, logit_b, (float)(value - rest));
}

/* da = p (1 - p) (a - b), db = q - p: numerator/((1 + e^a) (1 + e^b)) or, for b > 0 and far, (1 - e^(a - b))/((1 + e^a) (1 + e^-b)).
 * p alone, for da, has its own power of two: where d is huge, it may be far below the least double. Its limits at infinite logits are
 * 0 by a, infinite by b, and there is none by both. */
FP_INLINE double logits_da(double a, double b, double value)
{
  const int a_infinite = abs_f64(a) == FP_INF_f64, b_infinite = abs_f64(b) == FP_INF_f64;
  const double by_b = a_infinite ? FP_NAN_f64 : -b, by_a = a_infinite ? 0.0 : value, any = b_infinite ? by_b : by_a;
  const int valid = (a == a) & (b == b);
  return valid ? any : FP_NAN_f64;
}

FP_INLINE outputs2_f64 kl_bernoulli_logits_grad_f64(double logit_a, double logit_b)
{
  const logit_pair t = logit_pair_of(logit_a, logit_b);
  const int deep = t.a_shifted < SHIFT - 430.0, upper = (t.b > 0) & !t.near;
  const dd slope = dd_select(deep, dd_scale(t.mantissa, 0x1p-8), t.p);
  const dd da = dd_over_with(dd_times(slope, t.d), t.y, t.r);
  const dd e_a = dd_times(t.p, t.y), product = dd_times(e_a, t.other), above = fast_two_sum(1.0, -product.hi);
  const dd top = dd_select(upper, (dd){above.hi, above.lo - product.lo}, t.numerator);
  const dd more = dd_select(t.near, t.numerator, t.other), base = dd_select(t.near, t.y, (dd){1.0, 0.0});
  const dd sum = fast_two_sum(base.hi, t.lifted ? 0.0 : more.hi);
  const dd db = dd_over(top, dd_times(t.y, (dd){sum.hi, sum.lo + (base.lo + (t.lifted ? 0.0 : more.lo))}));
  const double by_a = times_deep_power(da.hi + da.lo, deep ? t.a_shifted + 8.0 : SHIFT), by_b = times_deep_power(db.hi + db.lo, t.shifted);
  const int valid = (logit_a == logit_a) & (logit_b == logit_b);
  return (outputs2_f64){logits_da(logit_a, logit_b, -t.sign * by_a), valid ? t.sign * by_b : FP_NAN_f64};
}
FP_INLINE outputs2_f32 kl_bernoulli_logits_grad_f32(float logit_a, float logit_b)
{
  const logit_pair_short t = logit_pair_short_of(logit_a, logit_b);
  const int upper = (t.b > 0) & !t.near;
  const double top = upper ? 1.0 - t.e_a * t.other : t.numerator, y_b = t.near ? t.y + t.numerator : 1.0 + t.other;
  const double da = t.e_a * t.d / (t.y * t.y), db = top / (t.y * y_b);
  const int valid = (logit_a == logit_a) & (logit_b == logit_b);
  return (outputs2_f32){(float)logits_da(logit_a, logit_b, -t.sign * da), valid ? (float)(t.sign * db) : FP_NAN_f32};
}

#define FP_PLAIN_LOOPS
#define FP_STREAMS_f32_kl_bernoulli ,2
#define FP_STREAMS_f64_kl_bernoulli ,2
#define FP_STREAMS_f32_kl_bernoulli_logits ,2
#define FP_STREAMS_f64_kl_bernoulli_logits ,2
#define FP_STREAMS_f32_kl_bernoulli_logits_grad ,2
#define FP_STREAMS_f64_kl_bernoulli_logits_grad ,2
#define FP_FAMILY_kl_bernoulli ,1
#include "core/family.h"
