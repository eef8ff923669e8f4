/* Probabilities of intervals of the normal distribution, P(a < X < b), and their gradients, in all of
 * (a, b, loc, scale). */
#include "math/long_bodies.h"
#include "math/normal_mass.h"

/* Phi(z_b) - Phi(z_a) */
FP_INLINE double normal_interval_mass_f64(double a, double b, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const interval i = interval_of(a, b, p);
  return at_empty_interval(i.kind, normal_mass_value(normal_mass_of(i)), 0.0);
}
FP_INLINE float normal_interval_mass_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  return (float)at_empty_interval(i.kind, normal_mass_short_value(normal_mass_short_of(i)), 0.0);
}

/* Its logarithm */
FP_INLINE double normal_log_interval_mass_f64(double a, double b, double loc, double scale)
{
  const location_scale p = location_scale_of(loc, scale);
  const interval i = interval_of(a, b, p);
  return at_empty_interval(i.kind, normal_mass_log(normal_mass_of(i)), -FP_INF_f64);
}
FP_INLINE float normal_log_interval_mass_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  return (float)at_empty_interval(i.kind, normal_mass_short_log(normal_mass_short_of(i)), -FP_INF_f64);
}

/* In the orientation of z_near = n and z_far = f, |n| <= f, with y = (f^2 - n^2)/2 = w (n + f)/2:
 *
 *   phi(f) = phi(n) e^-y,     D = phi(n) - phi(f) = phi(n) (1 - e^-y),     n phi(n) - f phi(f) = n D - w phi(f),
 *
 * the derivatives by loc and scale, times scale: products, and one difference that is 0 where the derivative is. w and n + f are
 * numbers of their own, each with its exponent; so is y. Densities vanish, for any scale, beyond 56. */
FP_INLINE one_less drop_between(interval i, oriented o)
{
  return one_less_of(dd_times((dd){i.width, i.width_low}, o.sum), i.exponent - SHIFT + (o.sum_exponent - 1.0));
}

/* n D - w phi(f) from phi(n) and phi(f) in whatever unit */
FP_INLINE balance moment_between(dd near, dd far, interval i, oriented o, one_less y, flag vanishes, int usual)
{
  const dd first = dd_times(dd_times(near, y.less), dd_select(vanishes, (dd){0.0, 0.0}, o.at));
  return balance_of(first, y.left + (o.exponent - SHIFT), dd_times(far, (dd){i.width, i.width_low}),
                    (y.e.shifted - SHIFT) + (at_most(i.exponent, WIDEST) - SHIFT), usual);
}

/* e^(-z^2/2) */
FP_INLINE exp_parts density_parts(dd z)
{
  const flag beyond = abs_f64(z.hi) > 56.0;
  return exp_dd(minus_half_square_dd((dd){beyond ? 56.0 : z.hi, beyond ? 0.0 : z.lo}));
}

FP_INLINE outputs4_f64 normal_interval_mass_grad_of(placed_interval at, int usual)
{
  const location_scale p = at.p;
  const interval i = at.i;
  const oriented o = at.o;
  const one_less y = drop_between(i, o);
  const exp_parts e = density_parts(o.near);
  const dd near = exp_times(e, dd_times(p.inverse, (dd){INV_SQRT_2PI, INV_SQRT_2PI_LO})), far = exp_times(y.e, near);
  const balance moment = moment_between(near, far, i, o, y, abs_f64(o.near.hi) > 56.0, usual);
  const double base = e.shifted + (p.exponent - SHIFT);
  const double dloc = result_times_power(dd_times(near, y.less), base + y.left, usual);
  const double dscale = result_times_power(moment.value, base + moment.exponent, usual);
  const double at_far = result_times_power(far, base + (y.e.shifted - SHIFT), usual);
  return oriented_derivatives(result_times_power(near, base, usual), at_far, i.kind > 0 ? dloc : 0.0, i.kind > 0 ? dscale : 0.0,
                              o.turned, 0.0 * i.kind);
}
FP_INLINE outputs4_f64 normal_interval_mass_grad_f64(double a, double b, double loc, double scale)
{
  return normal_interval_mass_grad_of(placed(a, b, loc, scale), 0);
}
FP_INLINE_SOMEWHERE outputs4_f64 normal_interval_mass_grad_usual_f64(double a, double b, double loc, double scale)
{
  return normal_interval_mass_grad_of(placed_usual(a, b, loc, scale), 1);
}

/* For f32 */
FP_INLINE one_less_short drop_between_short(interval_short i, oriented_short o)
{
  return one_less_short_of(i.kind > 0 ? 0.5 * i.width * o.sum : 0.0);
}

