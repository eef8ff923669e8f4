/* The normal distribution between two ends, by its quantile: from a uniform u the x with P(X < x) = u.
 *
 * With a = (low - loc)/scale and b = (high - loc)/scale, turned about 0 if a + b > 0, so that the interval leans to the left:
 *
 *   b > -1      x = loc + scale z, Phi(z) = Phi(a) + u (Phi(b) - Phi(a))
 *   b <= -1     x = high - scale d: Q(t + d) = Q(t) (1 - (1 - u) m) with t = -b and m = 1 - Q(-a)/Q(t). With
 *               T(t) = e^(t^2/2) Q(t) that is t d + d^2/2 - log(T(t + d)/T(t)) = -log(1 - (1 - u) m), solved by Newton's
 *               method: nothing cancels or underflows, however far out the interval or however narrow it is. */
#ifndef FASTPROB_TRUNCNORMAL_H
#define FASTPROB_TRUNCNORMAL_H

#include "math/expm1.h"
#include "math/normal_quantile.h"
#include "math/normal_tail.h"

typedef struct { double low, high, loc, scale, turned, tail, t, tail_of_t, mass, p_low, p_range; } truncnormal_f64;

FP_INLINE double truncnormal_tail_of(double t) { const dd w = scaled_tail((dd){t, 0.0}); return w.hi + w.lo; }
FP_INLINE double log_of_ratio(double a, double b)
{
  const log_split l = split_log(a / b);
  return fma_f64(l.k, LN2, l.f - minus_log1pmx(l));
}
FP_INLINE double cut_to_40(double x) { return at_least(at_most(x, 40.0), -40.0); }

FP_INLINE truncnormal_f64 truncnormal_prepare_f64(double low, double high, double loc, double scale)
{
  const double divisor = scale > 0 ? scale : 1.0, far = 0x1p50;
  const double a = (low - loc) / divisor, b = (high - loc) / divisor;
  const int turned = a + b > 0;
  const double left = turned ? -b : a, right = turned ? -a : b;
  const double p_low = ndtr_dd((dd){cut_to_40(left), 0.0}), p_high = ndtr_dd((dd){cut_to_40(right), 0.0});
  const double t = at_most(at_least(-right, 1.0), far), width = at_most((high - low) / divisor, far);
  const double tail_of_t = truncnormal_tail_of(t);
  const double all = fma_f64(t, width, 0.5 * width * width) - log_of_ratio(truncnormal_tail_of(t + width), tail_of_t);
  return (truncnormal_f64){low, high, loc, scale, turned, right <= -1.0, t, tail_of_t,
                           -expm1_part(-at_most(all, 700.0), 0), p_low, p_high - p_low};
}

FP_INLINE double random_truncnormal_f64(double given, truncnormal_f64 p)
{
  const double u = p.turned != 0 ? 1.0 - given : given;
  const dd z = ndtri_dd(fma_f64(u, p.p_range, p.p_low));
  const double near = fma_f64(p.scale, p.turned != 0 ? -(z.hi + z.lo) : z.hi + z.lo, p.loc);
  const dd left = fast_two_sum(1.0, -(1.0 - u) * p.mass), logarithm = log_dd(left);
  const double e = -(logarithm.hi + logarithm.lo);
  double d = 2.0 * e / (p.t + __builtin_sqrt(fma_f64(p.t, p.t, 2.0 * e)));
  FP_UNROLL for (int i = 0; i < 4; i++) {
    const double w = truncnormal_tail_of(p.t + d);
    const double excess = fma_f64(p.t, d, 0.5 * d * d) - log_of_ratio(w, p.tail_of_t) - e;
    d = at_least(fma_f64(-excess * w, 1.0 / INV_SQRT_2PI, d), 0.0);
  }
  const double far = p.turned != 0 ? fma_f64(p.scale, d, p.low) : fma_f64(-p.scale, d, p.high);
  const double x = p.tail != 0 ? far : near;
  return at_most(at_least(p.scale > 0 ? x : p.loc, p.low), p.high);
}

#endif
