/* Truncated normal distributions: mean, variance, entropy, of blocks that truncnormal.c has put in their frame.
 *
 * Closed forms lose all digits far out and in narrow intervals. So they are quadrature, by Gauss and Legendre's rule over one panel, of
 * t^k e^(-t (p + t/2)) where loc is outside, p = a, t the distance from there, and of t^k e^(-(a + t)^2/2) where it is inside: sums of
 * positive terms. The panel ends where nothing counts any more. A rule has as many nodes as the interval needs: each is right to 2^-57
 * (f32: 2^-28) of mass and moments, on its longest intervals. Nodes lie across the lanes of a vector and elements come one after the
 * other, so none waits for a longer one beside it.
 *
 * Closed forms without a loss: the mean between the ends, with the difference taken from a + b, and all of an interval so wide that the
 * variance is more than half of scale^2. */
#include "dist/truncnormal_block.h"

#include "math/expm1.h"
#include "math/log.h"
#include "math/normal_tail.h"

enum {
  ROW = 8,      /* what rules have is in rows, sums over which are the same for vectors of any length, */
  FOLD = 4,     /* and what is left of a row then */
  NODES = 32,   /* at most */
  RULES = 3
};

/* By the number of nodes: the longest intervals it is for. With loc outside, how far the exponent falls; with loc inside, in units of
 * scale. */
typedef struct { const double *nodes, *weights; size_t rows; double fall, panel; } rule;
#define RULE(count, fall, panel) {legendre_nodes_##count, legendre_weights_##count, count / ROW, fall, panel}
/* Panels end where the exponent has fallen so far, loc outside or inside; beyond: of an interval too long for the last but one rule with
 * loc inside and the nearer end this far away there is a closed form. */
typedef struct { rule of[RULES]; double outer, inner, beyond; } rules;
static const rules RULES_OF[FP_TYPES] = {
  [FP_F32] = {{RULE(8, 3.3, 2.5), RULE(16, 13.0, 7.2), RULE(16, 30.0, 7.2)}, 30.0, 23.0, 0.5},
  [FP_F64] = {{RULE(16, 8.0, 3.8), RULE(24, 28.0, 7.4), RULE(32, 50.0, 10.7)}, 50.0, 42.3, 1.5},
};

typedef struct {
  /* the exponent at t of the panel is (reach t + from) (bend t + slope): with the panel's length u, 1, 0, u^2/2 and u a, or u, a, u/2, a/2 */
  _Alignas(64) double from[PITCH], slope[PITCH], reach[PITCH], bend[PITCH];
  double unit[PITCH];                  /* the panel's length in units of scale */
  flag rule[PITCH];                    /* which one; RULES where none is needed */
  double weights[BLOCK][NODES];        /* with the density */
  double masses[BLOCK][FOLD], others[BLOCK][FOLD];   /* sums that are to be added up: of the weights, of them times something */
  double mass[PITCH], second[PITCH];   /* in such units */
  double center[PITCH];                /* the mean distance from the panel's beginning, likewise; for the entropy minus the mean exponent */
} sums;

/* The elements of a block that are looked at: up to `own`, and from `next` on to `end`; between are copies of those before. */
typedef struct { size_t own, next, end; } elements;
#define EACH_OWN(i, e) for (size_t i = 0; i < (e).end; i = i + 1 == (e).own ? (e).next : i + 1)

/* Of a's and the width's both parts. */
FP_INLINE flag is_wide(double a, double width, double beyond, double panel) { return (a <= -beyond) & (width > panel); }

STEP(ranges, sums *s, const distributions *d, const rules *r, flag only_mean, size_t groups)
{
  const double fall_outer = r->outer, fall_inner = r->inner, fall0 = r->of[0].fall, fall1 = r->of[1].fall;
  const double panel0 = r->of[0].panel, panel1 = r->of[1].panel, beyond = only_mean ? 0x1p-1074 : r->beyond;
  const double longest = only_mean ? 0.0 : panel1;   /* the mean needs none wherever loc is inside */
  EACH(i, groups) {
    const double a = d->a.hi[i] + d->a.lo[i], width = (d->width.hi[i] + d->width.lo[i]) / LIFT, inner = at_least(a, 0.0);
    const flag outer = d->a.hi[i] >= 0;
    const double fall = outer ? fall_outer : fall_inner, limit0 = outer ? fall0 : panel0, limit1 = outer ? fall1 : panel1;
    const double most = 2.0 * fall / (inner + root_f64(fma_f64(inner, inner, 2.0 * fall))) + (inner - a), unit = at_most(width, most);
    const double length = outer ? unit * fma_f64(0.5, unit, a) : width;
    const flag long0 = length > limit0, long1 = length > limit1, none = is_wide(a, width, beyond, longest);
    s->from[i] = outer ? 0.0 : a;
    s->reach[i] = outer ? 1.0 : unit;
    s->bend[i] = 0.5 * unit * (outer ? unit : 1.0);
    s->slope[i] = a * (outer ? unit : 0.5);
    s->unit[i] = unit;
    s->rule[i] = none ? RULES : long1 ? 2 : long0 ? 1 : 0;
  }
}