/* D and n D - w phi(f) from phi(n) and phi(f) */
FP_INLINE outputs4_f32 normal_derivatives_short(double near, double far, double less, interval_short i, oriented_short o, flag vanishes,
                                                flag some, double known)
{
  const double apart = near * less, moment = (vanishes ? 0.0 : o.near) * apart - at_most(i.width, 600.0) * far;
  return oriented_derivatives_short(near, far, some ? apart : 0.0, some ? moment : 0.0, o.turned, known);
}

/* e^(-z^2/2) */
FP_INLINE double density_short(double z)
{
  const double t = at_most(abs_f64(z), 32.0);
  return exp_short(-0.5 * t * t);
}

FP_INLINE outputs4_f32 normal_interval_mass_grad_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const oriented_short o = orientation_short(a, b, i, p);
  const one_less_short y = drop_between_short(i, o);
  const double near = density_short(o.near) * (p.inverse * INV_SQRT_2PI);
  return normal_derivatives_short(near, near * y.e, y.less, i, o, abs_f64(o.near) > 32.0, i.kind > 0, 0.0 * i.kind);
}

/* The same divided by the mass, e^(-n^2/2) m for n > 0, else m, m from normal_mass.h. From n = 2^30 on it is phi(n) (1 - e^-y)/n. */
#define FAR_OUT 0x1p30

FP_INLINE outputs4_f64 normal_log_interval_mass_grad_of(placed_interval at, int usual)
{
  const location_scale p = at.p;
  const interval i = at.i;
  const oriented o = at.o;
  const one_less y = drop_between(i, o);
  const normal_mass m = normal_mass_of(i);
  const flag upper = o.near.hi > 0, far_out = !usual & (o.near.hi > FAR_OUT);
  const exp_parts e = density_parts((dd){upper ? 0.0 : o.near.hi, upper ? 0.0 : o.near.lo});
  const dd top = dd_times(p.inverse, dd_select(far_out, o.at, (dd){INV_SQRT_2PI, INV_SQRT_2PI_LO}));
  const dd ratio = dd_over(top, dd_select(far_out, y.less, (dd){m.scaled, 0.0}));
  const dd near = exp_times(e, ratio), far = exp_times(y.e, near);
  const balance moment = moment_between(near, far, i, o, y, o.near.hi < -56.0, usual);
  const double base = e.shifted + (p.exponent - SHIFT) + (far_out ? o.exponent - SHIFT - y.left : SHIFT - m.exponent);
  const double at_far = result_times_power(far, base + (y.e.shifted - SHIFT), usual);
  const double dloc = result_times_power(dd_times(near, y.less), base + y.left, usual);
  const double dscale = result_times_power(moment.value, base + moment.exponent, usual);
  return oriented_derivatives(result_times_power(near, base, usual), at_far, dloc, dscale, o.turned, known_mass(i.kind, p.loc));
}
FP_INLINE outputs4_f64 normal_log_interval_mass_grad_f64(double a, double b, double loc, double scale)
{
  return normal_log_interval_mass_grad_of(placed(a, b, loc, scale), 0);
}
FP_INLINE_SOMEWHERE outputs4_f64 normal_log_interval_mass_grad_usual_f64(double a, double b, double loc, double scale)
{
  return normal_log_interval_mass_grad_of(placed_usual(a, b, loc, scale), 1);
}
FP_INLINE outputs4_f32 normal_log_interval_mass_grad_f32(float a, float b, float loc, float scale)
{
  const location_scale_short p = location_scale_short_of(loc, scale);
  const interval_short i = interval_short_of(a, b, p);
  const oriented_short o = orientation_short(a, b, i, p);
  const one_less_short y = drop_between_short(i, o);
  const double scaled = normal_mass_short_of(i).scaled;
  const flag far_out = o.near > FAR_OUT;
  const double top = p.inverse * (far_out ? o.near : INV_SQRT_2PI * density_short(at_most(o.near, 0.0)));
  const double near = top / (far_out ? y.less : scaled);
  return normal_derivatives_short(near, near * y.e, y.less, i, o, o.near < -32.0, 1, known_mass(i.kind, p.loc));
}

#define FP_PLAIN_LOOPS
#define FP_USUAL_f64_normal_interval_mass_grad ,1
#define normal_interval_mass_grad_is_usual_f64 is_usual_interval
#define FP_USUAL_f64_normal_log_interval_mass_grad ,1
#define normal_log_interval_mass_grad_is_usual_f64 is_usual_interval
#define FP_FAMILY_normal_interval ,1
#include "core/family.h"
