/* Moments of the Bernoulli distribution, by the probability p of a 1 or by its logit l = log(p/(1 - p)), in double-double. By logits
 * no difference from 1 is taken: with a = |l| all follow from e^-a and 1 - e^-a. */
#include "math/logistic.h"
#include "math/logistic_parts.h"

FP_INLINE double where_probability(double value, double p)
{
  const int valid = (p >= 0) & (p <= 1);
  return valid ? value : FP_NAN_f64;
}
FP_INLINE double where_number(double value, double logits) { return logits == logits ? value : FP_NAN_f64; }

/* p (1 - p), of which 1/v is positive: 0 is added for -0. */
FP_INLINE dd variance_of(double given)
{
  const double p = given + 0.0;
  const dd other = two_sum(1.0, -p), product = two_product(p, other.hi);
  return (dd){product.hi, fma_f64(p, other.lo, product.lo)};
}

/* a/b; infinite where b is 0, or so small that 1/b is. */
FP_INLINE double ratio_of(dd a, dd b)
{
  const double r = 1.0 / b.hi;
  const dd q = dd_over(a, b);
  return is_finite(r) ? q.hi + q.lo : a.hi * r;
}

FP_INLINE double bernoulli_mean_f64(double p) { return where_probability(p, p); }
FP_INLINE double bernoulli_median_f64(double p) { return where_probability(p > 0.5 ? 1.0 : 0.0, p); }
FP_INLINE double bernoulli_mode_f64(double p) { return bernoulli_median_f64(p); }
FP_INLINE double bernoulli_var_f64(double p)
{
  const dd v = variance_of(p);
  return where_probability(v.hi + v.lo, p);
}
FP_INLINE double bernoulli_std_f64(double p) { return root_f64(bernoulli_var_f64(p)); }

/* (1 - 2p)/sqrt(p (1 - p)). Below 2^-930 the root's low part would be that of a subnormal square. */
FP_INLINE double bernoulli_skew_f64(double p)
{
  const dd v = variance_of(p);
  const double root = root_f64(v.hi), low = (fma_f64(-root, root, v.hi) + v.lo) / (root + root);
  return where_probability(ratio_of(two_sum(1.0, -2.0 * p), (dd){root, v.hi > 0x1p-930 ? low : 0.0}), p);
}

/* (1 - 6 v)/v with v = p (1 - p): the difference is exact next to its zero. */
FP_INLINE double bernoulli_kurtosis_f64(double p)
{
  const dd v = variance_of(p), six = two_product(6.0, v.hi), head = two_sum(1.0, -six.hi);
  return where_probability(ratio_of(fast_two_sum(head.hi, head.lo - fma_f64(6.0, v.lo, six.lo)), v), p);
}

/* -p log(p) - (1 - p) log(1 - p). A small p is lifted for its logarithm. */
FP_INLINE double bernoulli_entropy_f64(double p)
{
  const int inside = (p > 0) & (p < 1), small = p < 0x1p-900;
  const double q = inside ? p : 0.5, lift = small ? -100.0 : 0.0;
  const dd other = two_sum(1.0, -q);
  const dd by_p = dd_times_double(dd_plus(log_dd((dd){small ? q * 0x1p100 : q, 0.0}), (dd){lift * LN2_HI, lift * LN2_MID}), q);
  const dd sum = dd_plus(by_p, dd_times(log_dd(other), other));
  return where_probability(inside ? -(sum.hi + sum.lo) : 0.0, p);
}
FP_INLINE outputs2_f64 bernoulli_support_f64(double p) { return (outputs2_f64){where_probability(0.0, p), where_probability(1.0, p)}; }

FP_INLINE double bernoulli_mean_logits_f64(double logits) { return expit_one(logits); }
FP_INLINE double bernoulli_median_logits_f64(double logits) { return where_number(logits > 0 ? 1.0 : 0.0, logits); }
FP_INLINE double bernoulli_mode_logits_f64(double logits) { return bernoulli_median_logits_f64(logits); }

