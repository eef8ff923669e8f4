/* exp, log and their kin. The f32 kernels compute in double. */
#include "math/expm1.h"
#include "math/log.h"
#include "math/logistic.h"
#include "math/logistic_parts.h"

/* e^x. Arguments beyond the range are cut where the result is 0 or infinite already. */
FP_INLINE double exp_f64(double x)
{
  const exp_parts e = exp_dd((dd){at_least(at_most(x, 720.0), -800.0), 0.0});
  return times_power_of_two(1.0 + (e.r + e.rest), e.shifted);
}
FP_INLINE float exp_f32(float x) { return (float)exp_short(at_least(at_most(x, 200.0), -200.0)); }

/* e^x - 1 */
FP_INLINE double expm1_f64(double x) { return expm1_part(x, 0); }
FP_INLINE float expm1_f32(float x) { return (float)expm1_short(x); }

/* log x */
FP_INLINE double log_f64(double x)
{
  const dd y = log_positive(x > 0 && x < FP_INF_f64 ? x : 1.0);
  const double edge = x == 0 ? -FP_INF_f64 : (x > 0 ? x : FP_NAN_f64);
  return x > 0 && x < FP_INF_f64 ? y.hi + y.lo : edge;
}
FP_INLINE float log_f32(float x)
{
  const float edge = x == 0 ? -FP_INF_f32 : (x > 0 ? x : FP_NAN_f32);
  const int inside = x > 0 && x < FP_INF_f32;
  return inside ? (float)log_short(inside ? x : 1.0) : edge;
}

/* log(1 + x), the sum as a double-double. */
FP_INLINE double log1p_f64(double x)
{
  const int inside = x > -1 && x < FP_INF_f64;
  const dd sum = two_sum(1.0, inside ? x : 0.0);
  const int large = sum.hi > 0x1p900;
  const dd y = log_dd((dd){sum.hi, large ? 0.0 : sum.lo});
  const double edge = x == -1 ? -FP_INF_f64 : (x > 0 ? x : FP_NAN_f64);
  return abs_f64(x) < 0x1p-60 ? x : (inside ? y.hi + y.lo : edge);
}
FP_INLINE float log1p_f32(float x)
{
  const int inside = x > -1 && x < FP_INF_f32;
  const float edge = x == -1 ? -FP_INF_f32 : (x > 0 ? x : FP_NAN_f32);
  return x == 0 ? x : (inside ? (float)log1p_short(inside ? x : 0.0) : edge);
}

/* log(1 + x) - x; 1 + x = 2^k (1 + f). For k = 0 f = x, and f - log(1 + f) is all; else that of the f of the rounded sum, and
 * x - f - k log 2 in double-double, which has its sign or is small beside it. */
FP_INLINE double log1pmx_f64(double x)
{
  const int inside = x > -1 && x < FP_INF_f64;
  const double at = inside ? x : 1.0;
  const dd y = two_sum(1.0, at);
  const log_split l = split_log(y.hi);
  const double f = l.k == 0 ? at : l.f, s = f / (2.0 + f);
  const dd rest = minus_log1pmx_dd((log_split){l.k, f, s, l.minus_k_bits});
  const double low = y.hi > 0x1p900 ? 0.0 : y.lo * from_bits_f64(l.minus_k_bits);   /* 2^-k is not finite beyond 2^1023.5 */
  const dd logarithm = fast_two_sum(l.k * LN2_HI, f), difference = two_sum(at, -logarithm.hi), far = two_sum(difference.hi, rest.hi);
  const double slope = fma_f64(fma_f64(2.0, s, -2.0), s, 1.0);   /* 1/(1 + f) nearly */
  const double lost = far.lo + (rest.lo + difference.lo - logarithm.lo - fma_f64(l.k, LN2_MID, low * slope));
  const double value = l.k == 0 ? rest.hi + rest.lo : far.hi + lost;
  return inside ? 0.0 - value : (x >= -1 ? -FP_INF_f64 : FP_NAN_f64);   /* 0 at 0, not -0 */
}
FP_INLINE float log1pmx_f32(float x)
{
  const int inside = x > -1 && x < FP_INF_f32;
  const double at = inside ? x : 1.0;
  const log_split_short l = split_log_short(1.0 + at);
  const double f = l.k == 0 ? at : l.f, rest = minus_log1pmx_short(f);
  const double value = l.k == 0 ? rest : fma_f64(-l.k, LN2, at - f) + rest;
  return inside ? (float)(0.0 - value) : (x >= -1 ? -FP_INF_f32 : FP_NAN_f32);
}

/* 1/(1 + e^-x) */
FP_INLINE double expit_f64(double x) { return expit_one(x); }
FP_INLINE float expit_f32(float x) { return expit_short(x); }

/* -log(1 + e^-x) */
FP_INLINE double log_expit_f64(double x) { return -softplus_one(-x); }
FP_INLINE float log_expit_f32(float x) { return (float)-softplus_short(-x); }

/* log(1 + e^x) */
FP_INLINE double softplus_f64(double x) { return softplus_one(x); }
FP_INLINE float softplus_f32(float x) { return (float)softplus_short(x); }

/* log(q/(1 - q)), infinite at 0 and 1, NaN beyond */
FP_INLINE double logit_f64(double q)
{
  const int inside = q > 0 && q < 1;
  const dd z = logit_dd(inside ? q : 0.5);
  const double edge = q == 0 ? -FP_INF_f64 : q == 1 ? FP_INF_f64 : FP_NAN_f64;
  return inside ? z.hi + z.lo : edge;
}
FP_INLINE float logit_f32(float q)
{
  const int inside = q > 0 && q < 1;
  const float edge = q == 0 ? -FP_INF_f32 : q == 1 ? FP_INF_f32 : FP_NAN_f32;
  return inside ? (float)logit_short(inside ? q : 0.5f) : edge;
}

#define FP_STREAMS_f32_exp ,3
#define FP_STREAMS_f32_expm1 ,3
#define FP_STREAMS_f32_expit ,3
#define FP_STREAMS_f32_log_expit ,3
#define FP_STREAMS_f32_softplus ,3
#define FP_STREAMS_f64_exp ,4
#define FP_STREAMS_f64_log_expit ,4
#define FP_STREAMS_f64_softplus ,4
#define FP_FAMILY_elementary ,1
#include "core/family.h"
