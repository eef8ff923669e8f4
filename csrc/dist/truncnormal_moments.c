/* Truncated normal distributions: mean, variance, entropy, of blocks that truncnormal.c has put in their frame.
 *
 * Closed forms lose all digits far out and in narrow intervals. So they are quadrature, by Gauss and Legendre's rule, of
 * t^k e^(-t (p + t/2)) on either side of p = max(a, 0), where the density is largest, t the distance from there: sums of positive terms.
 * One panel of 28 nodes is right to 2^-58 over the whole fall by e^-50, beyond which there are 2^-61 of a second moment. Only the mean
 * between the ends has a closed form without such a loss, with the difference taken from a + b. */
#include "dist/truncnormal_block.h"

#include "math/expm1.h"
#include "math/log.h"
#include "math/normal_tail.h"

enum {
  NODES = sizeof(legendre_nodes) / sizeof(legendre_nodes[0]),
  AT_ONCE = 4   /* nodes a step: their exponentials do not wait for each other */
};
_Static_assert(NODES % AT_ONCE == 0, "no node is left over");
#define FALL 50.0

/* What lies on one side of p: its length in units of scale, and as a part of both; the weights of its nodes. */
typedef struct { double reach[BLOCK], part[BLOCK], weights[NODES][BLOCK]; } side;

typedef struct {
  pairs inner;                         /* p */
  double unit[BLOCK];                  /* both lengths */
  side right, left;
  pairs mass, first, second;           /* in such units, with what their additions have lost */
  double center[BLOCK];                /* the mean distance from p, likewise */
} sums;

FP_INLINE double sum_at(const pairs *sum, size_t i) { return sum->hi[i] + sum->lo[i]; }

STEP(ranges, sums *s, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], low = d->a.lo[i], b = d->b.hi[i], width = d->width.hi[i] / LIFT, inner = at_least(a, 0.0);
    const double right = at_most(a >= 0 ? width : b, 2.0 * FALL / (inner + root_f64(fma_f64(inner, inner, 2.0 * FALL))));
    const double left = at_most(inner - a, root_f64(2.0 * FALL)), unit = right + left;
    set_pair(&s->inner, i, (dd){inner, a >= 0 ? low : 0.0});
    s->right.reach[i] = right;
    s->left.reach[i] = left;
    s->unit[i] = unit;
    s->right.part[i] = right / unit;
    s->left.part[i] = left / unit;
    s->center[i] = 0.0;
    set_pair(&s->mass, i, (dd){0.0, 0.0});
    set_pair(&s->first, i, (dd){0.0, 0.0});
    set_pair(&s->second, i, (dd){0.0, 0.0});
  }
}

/* t (p + t/2), t = at reach: with its error, for e^- of it magnifies that. */
FP_INLINE dd exponent_at(double at, double reach, dd p)
{
  const double t = at * reach, t_low = fma_f64(at, reach, -t);
  const dd slope = fast_two_sum(p.hi, 0.5 * t);
  const double x = t * slope.hi, slope_low = slope.lo + fma_f64(0.5, t_low, p.lo);
  return (dd){x, fma_f64(t, slope.hi, -x) + fma_f64(t, slope_low, t_low * slope.hi)};
}

/* Of nodes k to k + AT_ONCE - 1: their weights, with the density; mass and first moment. */
STEP(weigh, sums *s, side *one, int k, double direction, size_t groups)
{
  EACH(i, groups) {
    const double part = one->part[i], reach = one->reach[i];
    const dd inner = pair_at(&s->inner, i);
    dd mass = pair_at(&s->mass, i), first = pair_at(&s->first, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const double at = legendre_nodes[k + j];
      const dd x = exponent_at(at, reach, inner);
      const exp_split e = exp_rounded((dd){-x.hi, -x.lo});
      const double scale = power_of_two(e.shifted), u = legendre_weights[k + j] * part * fma_f64(e.p, scale, scale);
      one->weights[k + j][i] = u;
      mass = with_term(mass, u);
      first = with_term(first, direction * u * (at * part));
    }
    set_pair(&s->mass, i, mass);
    set_pair(&s->first, i, first);
  }
}