/* weight e^x; as exp_rounded, of one double. */
FP_INLINE double weighed(double weight, double x)
{
  const double shifted = fma_f64(x, LOG2E, SHIFT), n = shifted - SHIFT;
  const double r = fma_f64(-n, LN2_LO, fma_f64(-n, LN2, x)), scale = weight * power_of_two(shifted);
  return fma_f64(fma_f64(r * r, fma_f64(POLYNOMIAL(exp_rest, r), r, 0.5), r), scale, scale);
}

/* The sum of up to four rows. */
FP_INLINE void fold(double *to, const double *x, size_t rows)
{
  static const double none[ROW] = {0.0};
  const double *const second = rows > 1 ? x + ROW : none, *const third = rows > 2 ? x + 2 * ROW : none;
  const double *const fourth = rows > 3 ? x + 3 * ROW : none;
  FP_FEW for (int k = 0; k < FOLD; k++) {
    to[k] = ((x[k] + second[k]) + (third[k] + fourth[k])) + ((x[k + FOLD] + second[k + FOLD]) + (third[k + FOLD] + fourth[k + FOLD]));
  }
}
FP_INLINE double folded(const double *x) { return (x[0] + x[2]) + (x[1] + x[3]); }

/* The nodes' weights with the density, their sum, and that of them times the place on [0, 1] or, for the entropy, minus the exponent. */
FP_INLINE void weigh(sums *s, const rules *r, elements e, int entropy)
{
  EACH_OWN(i, e) {
    double terms[NODES], *const u = s->weights[i], *const masses = s->masses[i], *const others = s->others[i];
    if (s->rule[i] == RULES) {
      FP_UNROLL for (int k = 0; k < FOLD; k++) { masses[k] = 1.0; others[k] = 0.0; }
      continue;
    }
    const rule *const one = &r->of[s->rule[i]];
    const double *const nodes = one->nodes, *const weights = one->weights;
    const double reach = s->reach[i], bend = s->bend[i], from = s->from[i], slope = s->slope[i];
    const size_t rows = one->rows;
    FP_ONE_VECTOR for (size_t k = 0; k < ROW * rows; k++) {
      const double at = nodes[k], x = -fma_f64(at, reach, from) * fma_f64(at, bend, slope), weight = weighed(weights[k], x);
      u[k] = weight;
      terms[k] = weight * (entropy ? x : at);
    }
    fold(masses, u, rows);
    fold(others, terms, rows);
  }
}
STEP(weigh, sums *s, const rules *r, elements e) { weigh(s, r, e, 0); }
STEP(fall, sums *s, const rules *r, elements e) { weigh(s, r, e, 1); }

/* The second moment about the center. */
STEP(square, sums *s, const rules *r, elements e)
{
  EACH_OWN(i, e) {
    if (s->rule[i] == RULES) continue;
    const rule *const one = &r->of[s->rule[i]];
    const double *const nodes = one->nodes, *const u = s->weights[i], center = s->center[i];
    double terms[NODES], *const others = s->others[i];
    const size_t rows = one->rows;
    FP_ONE_VECTOR for (size_t k = 0; k < ROW * rows; k++) {
      const double away = nodes[k] - center;
      terms[k] = u[k] * (away * away);
    }
    fold(others, terms, rows);
  }
}

STEP(center, sums *s, size_t groups)
{
  EACH(i, groups) {
    const double mass = folded(s->masses[i]);
    s->mass[i] = mass;
    s->center[i] = folded(s->others[i]) / mass;
  }
}
STEP(second, sums *s, size_t groups)
{
  EACH(i, groups) { s->second[i] = folded(s->others[i]); }
}

