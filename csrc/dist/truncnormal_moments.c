/* Truncated normal distributions: mean, variance, entropy, of blocks that truncnormal.c has put in their frame.
 *
 * Closed forms lose all digits far out and in narrow intervals. So they are quadrature, by Gauss and Legendre's rule, of
 * t^k e^(-t (p + t/2)) on either side of p = max(a, 0), where the density is largest, t the distance from there: sums of positive terms.
 * One panel of 28 nodes is right to 2^-58 over the whole fall by e^-50, beyond which there are 2^-61 of a second moment. If loc is
 * inside an interval no longer than 8, one panel does for both sides, of t^k e^(-(a + t)^2/2) from a on, right to 2^-67. There are
 * fewer nodes for f32 and for short intervals, over which the exponent changes by at most 13. Only the mean between the ends has a closed
 * form without such a loss, with the difference taken from a + b. */
#include "dist/truncnormal_block.h"

#include "math/expm1.h"
#include "math/log.h"
#include "math/normal_tail.h"

#define COUNT(values) (int)(sizeof(values) / sizeof((values)[0]))
enum {
  NODES = COUNT(legendre_nodes),
  AT_ONCE = 4   /* nodes a step: their exponentials do not wait for each other */
};
_Static_assert(NODES % AT_ONCE == 0 && COUNT(legendre_nodes_brief) % AT_ONCE == 0 && COUNT(legendre_nodes_short) % AT_ONCE == 0 &&
               COUNT(legendre_nodes_short_brief) % AT_ONCE == 0, "no node is left over");

/* most: the largest exponent that it does for. */
typedef struct { const double *nodes, *weights; int count; double most; } rule;
#define RULE(name, most) {legendre_nodes##name, legendre_weights##name, COUNT(legendre_nodes##name), most}
/* One for any interval and one for short ones, right to 2^-62, for f32 to 2^-32; panel: the longest interval with loc inside that one
 * does for. */
typedef struct { rule any, brief; double panel; } rules;
static const rules RULES[FP_TYPES] = {
  [FP_F32] = {RULE(_short, 30.0), RULE(_short_brief, 10.0), 7.0},
  [FP_F64] = {RULE(, 50.0), RULE(_brief, 13.0), 8.0},
};

/* What lies on one side of p: its length in units of scale, and as a part of both; the weights of its nodes. */
typedef struct { double reach[BLOCK], part[BLOCK], weights[NODES][BLOCK]; } side;

typedef struct {
  _Alignas(64) pairs from;
  pairs slope;                         /* the exponent is (t + from) (t/2 + slope), with 0 and p, or a and a/2 */
  double unit[BLOCK];                  /* both lengths */
  double brief[BLOCK];                 /* 1 where the rule for short intervals does */
  side right, left;
  double at[NODES][BLOCK], weight[AT_ONCE][BLOCK];   /* the nodes on [0, 1], and at a step's their weights there */
  pairs mass, first, second;           /* in such units, with what their additions have lost */
  double center[BLOCK];                /* the mean distance from p, likewise */
} sums;

FP_INLINE double sum_at(const pairs *sum, size_t i) { return sum->hi[i] + sum->lo[i]; }

STEP(ranges, sums *s, const distributions *d, const rules *r, size_t groups)
{
  const double fall = r->any.most, panel = r->panel;
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
    const double zero = 0.0 * right;   /* of the constant GCC would make calls of memset */
    set_pair(&s->mass, i, (dd){zero, zero});
    set_pair(&s->first, i, (dd){zero, zero});
    set_pair(&s->second, i, (dd){zero, zero});
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

/* AT_ONCE values from the k-th on, zeros beyond the last; before a loop whose results might lie in their place. */
typedef struct { double of[AT_ONCE]; } few;
FP_INLINE few few_of(const double *values, int count, int k)
{
  few result;
  FP_UNROLL for (int j = 0; j < AT_ONCE; j++) result.of[j] = k < count ? values[k + j] : 0.0;
  return result;
}

/* Not in the step before, where GCC would choose between the results of each operation. */
STEP(brief, sums *s, const rules *r, size_t groups)
{
  const double most = r->brief.most;
  EACH(i, groups) {
    const double reach = s->right.reach[i], from = s->from.hi[i], slope = s->slope.hi[i], left = s->left.reach[i];
    const double p = from < 0 ? 0.0 : slope;
    const flag brief = (left == 0) & (reach * (p + 0.5 * reach) <= most);
    s->brief[i] = brief ? 1.0 : 0.0;
  }
}

STEP(nodes, sums *s, const rule *r, int k, size_t groups)
{
  const few at = few_of(r->nodes, r->count, k), weight = few_of(r->weights, r->count, k);
  EACH(i, groups) {
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      s->at[k + j][i] = at.of[j];
      s->weight[j][i] = weight.of[j];
    }
  }
}