/* The second moment about the center. */
STEP(square, sums *s, const side *one, int k, double direction, size_t groups)
{
  EACH(i, groups) {
    const double part = one->part[i], center = s->center[i];
    dd second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const double away = fma_f64(direction * legendre_nodes[k + j], part, -center);
      second = with_term(second, one->weights[k + j][i] * (away * away));
    }
    set_pair(&s->second, i, second);
  }
}

/* The mean exponent. */
STEP(fall, sums *s, const side *one, int k, size_t groups)
{
  EACH(i, groups) {
    const double reach = one->reach[i];
    const dd inner = pair_at(&s->inner, i);
    dd second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      second = with_term(second, one->weights[k + j][i] * exponent_at(legendre_nodes[k + j], reach, inner).hi);
    }
    set_pair(&s->second, i, second);
  }
}

STEP(center, sums *s, size_t groups)
{
  EACH(i, groups) { s->center[i] = sum_at(&s->first, i) / sum_at(&s->mass, i); }
}

/* a < 0: loc + scale e^(-a^2/2) (1 - e^(-(b - a)(a + b)/2))/(sqrt(2 pi) M). Else a + scale E[t]. */
STEP(mean, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const dd a = pair_at(&d->a, i);
    const double low = d->low[i], high = d->high[i], loc = d->loc[i], mass = d->mass[i];
    const double excess = d->width.hi[i] / LIFT * (0.5 * d->sum[i]), center = s->center[i] * s->unit[i];
    const flag outer = a.hi >= 0, turned = d->sign[i] < 0;
    const dd square = minus_half_square_dd(a);
    const exp_split e = exp_rounded((dd){outer ? 0.0 : at_least(square.hi, -790.0), (outer | (square.hi < -790.0)) ? 0.0 : square.lo});
    const double at_a = times_falling_power(1.0 + e.p, e.shifted);
    const double fall = at_most(outer ? 0.0 : excess, 700.0);
    const double shift = outer ? center : at_a * INV_SQRT_2PI * -expm1_part(-fall, 0) * LIFT / mass;
    const double from = outer ? (turned ? high : low) : loc;
    const double mean = fma_f64(d->sign[i] * d->scale[i], shift, from);
    const double within = at_most(at_least(mean, low), high);
    result[i] = (d->point[i] == 0 ? within : low) + d->bad[i];
  }
}

STEP(var, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const double unit = s->unit[i] * d->scale[i], value = sum_at(&s->second, i) / sum_at(&s->mass, i) * unit * unit;
    result[i] = (d->point[i] == 0 ? value : 0.0) + d->bad[i];
  }
}

/* log(scale times the integral) + the mean exponent */
STEP(entropy, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const double mass = sum_at(&s->mass, i), exponent = sum_at(&s->second, i) / mass;
    const dd size = dd_plus(log_positive(d->unit[i]), log_positive(mass * s->unit[i]));
    result[i] = (size.hi + (exponent + size.lo)) + d->point[i] + d->bad[i];
  }
}

/* ---- the steps in order */

void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, double *result, const distributions *d, size_t groups)
{
  sums s;
  int outer = 0, inner = 0;   /* whether there are distributions with loc outside, or inside; others add zeros there */
  for (size_t i = 0; i < GROUP * groups; i++) {
    outer |= d->a.hi[i] >= 0;
    inner |= d->a.hi[i] < 0;
  }
  RUN(ranges, &s, d, groups);
  if (function != TRUNCNORMAL_mean || outer) {
    for (int k = 0; k < NODES; k += AT_ONCE) {
      RUN(weigh, &s, &s.right, k, 1.0, groups);
      if (inner) RUN(weigh, &s, &s.left, k, -1.0, groups);
    }
    RUN(center, &s, groups);
  }
  if (function == TRUNCNORMAL_mean) {
    RUN(mean, result, d, &s, groups);
    return;
  }
  for (int k = 0; k < NODES; k += AT_ONCE) {
    if (function == TRUNCNORMAL_var) {
      RUN(square, &s, &s.right, k, 1.0, groups);
      if (inner) RUN(square, &s, &s.left, k, -1.0, groups);
    } else {
      RUN(fall, &s, &s.right, k, groups);
      if (inner) RUN(fall, &s, &s.left, k, groups);
    }
  }
  if (function == TRUNCNORMAL_var) RUN(var, result, d, &s, groups);
  else RUN(entropy, result, d, &s, groups);
}