/* Wide intervals about loc: with g = (a phi(a) - b phi(b))/M and h = (phi(a) - phi(b))/M the variance 1 + g - h^2, for the
 * entropy minus the mean exponent -(1 + g)/2 and the integral of e^(-z^2/2). */
STEP(wide, sums *s, const distributions *d, int entropy, size_t groups)
{
  EACH(i, groups) {
    const dd a = pair_at(&d->a, i), b = pair_at(&d->b, i);
    const double mass = d->mass[i] / LIFT, rest = d->mass_rest[i];
    const double old_mass = s->mass[i], old_value = entropy ? s->center[i] : s->second[i], old_unit = s->unit[i];
    const dd square_a = minus_half_square_dd(a), square_b = minus_half_square_dd(b);
    const flag wide = s->rule[i] == RULES, gone_a = square_a.hi < -790.0, gone_b = square_b.hi < -790.0;
    const exp_split at_a = exp_rounded((dd){gone_a ? -790.0 : square_a.hi, gone_a ? 0.0 : square_a.lo});
    const exp_split at_b = exp_rounded((dd){gone_b ? -790.0 : square_b.hi, gone_b ? 0.0 : square_b.lo});
    const double peak = fma_f64(-INV_SQRT_2PI, rest, INV_SQRT_2PI) / mass, integral = entropy ? 1.0 / peak : 1.0;
    const double low = times_falling_power(fma_f64(peak, at_a.p, peak), at_a.shifted);
    const double high = times_falling_power(fma_f64(peak, at_b.p, peak), at_b.shifted);
    const double inward = fma_f64(a.hi, low, -b.hi * high), center = low - high;
    const double value = entropy ? -0.5 * (1.0 + inward) : 1.0 + fma_f64(-center, center, inward);
    s->mass[i] = wide ? integral : old_mass;
    s->center[i] = s->second[i] = wide ? value : old_value;
    s->unit[i] = wide ? 1.0 : old_unit;
  }
}

/* a < 0: loc + scale e^(-a^2/2) (1 - e^(-(b - a)(a + b)/2))/(sqrt(2 pi) M). Else a + scale E[t]. */
STEP(mean, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const dd a = pair_at(&d->a, i);
    const double low = d->low[i], high = d->high[i], loc = d->loc[i], mass = d->mass[i], rest = d->mass_rest[i];
    const double width = d->width.hi[i], half_sum = 0.5 * d->sum[i], center = s->center[i] * s->unit[i];
    const dd product = two_product(width / LIFT, half_sum);
    const double excess = product.hi, excess_low = fma_f64(d->width.lo[i] / LIFT, half_sum, product.lo);
    const flag outer = a.hi >= 0, turned = d->sign[i] < 0, tiny = excess < 0x1p-700;
    const dd square = minus_half_square_dd(a);
    const exp_split e = exp_rounded((dd){outer ? 0.0 : at_least(square.hi, -1500.0), (outer | (square.hi < -1500.0)) ? 0.0 : square.lo});
    const double shifted = at_least(e.shifted, SHIFT - 500.0), at_a = (1.0 + e.p) * power_of_two(shifted);
    /* what is left of the power of e^(-a^2/2) goes with the scale, which may be large */
    const double scale = times_power_of_two(d->scale[i], e.shifted - shifted + SHIFT);
    const double fall = at_most(outer ? 0.0 : excess, 700.0);
    const double drop = -expm1_part(-fall, 0);   /* the excess may be subnormal: its factors one by one */
    const dd lost = {tiny ? width : drop * LIFT, tiny ? d->width.lo[i] : fma_f64(-drop, excess_low, excess_low) * LIFT};
    const dd inner = dd_over(dd_times(dd_times((dd){INV_SQRT_2PI, INV_SQRT_2PI_LO}, lost), (dd){at_a, 0.0}), (dd){mass, mass * rest});
    const double shift = outer ? center : (inner.hi + inner.lo) * (tiny ? half_sum : 1.0);
    const double from = outer ? (turned ? high : low) : loc;
    const double mean = fma_f64(d->sign[i] * scale, shift, from);
    const double within = at_most(at_least(mean, low), high);
    result[i] = (d->point[i] == 0 ? within : low) + d->bad[i];
  }
}