/* Where not all distributions have the same rule. */
STEP(mixed_nodes, sums *s, const rules *r, int k, size_t groups)
{
  const few at = few_of(r->any.nodes, r->any.count, k), weight = few_of(r->any.weights, r->any.count, k);
  const few brief_at = few_of(r->brief.nodes, r->brief.count, k), brief_weight = few_of(r->brief.weights, r->brief.count, k);
  EACH(i, groups) {
    const flag brief = s->brief[i] != 0;
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      s->at[k + j][i] = brief ? brief_at.of[j] : at.of[j];
      s->weight[j][i] = brief ? brief_weight.of[j] : weight.of[j];
    }
  }
}

/* weight e^-x */
FP_INLINE double weighed(double weight, dd x)
{
  const exp_split e = exp_rounded((dd){-x.hi, -x.lo});
  const double scale = power_of_two(e.shifted);
  return weight * fma_f64(e.p, scale, scale);
}

/* Of nodes k to k + AT_ONCE - 1: their weights, with the density; mass and first moment. */
STEP(weigh, sums *s, side *one, int k, double direction, size_t groups)
{
  EACH(i, groups) {
    const double part = one->part[i], way = direction * part, reach = one->reach[i];
    const dd from = pair_at(&s->from, i), slope = pair_at(&s->slope, i);
    dd mass = pair_at(&s->mass, i), first = pair_at(&s->first, i);
    double at[AT_ONCE], u[AT_ONCE];
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      at[j] = s->at[k + j][i];
      u[j] = weighed(s->weight[j][i] * part, exponent_at(at[j], reach, from, slope));
    }
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {   /* a loop of its own: no load has to wait for a store */
      one->weights[k + j][i] = u[j];
      mass = with_term(mass, u[j]);
      first = with_term(first, u[j] * (at[j] * way));
    }
    set_pair(&s->mass, i, mass);
    set_pair(&s->first, i, first);
  }
}

/* For the entropy, which needs no second look at the nodes: mass, and as the second moment the sum for the mean exponent. */
STEP(fall, sums *s, const side *one, int k, size_t groups)
{
  EACH(i, groups) {
    const double part = one->part[i], reach = one->reach[i];
    const dd from = pair_at(&s->from, i), slope = pair_at(&s->slope, i);
    dd mass = pair_at(&s->mass, i), second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const dd x = exponent_at(s->at[k + j][i], reach, from, slope);
      const double u = weighed(s->weight[j][i] * part, x);
      mass = with_term(mass, u);
      second = with_term(second, u * x.hi);
    }
    set_pair(&s->mass, i, mass);
    set_pair(&s->second, i, second);
  }
}

/* The second moment about the center. */
STEP(square, sums *s, const side *one, int k, double direction, size_t groups)
{
  EACH(i, groups) {
    const double way = direction * one->part[i], center = s->center[i];
    dd second = pair_at(&s->second, i);
    FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
      const double away = fma_f64(s->at[k + j][i], way, -center);
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

/* The density at the nodes, and its sums; for the variance its second moment about the center. */
static void look(sums *s, truncnormal_function function, const rules *r, const distributions *d, size_t groups)
{
  flag left = 0, brief = 0, all_brief = 1;   /* whether a distribution has a second panel, where others add zeros, or a short interval */
  RUN(ranges, s, d, r, groups);
  RUN(brief, s, r, groups);
  EACH(i, groups) {
    left |= s->left.reach[i] > 0;
    brief |= s->brief[i] > 0;
    all_brief &= s->brief[i] > 0;
  }
  const rule *const most = all_brief ? &r->brief : &r->any;
  for (int k = 0; k < most->count; k += AT_ONCE) {
    if (brief && !all_brief) RUN(mixed_nodes, s, r, k, groups);
    else RUN(nodes, s, most, k, groups);
    if (function == TRUNCNORMAL_entropy) {
      RUN(fall, s, &s->right, k, groups);
      if (left) RUN(fall, s, &s->left, k, groups);
    } else {
      RUN(weigh, s, &s->right, k, 1.0, groups);
      if (left) RUN(weigh, s, &s->left, k, -1.0, groups);
    }
  }
  if (function == TRUNCNORMAL_entropy) return;
  RUN(center, s, groups);
  if (function == TRUNCNORMAL_mean) return;
  for (int k = 0; k < most->count; k += AT_ONCE) {
    RUN(square, s, &s->right, k, 1.0, groups);
    if (left) RUN(square, s, &s->left, k, -1.0, groups);
  }
}

void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, int type, double *result, const distributions *d, size_t groups)
{
  sums s;
  if (function != TRUNCNORMAL_mean || some_outer(d, groups)) look(&s, function, &RULES[type], d, groups);
  else EACH(i, groups) s.center[i] = s.unit[i] = 0.0;
  if (function == TRUNCNORMAL_mean) RUN(mean, result, d, &s, groups);
  else if (function == TRUNCNORMAL_var) RUN(var, result, d, &s, groups);
  else RUN(entropy, result, d, &s, groups);
}
