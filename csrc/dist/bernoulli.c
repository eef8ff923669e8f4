/* Bernoulli distribution, by the probability p of a 1 or by its logit l = log(p/(1 - p)). */
#include "math/logistic.h"
#include "math/logistic_parts.h"

/* value, or `outside` where k is neither 0 nor 1; NaN where p is no probability or k is NaN. */
FP_INLINE double of_outcome_f64(double k, double p, double value, double outside)
{
  const int outcome = (k == 0) | (k == 1), valid = (p >= 0) & (p <= 1) & (k == k);
  const double any = outcome ? value : outside;
  return valid ? any : FP_NAN_f64;
}
FP_INLINE float of_outcome_f32(float k, float p, float value, float outside)
{
  const int outcome = (k == 0) | (k == 1), valid = (p >= 0) & (p <= 1) & (k == k);
  const float any = outcome ? value : outside;
  return valid ? any : FP_NAN_f32;
}

/* p of the outcome: p at k = 1, 1 - p at k = 0. */
FP_INLINE double bernoulli_pmf_f64(double k, double p) { return of_outcome_f64(k, p, k == 1 ? p : 1.0 - p, 0.0); }
FP_INLINE float bernoulli_pmf_f32(float k, float p) { return of_outcome_f32(k, p, k == 1 ? p : 1.0f - p, 0.0f); }

/* Its logarithm, 1 - p with what the difference lost. A subnormal p is lifted. */
FP_INLINE double bernoulli_logpmf_f64(double k, double p)
{
  const int one = k == 1, small = p < 0x1p-1000, lifted = one & small;
  const dd other = two_sum(1.0, -p);
  const double y = lifted ? p * 0x1p100 : one ? p : other.hi;
  const dd logarithm = log_dd((dd){y > 0 ? y : 1.0, one ? 0.0 : other.lo});
  const double lift = lifted ? -100.0 : 0.0;
  const dd value = dd_plus(logarithm, (dd){lift * LN2_HI, lift * LN2_MID});
  return of_outcome_f64(k, p, y > 0 ? value.hi + value.lo : -FP_INF_f64, -FP_INF_f64);
}
FP_INLINE float bernoulli_logpmf_f32(float k, float p)
{
  const int one = k == 1;
  const int possible = one ? p > 0 : p < 1;
  const double at = possible ? (double)p : 0.5, value = one ? log_short(at) : log1p_short(-at);
  return of_outcome_f32(k, p, possible ? (float)value : -FP_INF_f32, -FP_INF_f32);
}

/* 1/p at k = 1, -1/(1 - p) at k = 0. */
FP_INLINE double bernoulli_logpmf_grad_f64(double k, double p)
{
  const int one = k == 1;
  const dd other = two_sum(1.0, -p);
  const double y = one ? p + 0.0 : other.hi, low = one ? 0.0 : other.lo, r = 1.0 / y;
  const double value = is_finite(r) ? fma_f64(fma_f64(-r, low, fma_f64(-r, y, 1.0)), r, r) : r;
  return of_outcome_f64(k, p, one ? value : -value, FP_NAN_f64);
}
FP_INLINE float bernoulli_logpmf_grad_f32(float k, float p)
{
  const int one = k == 1;
  const double value = 1.0 / (one ? p + 0.0 : 1.0 - p);
  return of_outcome_f32(k, p, (float)(one ? value : -value), FP_NAN_f32);
}

/* A step at 0 and one at 1. */
FP_INLINE double steps_f64(double k, double below, double between, double above)
{
  const double any = k < 0 ? below : k < 1 ? between : above;
  return k == k ? any : k;
}
FP_INLINE float steps_f32(float k, float below, float between, float above)
{
  const float any = k < 0 ? below : k < 1 ? between : above;
  return k == k ? any : k;
}
FP_INLINE double bernoulli_cdf_f64(double k, double p)
{
  const int valid = (p >= 0) & (p <= 1);
  return valid ? steps_f64(k, 0.0, 1.0 - p, 1.0) : FP_NAN_f64;
}
FP_INLINE float bernoulli_cdf_f32(float k, float p)
{
  const int valid = (p >= 0) & (p <= 1);
  return valid ? steps_f32(k, 0.0f, 1.0f - p, 1.0f) : FP_NAN_f32;
}
FP_INLINE double bernoulli_sf_f64(double k, double p)
{
  const int valid = (p >= 0) & (p <= 1);
  return valid ? steps_f64(k, 1.0, p, 0.0) : FP_NAN_f64;
}
FP_INLINE float bernoulli_sf_f32(float k, float p)
{
  const int valid = (p >= 0) & (p <= 1);
  return valid ? steps_f32(k, 1.0f, p, 0.0f) : FP_NAN_f32;
}