/* The length's square, with what the length has lost, which would count twice. With loc outside as much may be lost by the slope u a, in
 * proportion to which the variance falls, twice, but for what a small a or u a leaves of that. */
STEP(var, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const dd width = fast_two_sum(d->width.hi[i], d->width.lo[i]);
    const double unit = s->unit[i], scale = d->scale[i], whole = width.hi / LIFT, rest = width.lo / LIFT;
    const double ratio = s->second[i] / s->mass[i], size = at_most(unit * scale, 0x1p1000);
    const dd near = fast_two_sum(d->a.hi[i], d->a.lo[i]);
    const double a = near.hi, more = unit == whole ? rest : 0.0, slope = unit * a, a_square = a * a;
    const double of_slope = fma_f64(unit, a, -slope) + fma_f64(unit, near.lo, more * a);
    const double counts = of_slope * slope * a_square / (fma_f64(slope, slope, 15.0) * (a_square + 3.0));
    const double short_of = ((a > 0) & (a < 0x1p400)) ? counts * size : 0.0;
    const double lost = fma_f64(unit, scale, -size) + more * scale - short_of;
    const double value = ratio * size * fma_f64(2.0, lost, size);
    result[i] = (d->point[i] == 0 ? value : 0.0) + d->bad[i];
  }
}

/* log(scale times the integral) + the mean exponent */
STEP(entropy, double *result, const distributions *d, const sums *s, size_t groups)
{
  EACH(i, groups) {
    const double mass = s->mass[i], exponent = -s->center[i];
    const dd size = dd_plus(log_positive(d->unit[i]), log_positive(mass * s->unit[i]));
    result[i] = (size.hi + (exponent + size.lo)) + d->point[i] + d->bad[i];
  }
}

/* ---- the steps in order */

static elements elements_of(size_t groups, size_t m)
{
  const size_t end = GROUP * groups, copies = end - m;
  return (elements){m < GROUP ? m : end - GROUP, m < GROUP ? end : end - GROUP + copies, end};
}

/* The last group of several begins with copies of what is before it; of one that is not full the last number is repeated. */
static void copy_elements(sums *s, elements e)
{
  for (size_t i = e.own; i < e.next; i++) {
    const size_t from = e.next == e.end ? e.own - 1 : i - (e.next - e.own);
    memcpy(s->masses[i], s->masses[from], sizeof s->masses[i]);
    memcpy(s->others[i], s->others[from], sizeof s->others[i]);
  }
}

/* The density at the nodes, and its sums; for the variance its second moment about the center. */
static void look(sums *s, truncnormal_function function, const rules *r, const distributions *d, elements e, size_t groups)
{
  RUN(ranges, s, d, r, function == TRUNCNORMAL_mean, groups);
  if (function == TRUNCNORMAL_entropy) RUN(fall, s, r, e);
  else RUN(weigh, s, r, e);
  copy_elements(s, e);
  RUN(center, s, groups);
  if (function != TRUNCNORMAL_var) return;
  RUN(square, s, r, e);
  copy_elements(s, e);
  RUN(second, s, groups);
}

flag FP_SYM(fp_truncnormal_some_wide)(int type, const distributions *d, size_t groups)
{
  const rules *const r = &RULES_OF[type];
  const double beyond = r->beyond, panel = r->of[RULES - 2].panel;
  flag wide = 0;
  EACH(i, groups) wide |= is_wide(d->a.hi[i] + d->a.lo[i], (d->width.hi[i] + d->width.lo[i]) / LIFT, beyond, panel);
  return wide;
}

void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, int type, double *result, const distributions *d, size_t m)
{
  sums s;
  const size_t groups = (m + GROUP - 1) / GROUP;
  if (function != TRUNCNORMAL_mean || some_outer(d, groups)) {
    look(&s, function, &RULES_OF[type], d, elements_of(groups, m), groups);
  } else {
    EACH(i, groups) s.center[i] = s.unit[i] = 0.0;
  }
  const flag wide = function != TRUNCNORMAL_mean && FP_SYM(fp_truncnormal_some_wide)(type, d, groups);
  if (wide) RUN(wide, &s, d, function == TRUNCNORMAL_entropy, groups);
  if (function == TRUNCNORMAL_mean) RUN(mean, result, d, &s, groups);
  else if (function == TRUNCNORMAL_var) RUN(var, result, d, &s, groups);
  else RUN(entropy, result, d, &s, groups);
}
