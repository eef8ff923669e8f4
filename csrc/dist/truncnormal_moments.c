/* Truncated normal distributions: mean, variance, entropy, of blocks that truncnormal.c has put in their frame.
 *
 * Closed forms lose all digits far out and in narrow intervals. So they are quadrature, by Gauss and Legendre's rule, of
 * t^k e^(-t (p + t/2)) on either side of p = max(a, 0), where the density is largest, t the distance from there: sums of positive terms.
 * One panel of 28 nodes is right to 2^-58 over the whole fall by e^-50, beyond which there are 2^-61 of a second moment. If loc is
 * inside an interval no longer than 8, one panel does for both sides, of t^k e^(-(a + t)^2/2) from a on, right to 2^-67. For f32 there
 * are fewer nodes. Only the mean between the ends has a closed form without such a loss, with the difference taken from a + b. */
#include "dist/truncnormal_block.h"

#include "math/expm1.h"
#include "math/log.h"
#include "math/normal_tail.h"

enum {
  NODES = sizeof(legendre_nodes) / sizeof(legendre_nodes[0]),
  NODES_SHORT = sizeof(legendre_nodes_short) / sizeof(legendre_nodes_short[0]),
  AT_ONCE = 4   /* nodes a step: their exponentials do not wait for each other */
};
_Static_assert(NODES % AT_ONCE == 0 && NODES_SHORT % AT_ONCE == 0, "no node is left over");

/* panel: the longest interval with loc inside that one does for. For f32 results to 2^-30. */
typedef struct { const double *nodes, *weights; int count; double fall, panel; } rule;
static const rule RULES[FP_TYPES] = {
  [FP_F32] = {legendre_nodes_short, legendre_weights_short, NODES_SHORT, 30.0, 7.0},
  [FP_F64] = {legendre_nodes, legendre_weights, NODES, 50.0, 8.0},
};

/* What lies on one side of p: its length in units of scale, and as a part of both; the weights of its nodes. */
typedef struct { double reach[BLOCK], part[BLOCK], weights[NODES][BLOCK]; } side;

typedef struct {
  pairs from, slope;                   /* the exponent is (t + from) (t/2 + slope), with 0 and p, or a and a/2 */
  double unit[BLOCK];                  /* both lengths */
  side right, left;
  pairs mass, first, second;           /* in such units, with what their additions have lost */
  double center[BLOCK];                /* the mean distance from p, likewise */
} sums;

FP_INLINE double sum_at(const pairs *sum, size_t i) { return sum->hi[i] + sum->lo[i]; }

STEP(ranges, sums *s, const distributions *d, double fall, double panel, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], low = d->a.lo[i], b = d->b.hi[i], width = d->width.hi[i] / LIFT, inner = at_least(a, 0.0);
    const flag outer = a >= 0, one = (outer ? FP_INF_f64 : width) <= panel;
    const double whole = (outer | one) ? width : b, most = 2.0 * fall / (inner + root_f64(fma_f64(inner, inner, 2.0 * fall)));
    const double right = at_most(whole, most), left = one ? 0.0 : at_most(inner - a, root_f64(2.0 * fall)), unit = right + left;
    set_pair(&s->from, i, (dd){one ? a : 0.0, one ? low : 0.0});
    set_pair(&s->slope, i, (dd){one ? 0.5 * a : inner, one ? 0.5 * low : outer ? low : 0.0});
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

/* (t + from) (t/2 + slope), t = at reach: with its error, for e^- of it magnifies that. */
FP_INLINE dd exponent_at(double at, double reach, dd from, dd slope)
{
  const double t = at * reach, t_low = fma_f64(at, reach, -t);
  const dd first = fast_two_sum(from.hi, t), second = fast_two_sum(slope.hi, 0.5 * t);
  const double x = first.hi * second.hi, first_low = first.lo + (from.lo + t_low), second_low = second.lo + fma_f64(0.5, t_low, slope.lo);
  return (dd){x, fma_f64(first.hi, second.hi, -x) + fma_f64(first.hi, second_low, first_low * second.hi)};
}

/* AT_ONCE values from the k-th on, before a loop whose results might lie in their place. */
typedef struct { double of[AT_ONCE]; } few;
FP_INLINE few few_of(const double *values, int k)
{
  few result;
  FP_UNROLL for (int j = 0; j < AT_ONCE; j++) result.of[j] = values[k + j];
  return result;
}

/* weight e^-x */
FP_INLINE double weighed(double weight, dd x)
{
  const exp_split e = exp_rounded((dd){-x.hi, -x.lo});
  const double scale = power_of_two(e.shifted);
  return weight * fma_f64(e.p, scale, scale);
}