/* a, cut where e^-a, or e^(-a/2) if halved, is 0 and its reciprocal infinite. */
FP_INLINE double size_of_logits(double logits, double limit) { return at_most(abs_f64(logits), limit); }

/* e^-a/(1 + e^-a)^2 */
FP_INLINE double bernoulli_var_logits_f64(double logits)
{
  const logistic_parts l = logistic_parts_of((dd){size_of_logits(logits, 760.0), 0.0});
  const dd q = dd_over(quotient(l.m, l.y), l.y);
  return where_number(times_falling_power(q.hi + q.lo, l.shifted), logits);
}

/* e^(-a/2)/(1 + e^-a) */
FP_INLINE double bernoulli_std_logits_f64(double logits)
{
  const double a = size_of_logits(logits, 1520.0);
  const exp_parts half = exp_dd((dd){-0.5 * a, 0.0});
  const dd q = dd_over(exp_mantissa(half), logistic_parts_of((dd){a, 0.0}).y);
  return where_number(times_falling_power(q.hi + q.lo, half.shifted), logits);
}

/* e^x w for -10 < x <= 760, infinite where it overflows. */
FP_INLINE double grown(dd x, dd w)
{
  const exp_parts e = exp_dd(x);
  const dd product = exp_times(e, w);
  return times_power_of_two(product.hi + product.lo, e.shifted);
}

/* -2 sinh(l/2) */
FP_INLINE double bernoulli_skew_logits_f64(double logits)
{
  const double a = size_of_logits(logits, 1520.0), size = grown((dd){0.5 * a, 0.0}, one_less_exp(exp_dd((dd){-a, 0.0})));
  return where_number(logits > 0 ? -size : size, logits);
}

/* 2 cosh(a) - 4 = 2 (cosh(a) - cosh(c)) with c = log(2 + sqrt(3)), that is e^max(a, c) (1 - e^-(a + c)) (1 - e^-|a - c|) with the sign of
 * a - c. */
FP_INLINE double bernoulli_kurtosis_logits_f64(double logits)
{
  const double a = size_of_logits(logits, 760.0);
  const dd sum = two_sum(a, ACOSH_2), apart = two_sum(a, -ACOSH_2), d = fast_two_sum(apart.hi, apart.lo - ACOSH_2_LO);
  const int below = d.hi < 0;
  const dd first = one_less_exp(exp_dd((dd){-sum.hi, -(sum.lo + ACOSH_2_LO)})), second = one_less_exp(exp_dd(below ? d : dd_minus(d)));
  const double size = grown(dd_select(below, (dd){ACOSH_2, ACOSH_2_LO}, (dd){a, 0.0}), dd_times(first, second));
  return where_number(below ? -size : size, logits);
}

/* log(1 + e) + a e/(1 + e) with e = e^-a. From 40 on it is (1 + a) e, rounded once where it is subnormal. */
FP_INLINE double bernoulli_entropy_logits_f64(double logits)
{
  const double a = size_of_logits(logits, 760.0);
  const exp_parts parts = exp_minus_abs(at_most(a, 40.0));
  const dd small = dd_scale(exp_mantissa(parts), power_of_two(parts.shifted)), head = fast_two_sum(1.0, small.hi);
  const dd whole = {head.hi, head.lo + small.lo}, near = dd_plus(log_dd(whole), dd_over(dd_times_double(small, a), whole));
  const exp_split e = exp_rounded((dd){-a, 0.0});
  const double far = times_falling_power(exp_times_rounded(e, two_sum(1.0, a)), e.shifted);
  return where_number(a < 40.0 ? near.hi + near.lo : far, logits);
}
FP_INLINE outputs2_f64 bernoulli_support_logits_f64(double logits)
{ return (outputs2_f64){where_number(0.0, logits), where_number(1.0, logits)}; }

#define FP_PLAIN_LOOPS
#define FP_F32_BY_F64
#define FP_FAMILY_bernoulli_moments ,1
#include "core/family.h"
