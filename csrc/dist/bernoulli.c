/* Bernoulli distribution. */
#include "math/logistic.h"

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
