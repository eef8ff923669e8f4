/* Gradients of the transforms: from the derivative with respect to a draw, and what it was made of, to those with respect to its
 * parameters. f32 is computed in double. */
#include "core/loop.h"
#include "math/exp.h"
#include "math/location_scale.h"
#include "math/logistic.h"
#include "math/scale_parts.h"
#include "random/random.h"

FP_INLINE double exp_cut(double x)
{
  const exp_parts e = exp_dd((dd){at_least(at_most(x, 720.0), -800.0), 0.0});
  return times_power_of_two(1.0 + (e.r + e.rest), e.shifted);
}

/* x = loc + scale eps: dx, dx eps; by log_scale times the scale, by logvar times half of it */
FP_INLINE outputs2_f64 random_scale_grad_f64(double dx, double eps) { return (outputs2_f64){dx, dx * eps}; }
FP_INLINE outputs2_f64 random_log_scale_grad_f64(double dx, double eps, double log_scale)
{
  return (outputs2_f64){dx, dx * eps * exp_cut(log_scale)};
}
FP_INLINE outputs2_f64 random_logvar_grad_f64(double dx, double eps, double logvar)
{
  return (outputs2_f64){dx, 0.5 * dx * eps * exp_cut(0.5 * logvar)};
}

/* x = low + (high - low) u */
FP_INLINE outputs2_f64 random_uniform_grad_f64(double dx, double u) { return (outputs2_f64){dx * (1.0 - u), dx * u}; }

/* y = 1/(1 + e^-l), l = (logits + eps)/temperature: dy y (1 - y)/temperature, and that times -l; both 0 for infinite logits,
 * NaN for what is no temperature.
 * y (1 - y) may underflow where divided by the temperature it does not, and 1/temperature overflow where l is small: mantissas and
 * exponents apart. From l = 3000 on nothing is left, whatever the temperature. */
FP_INLINE outputs2_f64 random_concrete_grad_f64(double dy, double eps, double logits, double temperature)
{
  const location_scale p = location_scale_of(-eps, temperature);
  const dd l = position_of(logits, p);
  const exp_parts e = exp_minus_dd(size_to(l, 3000.0));
  const double m = 1.0 + (e.r + e.rest), y = 1.0 + times_falling_power(m, at_least(e.shifted, SHIFT - 1140.0));
  const int certain = abs_f64(l.hi) == FP_INF_f64, tiny = abs_f64(dy) < 0x1p-500, huge = abs_f64(dy) > 0x1p500;
  const double slope = certain ? 0.0 : m / (y * y), scaled = dy * (tiny ? 0x1p540 : huge ? 0x1p-540 : 1.0);
  const double quarter = abs_f64(logits) + abs_f64(eps) > 0x1p1020 ? 0.25 : 1.0;
  const dd sum = two_sum(quarter * logits, quarter * eps);
  const length distance = length_of((dd){certain ? 1.0 : sum.hi, 0.0}, SHIFT + (quarter < 1.0 ? 2.0 : 0.0));
  const double dlogits = scaled * slope * p.inverse.hi, per_scale = p.exponent - SHIFT;
  const double exponent = e.shifted + (tiny ? -540.0 : huge ? 540.0 : 0.0) + per_scale;
  return (outputs2_f64){times_any_power_of_two(dlogits, exponent),
                        times_any_power_of_two(-dlogits * p.inverse.hi * distance.m.hi, exponent + per_scale + (distance.e - SHIFT))};
}
FP_INLINE outputs2_f32 random_concrete_grad_f32(float dy, float eps, float logits, float temperature)
{
  const double t = temperature > 0 ? temperature : FP_NAN_f64;
  const double l = ((double)logits + eps) / t, dlogits = dy * expit_one(l) * expit_one(-l) / t;
  return (outputs2_f32){(float)dlogits, (float)(-dlogits * (abs_f64(l) < FP_INF_f64 ? l : 0.0))};
}

#define FP_SHORT(name, R, parameters, arguments, members) \
  FP_INLINE R##_f32 random_##name##_f32 parameters { const R##_f64 r = random_##name##_f64 arguments; return (R##_f32){members}; }