/* Of nodes k to k + AT_ONCE - 1: their weights, with the density; mass and first moment. */
STEP(weigh, sums *s, side *one, const rule *r, int k, double direction, size_t groups)
{
  const few nodes = few_of(r->nodes, k), weights = few_of(r->weights, k);
  EACH(i, groups) {
    const double part = one->part[i], reach = one->reach[i];
    const dd from = pair_at(&s->from, i), slope = pair_at(&s->slope, i);
    dd mass = pair_at(&s->mass, i), first = pair_at(&s->first, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const double at = nodes.of[j], u = weighed(weights.of[j] * part, exponent_at(at, reach, from, slope));
      one->weights[k + j][i] = u;
      mass = with_term(mass, u);
      first = with_term(first, direction * u * (at * part));
    }
    set_pair(&s->mass, i, mass);
    set_pair(&s->first, i, first);
  }
}

/* For the entropy, which needs no second look at the nodes: mass, and as the second moment the sum for the mean exponent. */
STEP(fall, sums *s, const side *one, const rule *r, int k, size_t groups)
{
  const few nodes = few_of(r->nodes, k), weights = few_of(r->weights, k);
  EACH(i, groups) {
    const double part = one->part[i], reach = one->reach[i];
    const dd from = pair_at(&s->from, i), slope = pair_at(&s->slope, i);
    dd mass = pair_at(&s->mass, i), second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const dd x = exponent_at(nodes.of[j], reach, from, slope);
      const double u = weighed(weights.of[j] * part, x);
      mass = with_term(mass, u);
      second = with_term(second, u * x.hi);
    }
    set_pair(&s->mass, i, mass);
    set_pair(&s->second, i, second);
  }
}

/* The second moment about the center. */
STEP(square, sums *s, const side *one, const rule *r, int k, double direction, size_t groups)
{
  const few nodes = few_of(r->nodes, k);
  EACH(i, groups) {
    const double part = one->part[i], center = s->center[i];
    dd second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const double away = fma_f64(direction * nodes.of[j], part, -center);
      second = with_term(second, one->weights[k + j][i] * (away * away));
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
    const double low = d->low[i], high = d->high[i], loc = d->loc[i], mass = d->mass[i], rest = d->mass_rest[i];
    const double excess = d->width.hi[i] / LIFT * (0.5 * d->sum[i]), center = s->center[i] * s->unit[i];
    const flag outer = a.hi >= 0, turned = d->sign[i] < 0;
    const dd square = minus_half_square_dd(a);
    const exp_split e = exp_rounded((dd){outer ? 0.0 : at_least(square.hi, -790.0), (outer | (square.hi < -790.0)) ? 0.0 : square.lo});
    const double at_a = times_falling_power(1.0 + e.p, e.shifted);
    const double fall = at_most(outer ? 0.0 : excess, 700.0);
    const double inner = at_a * INV_SQRT_2PI * -expm1_part(-fall, 0) * LIFT / mass;
    const double shift = outer ? center : fma_f64(INV_SQRT_2PI_LO / INV_SQRT_2PI - rest, inner, inner);
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

void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, int type, double *result, const distributions *d, size_t groups)
{
  const rule *const r = &RULES[type];
  sums s;
  flag outer = 0, left = 0;   /* whether a distribution has loc outside, or a second panel, where others add zeros */
  RUN(ranges, &s, d, r->fall, r->panel, groups);
  EACH(i, groups) {
    outer |= d->a.hi[i] >= 0;
    left |= s.left.reach[i] > 0;
  }
  if (function == TRUNCNORMAL_entropy) {
    for (int k = 0; k < r->count; k += AT_ONCE) {
      RUN(fall, &s, &s.right, r, k, groups);
      if (left) RUN(fall, &s, &s.left, r, k, groups);
    }
    RUN(entropy, result, d, &s, groups);
    return;
  }
  if (function == TRUNCNORMAL_var || outer) {
    for (int k = 0; k < r->count; k += AT_ONCE) {
      RUN(weigh, &s, &s.right, r, k, 1.0, groups);
      if (left) RUN(weigh, &s, &s.left, r, k, -1.0, groups);
    }
    RUN(center, &s, groups);
  }
  if (function == TRUNCNORMAL_mean) {
    RUN(mean, result, d, &s, groups);
    return;
  }
  for (int k = 0; k < r->count; k += AT_ONCE) {
    RUN(square, &s, &s.right, r, k, 1.0, groups);
    if (left) RUN(square, &s, &s.left, r, k, -1.0, groups);
  }
  RUN(var, result, d, &s, groups);
}
