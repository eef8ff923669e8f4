/* Functions of one number whose f32 form is not the f64 form in other types. */
#ifndef FASTPROB_NN_FUNCTIONS_H
#define FASTPROB_NN_FUNCTIONS_H

#include "math/expm1.h"
#include "math/kl_standard_normal.h"
#include "math/log.h"
#include "math/logistic.h"
#include "math/tanh.h"

FP_INLINE double sigmoid_f64(double x) { return expit_one(x); }
FP_INLINE float sigmoid_f32(float x) { return expit_short(x); }
FP_INLINE double softplus_f64(double x) { return softplus_one(x); }
FP_INLINE float softplus_f32(float x) { return (float)softplus_short(x); }
/* 1 - e^-y, the slope of softplus where its value is y */
FP_INLINE double softplus_slope_f64(double y) { return -expm1_part(-y, 0); }
FP_INLINE float softplus_slope_f32(float y) { return (float)-expm1_short(-(double)y); }

/* e^s where it is finite */
FP_INLINE double exp_of_f64(double s)
{
  const exp_parts e = exp_dd((dd){s, 0.0});
  return times_power_of_two(1.0 + (e.r + e.rest), e.shifted);
}
FP_INLINE float exp_of_f32(float s) { return (float)exp_short(s); }

/* e^-s, its argument cut where that would not be finite */
FP_INLINE double inverse_scale_f64(double s) { return exp_of_f64(-at_most(at_least(s, -700.0), 700.0)); }
FP_INLINE float inverse_scale_f32(float s) { return exp_of_f32((float)-at_most(at_least(s, -80.0), 80.0)); }

/* What a row's losses are summed in: in float32 one alone would overflow from 1e19 scales on. Those above 2^-26 have all their digits. */
#define LOSS_UNIT_f32 0x1p-100f
#define LOSS_UNIT_f64 1.0
#define LOSS_UNIT FP_CAT(LOSS_UNIT_, FP_TYPE)

/* KL(N(mean, e^2s) || N(0, 1)) */
FP_INLINE double kl_of_f64(double mean, double s) { return with_location(mean, logvar_part_f64(2.0 * s)); }
FP_INLINE double kl_wide(float mean, float s) { return fma_f64(0.5 * mean, mean, logvar_part_f32(2.0 * s)); }
FP_INLINE float kl_of_f32(float mean, float s) { return (float)kl_wide(mean, s); }

/* The same in this unit */
FP_INLINE double kl_loss_f64(double mean, double s) { return kl_of_f64(mean, s); }
FP_INLINE float kl_loss_f32(float mean, float s) { return (float)(kl_wide(mean, s) * (double)LOSS_UNIT_f32); }

/* q = e/(1 + e) and log(1 + e) with e = e^-t, t >= 0 */
typedef struct { double q, log1p_e; } tail_terms_f64;
typedef struct { float q, log1p_e; } tail_terms_f32;

FP_INLINE tail_terms_f64 terms_f64(double t) { return (tail_terms_f64){expit_one(-t), softplus_one(-t)}; }

/* In float throughout, for the sake of speed; log(1 + e) = -log(1 - q). About 3 ULP each. */
FP_INLINE tail_terms_f32 terms_f32(float t)
{
  const float cut = at_most_f32(t, 87.0f), shifted = fma_f32(cut, -(float)LOG2E, 0x1.8p23f), n = shifted - 0x1.8p23f;
  const float r = -fma_f32(n, 0x1.7f7d1cp-20f, fma_f32(n, 0x1.62e4p-1f, cut)), square = r * r;   /* log 2 in two parts, the first of 15 bits */
  float cubic = (float)exp_rest_short[4];
  FP_UNROLL for (int i = 3; i >= 0; i--) cubic = fma_f32(cubic, r, (float)exp_rest_short[i]);
  const float power = fma_f32(fma_f32(cubic, r, 0.5f), square, r);
  const float scale = from_bits_f32((bits_f32(shifted) - (0x4b400000u - 127u)) << 23), e = fma_f32(power, scale, scale);
  const float q = e / (1.0f + e);
  const int top = sizeof(minus_log1m_short) / sizeof(minus_log1m_short[0]) - 1;
  float p = (float)minus_log1m_short[top];
  FP_UNROLL for (int i = top - 1; i >= 0; i--) p = fma_f32(p, q, (float)minus_log1m_short[i]);
  return (tail_terms_f32){q, q * p};
}

/* log(1 - e^-d) and d/(e^d - 1), d > 0 */
typedef struct { double log_mass, slope; } width_terms_f64;
typedef struct { float log_mass, slope; } width_terms_f32;

FP_INLINE width_terms_f64 bin_f64(double d)
{
  const double wide = at_most(at_least(d, 0x1p-1000), 700.0);
  const dd mass = log_positive(-expm1_part(-wide, 0));
  return (width_terms_f64){mass.hi + mass.lo, wide / expm1_part(wide, 0)};
}
FP_INLINE width_terms_f32 bin_f32(float d)
{
  const double wide = at_most(at_least((double)d, 0x1p-120), 190.0);
  return (width_terms_f32){(float)log_short(-expm1_short(-wide)), (float)(wide / expm1_short(wide))};
}

#endif