#define FP_TWO (float)r.a, (float)r.b
FP_SHORT(scale_grad, outputs2, (float dx, float eps), (dx, eps), FP_TWO)
FP_SHORT(log_scale_grad, outputs2, (float dx, float eps, float log_scale), (dx, eps, log_scale), FP_TWO)
FP_SHORT(logvar_grad, outputs2, (float dx, float eps, float logvar), (dx, eps, logvar), FP_TWO)
FP_SHORT(uniform_grad, outputs2, (float dx, float u), (dx, u), FP_TWO)

#define FP_GRADIENT_LOOPS(name, inputs) \
  FP_LOOPS_0(f32, random, random_##name, inputs, 2) \
  FP_LOOPS_0(f64, random, random_##name, inputs, 2)
FP_GRADIENT_LOOPS(scale_grad, 2)
FP_GRADIENT_LOOPS(log_scale_grad, 3)
FP_GRADIENT_LOOPS(logvar_grad, 3)
FP_GRADIENT_LOOPS(uniform_grad, 2)
FP_GRADIENT_LOOPS(concrete_grad, 4)

/* x between low and high with Phi(z) = (1 - u) Phi(a) + u Phi(b); z, a and b are (x, low and high - loc)/scale:
 *
 *   dx/dlow = (1 - u) phi(a)/phi(z) = A    dx/dhigh = u phi(b)/phi(z) = B    dx/dloc = 1 - A - B    dx/dscale = z - a A - b B
 *
 * phi(a)/phi(z) = e^((z - a)(z + a)/2); 0 for an infinite end. A scale of 0: x is loc, or an end if loc is beyond it. NaN, all four, for
 * NaN and for a scale below 0. */
typedef struct { double low, high, loc, scale; } truncnormal_grads;
FP_INLINE truncnormal_grads truncnormal_grad(double dx, double x_, double u, double low_, double high_, double loc_, double scale)
{
  const double part = scale > 0x1p900 ? 0x1p-4 : 1.0;   /* else differences might overflow that are a few scales */
  const double x = x_ * part, low = low_ * part, high = high_ * part, loc = loc_ * part, divisor = scale > 0 ? scale * part : 1.0;
  const double z = (x - loc) / divisor, a = (low - loc) / divisor, b = (high - loc) / divisor;
  const int has_low = a >= -0x1p500, has_high = b <= 0x1p500;
  const double left = has_low ? a : z, right = has_high ? b : z;
  const double to_low = (1.0 - u) * exp_cut(0.5 * ((x - low) / divisor) * (z + left));
  const double to_high = u * exp_cut(0.5 * ((x - high) / divisor) * (z + right));
  const double at_low = low == x ? 1.0 : 0.0, at_high = ((low < x) & (high == x)) ? 1.0 : 0.0;
  const double dlow = scale > 0 ? (has_low ? to_low : 0.0) : at_low, dhigh = scale > 0 ? (has_high ? to_high : 0.0) : at_high;
  const double dscale = scale > 0 ? z - left * dlow - right * dhigh : 0.0;
  const int valid = (x == x) & (u == u) & (low == low) & (high == high) & (loc == loc) & (scale >= 0);
  const double by = valid ? dx : FP_NAN_f64;
  return (truncnormal_grads){by * dlow, by * dhigh, by * (1.0 - dlow - dhigh), by * dscale};
}

#define FP_TRUNCNORMAL_GRAD(T) \
  void FP_SYM(fp_random_truncnormal_grad_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_random_truncnormal_grad_##T##_array)(void *const *args, size_t n) { \
    const FP_REAL_##T *dx = args[0], *x = args[1], *u = args[2]; \
    const FP_REAL_##T *low = args[3], *high = args[4], *loc = args[5], *scale = args[6]; \
    FP_REAL_##T *dlow = args[7], *dhigh = args[8], *dloc = args[9], *dscale = args[10]; \
    FP_IVDEP for (size_t i = 0; i < n; i++) { \
      const truncnormal_grads g = truncnormal_grad(dx[i], x[i], u[i], low[i], high[i], loc[i], scale[i]); \
      dlow[i] = canonical_##T((FP_REAL_##T)g.low); \
      dhigh[i] = canonical_##T((FP_REAL_##T)g.high); \
      dloc[i] = canonical_##T((FP_REAL_##T)g.loc); \
      dscale[i] = canonical_##T((FP_REAL_##T)g.scale); \
    } \
  }
FP_TRUNCNORMAL_GRAD(f32)
FP_TRUNCNORMAL_GRAD(f64)