/* The least k with cdf(k) >= q: 0 if q <= 1 - p, that is q + p <= 1, exactly. The least k with sf(k) <= q: 0 if p <= q. */
FP_INLINE double bernoulli_ppf_f64(double q, double p)
{
  const int valid = (p >= 0) & (p <= 1) & (q >= 0) & (q <= 1);
  const dd sum = two_sum(q, p);
  const int above = (sum.hi > 1) | ((sum.hi == 1) & (sum.lo > 0));
  const double outcome = above ? 1.0 : 0.0;
  return valid ? outcome : FP_NAN_f64;
}
FP_INLINE float bernoulli_ppf_f32(float q, float p) { return (float)bernoulli_ppf_f64(q, p); }
FP_INLINE double bernoulli_isf_f64(double q, double p)
{
  const int valid = (p >= 0) & (p <= 1) & (q >= 0) & (q <= 1);
  const double outcome = p > q ? 1.0 : 0.0;
  return valid ? outcome : FP_NAN_f64;
}
FP_INLINE float bernoulli_isf_f32(float q, float p) { return (float)bernoulli_isf_f64(q, p); }

/* The same by logits: expit(l) and expit(-l), neither a difference. */
FP_INLINE double bernoulli_pmf_logits_f64(double k, double logits)
{
  const int outcome = (k == 0) | (k == 1);
  const double value = expit_one(k == 1 ? logits : -logits), outside = logits == logits && k == k ? 0.0 : FP_NAN_f64;
  return outcome ? value : outside;
}
FP_INLINE float bernoulli_pmf_logits_f32(float k, float logits)
{
  const int outcome = (k == 0) | (k == 1);
  const float value = expit_short(k == 1 ? logits : -logits), outside = logits == logits && k == k ? 0.0f : FP_NAN_f32;
  return outcome ? value : outside;
}
FP_INLINE double bernoulli_cdf_logits_f64(double k, double logits)
{
  const double value = steps_f64(k, 0.0, expit_one(-logits), 1.0);
  return logits == logits ? value : logits;
}
FP_INLINE float bernoulli_cdf_logits_f32(float k, float logits)
{
  const float value = steps_f32(k, 0.0f, expit_short(-logits), 1.0f);
  return logits == logits ? value : logits;
}
FP_INLINE double bernoulli_sf_logits_f64(double k, double logits)
{
  const double value = steps_f64(k, 1.0, expit_one(logits), 0.0);
  return logits == logits ? value : logits;
}
FP_INLINE float bernoulli_sf_logits_f32(float k, float logits)
{
  const float value = steps_f32(k, 1.0f, expit_short(logits), 0.0f);
  return logits == logits ? value : logits;
}

/* log(q/(1 - q)), infinite at the ends and beyond */
FP_INLINE dd logit_of_f64(double q)
{
  const int inside = (q > 0) & (q < 1);
  return dd_select(inside, logit_dd(inside ? q : 0.5), (dd){(q - 0.5) * FP_INF_f64, 0.0});
}

/* q against 1 - p or p, as their logits: 0 if logit(q) <= -l; 0 if l <= logit(q). f32 is decided as f64 is: its nearest tie of all q and l,
 * 2^-56.6 of the logit, is in tests/accuracy. */
FP_INLINE double bernoulli_ppf_logits_f64(double q, double logits)
{
  const dd z = logit_of_f64(q);
  const double outcome = (z.hi + logits) + z.lo > 0 ? 1.0 : 0.0;   /* the first sum is exact where it is small */
  const int valid = (q >= 0) & (q <= 1) & (logits == logits);
  return valid ? outcome : FP_NAN_f64;
}
FP_INLINE float bernoulli_ppf_logits_f32(float q, float logits) { return (float)bernoulli_ppf_logits_f64(q, logits); }
FP_INLINE double bernoulli_isf_logits_f64(double q, double logits)
{
  const dd z = logit_of_f64(q);
  const double outcome = (z.hi - logits) + z.lo < 0 ? 1.0 : 0.0;
  const int valid = (q >= 0) & (q <= 1) & (logits == logits);
  return valid ? outcome : FP_NAN_f64;
}
FP_INLINE float bernoulli_isf_logits_f32(float q, float logits) { return (float)bernoulli_isf_logits_f64(q, logits); }

/* log p of the outcome k: log_expit(l) at k = 1, log_expit(-l) at k = 0. */
FP_INLINE double bernoulli_logpmf_logits_f64(double k, double logits)
{
  const double value = -softplus_one(k == 1 ? -logits : logits);
  const double outside = k == k && logits == logits ? -FP_INF_f64 : FP_NAN_f64;
  return k == 0 || k == 1 ? value : outside;
}
FP_INLINE float bernoulli_logpmf_logits_f32(float k, float logits)
{
  const float value = (float)-softplus_short(k == 1 ? -logits : logits);
  const float outside = k == k && logits == logits ? -FP_INF_f32 : FP_NAN_f32;
  return k == 0 || k == 1 ? value : outside;
}

/* k - expit(l), without the difference: expit(-l) at k = 1, -expit(l) at k = 0. */
FP_INLINE double bernoulli_logpmf_logits_grad_f64(double k, double logits)
{
  const double p = expit_one(k == 1 ? -logits : logits);
  return k == 1 ? p : (k == 0 ? -p : FP_NAN_f64);
}
FP_INLINE float bernoulli_logpmf_logits_grad_f32(float k, float logits)
{
  const float p = expit_short(k == 1 ? -logits : logits);
  return k == 1 ? p : (k == 0 ? -p : FP_NAN_f32);
}

#define FP_FAMILY_bernoulli ,1
#include "core/family.h"
