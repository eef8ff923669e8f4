/* Quantiles of truncated normal distributions: the steps from a fraction to where the mass is to be taken, and from there to x. Part of
 * truncnormal.c, which has the steps between. */
#ifndef FASTPROB_TRUNCNORMAL_QUANTILE_H
#define FASTPROB_TRUNCNORMAL_QUANTILE_H

#include "dist/truncnormal_block.h"

#include "math/log.h"
#include "math/normal_quantile.h"
#include "math/normal_tail.h"

#define LOWER 0x1p-100           /* e^790 times this is finite */
#define LOG2_RAISE 400.0         /* a subnormal fraction of a mass 2^500 scales out, both times this power of two, has all its digits */
#define RAISE 0x1p400
#define BESIDE 0.15              /* of distances from an end, times its own from loc if that is above 1, for a series in them */
#define FAR_TAIL 300.0           /* of -log Q(a): beyond, the hazard at a and its slopes serve for all of the tail */

/* What the first guess at a quantile needs to know of the distributions. */
typedef struct {
  _Alignas(64) double near[PITCH];
  double far[PITCH];   /* the tails beyond the ends, or for 0 <= a these times e^(a^2/2), times LIFT, and */
  double level_a[PITCH], level_b[PITCH];   /* the mass over the density at a, for a < 0, and at b, times LOWER; for 0 <= a also */
  double part[PITCH], rest[PITCH];   /* mass/near; far/near, times LIFT; */
  double base[PITCH];            /* -log Q(a); */
  double hazard[PITCH], slope[PITCH], bend[PITCH];   /* phi(a)/Q(a), its derivative, a sixth of the second one */
} tails;

/* e^x LIFT to 2^-31, for x <= 0; from -790 on down the same, which is nothing beside what it is added to. */
FP_INLINE double falling(double x)
{
  const exp_split e = exp_split_short(at_least(x, -790.0));
  return (1.0 + e.p) * power_of_two(e.shifted + 200.0);
}

/* z with Q(z) = e^-w nearly, for w >= log 2. Its error times max(1, z) is 2^-16 there, 2^-25 from 1.4 to 100, 2^-12 at 300, 2^-8 at
 * 750 and 2^-7 at 1045, the largest w there is. */
FP_INLINE double tail_quantile(double w)
{
  const double r = root_f64(w), s = r - QUANTILE_SHIFT;
  return fma_f64(SQRT2, r, -POLYNOMIAL(quantile_tail_short_top, s) / POLYNOMIAL(quantile_tail_short_bottom, s));
}

/* After the step `differences` for the whole, which for 0 <= a has the tail at a. */
STEP(tails, tails *t, const places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], b = d->b.hi[i], w = d->width.hi[i] / LIFT, mass = d->mass[i];
    const double own = p->tail_p[i] * p->inverse_p[i], other = scaled_tail_short(abs_f64(a)), tail_b = scaled_tail_short(abs_f64(b));
    const flag outer = a >= 0;
    const double at_a = falling(outer ? 0.0 : -0.5 * a * a), fall = falling(outer ? -w * (a + 0.5 * w) : -0.5 * b * b);
    const double lowered = mass * (LOWER / INV_SQRT_2PI);
    t->near[i] = (outer ? own : other) * at_a;
    t->far[i] = tail_b * fall;
    t->level_a[i] = outer ? FP_INF_f64 : lowered / at_a;
    t->level_b[i] = lowered / fall;
  }
}

/* The rest, for 0 <= a. The hazard's slopes cancel where a is large; there they are 1 and nothing. */
STEP(hazards, tails *t, const places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], own = p->tail_p[i] * p->inverse_p[i], inverse = 1.0 / t->near[i];
    const flag near_by = a < 1e4;
    const double hazard = INV_SQRT_2PI / own, slope = hazard * (hazard - a);
    t->part[i] = d->mass[i] * inverse;
    t->rest[i] = t->far[i] * LIFT * inverse;
    t->base[i] = fma_f64(0.5 * a, a, -log_short(own));
    t->hazard[i] = hazard;
    t->slope[i] = near_by ? slope : 1.0;
    t->bend[i] = near_by ? fma_f64(slope, fma_f64(2.0, hazard, -a), -hazard) * (1.0 / 6) : 0.0;
  }
}

/* q is the fraction below the quantile or, with direction 1, above it; the smaller one of it and the rest is aimed at. The depth is
 * -log of the smaller tail beyond z, on one side of loc or the other; here what it is the logarithm of, times LIFT. */
STEP(depth, places *p, const distributions *d, const tails *t, double direction, size_t groups)
{
  EACH(i, groups) {
    const double given = p->given[i], q = ((given >= 0) & (given <= 1)) ? given : 0.5, one_less_q = 1.0 - q;
    const double mass = d->mass[i], near = t->near[i], far = t->far[i];
    const double of_above = d->sign[i] * direction;   /* 1: q is of the side above; or -1 */
    const double below = of_above > 0 ? one_less_q : q, above = of_above > 0 ? q : one_less_q;
    const double aim = q <= 0.5 ? of_above : -of_above;
    const double left = fma_f64(below, mass, near), right = fma_f64(above, mass, far);
    const flag on_right = right < left;
    p->upper[i] = aim > 0 ? 1.0 : 0.0;
    p->share[i] = below;
    p->other[i] = above;
    set_pair(&p->tail, i, (dd){on_right ? right : left, 0.0});
    p->lifted[i] = LOG_LIFT_HI + LOG_LIFT_LO;
    p->direction[i] = on_right ? 1.0 : -1.0;
    p->start[i] = -1.0;
  }
}

/* For 0 <= a it is -log Q(z) = e - log Q(a), and here e. */
STEP(depth_from_a, places *p, const distributions *d, const tails *t, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], part = t->part[i], below = p->share[i], above = p->other[i], beyond = t->rest[i];
    const double upper = p->upper[i], inner = p->tail.hi[i], lifted = p->lifted[i], direction = p->direction[i];
    const flag outer = a >= 0, plain = (upper == 0) | (part < 0.5);   /* else the argument is times LIFT */
    const dd one_less = fast_two_sum(1.0, -below * part);
    const double rest = fma_f64(above, part * LIFT, beyond);
    set_pair(&p->tail, i, (dd){outer ? (plain ? one_less.hi : rest) : inner, outer & plain ? one_less.lo : 0.0});
    p->lifted[i] = outer & plain ? 0.0 : lifted;
    p->direction[i] = outer ? 1.0 : direction;
  }
}

STEP(logarithm, places *p, size_t groups)
{
  EACH(i, groups) {
    const dd tail = pair_at(&p->tail, i);
    p->depth[i] = p->lifted[i] - log_of_sum_short(tail.hi, tail.lo);
  }
}

/* With the hazard h at a, e = h t + h' t^2/2 + h'' t^3/6 ..., t = z - a. Where e is small or Q(a) nothing, t is the root of the first two
 * terms, and to first order the third, with what follows as in log(1 + t/a), e's part beside a t + t^2/2 far out. */
STEP(start, places *p, const distributions *d, const tails *t, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], e = p->depth[i];
    const double base = t->base[i], hazard = t->hazard[i], slope = t->slope[i], bend = t->bend[i];
    const flag outer = a >= 0;
    const double root = root_f64(fma_f64(hazard, hazard, 2.0 * slope * e)), first = 2.0 * e / (hazard + root);
    const double start = first - bend * first * first * first * (a + 3.0) / (root * fma_f64(0.75, first, a + 3.0));
    const flag by_start = outer & ((e < 0.5) | (base > FAR_TAIL));
    p->depth[i] = outer ? base + e : e;
    p->start[i] = by_start ? start : -1.0;
  }
}

/* Where to begin, so near that the one step from there, of sixth order, is right to all digits (figures: docs/adr/0029):
 *
 *   next to b, or to a < 0   three terms of the series in the mass from the end over the density there: a distance that is right
 *                            relative to itself, however small. Of an interval that has loc inside and is shorter than 1/4 this is all
 *   0 <= a                   the start, where there is one
 *   else                     the quantile of the normal tail, on either side of loc */
STEP(guess, places *p, const distributions *d, const tails *t, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], b = d->b.hi[i], width = d->width.hi[i];
    const double below = p->share[i], above = p->other[i], start = p->start[i];
    const flag outer = a >= 0, upper = p->upper[i] != 0;
    const double size = tail_quantile(at_most(at_least(p->depth[i], LN2), 2000.0)), z = p->direction[i] * size;
    const double level_a = below * (LIFT / LOWER) * t->level_a[i], level_b = above * (LIFT / LOWER) * t->level_b[i];
    const flag next_to_b = (level_b * at_least(b, 1.0) < BESIDE * LIFT) & (above < below);
    const flag next_to_a = level_a * at_least(-a, 1.0) < BESIDE * LIFT;   /* where not next to b */
    const double level = next_to_b ? level_b : level_a, u = level / LIFT, y = (next_to_b ? -b : a) * u;
    const double series = level * fma_f64(y, fma_f64(y, 1.0 / 3, 0.5), fma_f64(u, u * (1.0 / 6), 1.0));
    const double along = next_to_a ? series : (start >= 0 ? start : z - a) * LIFT, from_a = at_most(at_least(along, 0.0), width);
    const double back = next_to_b ? series : outer ? width - from_a : (b - z) * LIFT, from_b = at_most(at_least(back, 0.0), width);
    const double from_loc = (outer | next_to_a | next_to_b) ? FP_INF_f64 : abs_f64(z) * LIFT;
    const flag at_loc = from_loc < at_most(from_a, from_b);
    const double nearer = (next_to_a | (from_a <= from_b)) ? 0.0 : 1.0, end = next_to_b ? 1.0 : nearer;
    p->share[i] = upper ? above : below;
    p->anchor[i] = at_loc ? 2.0 : end;
    p->step[i] = at_loc ? z * LIFT : end == 0.0 ? from_a : -from_b;
  }
}

/* With u, the mass missing on the side aimed at over the density, the step t that is left solves u = integral of e^(-z s - s^2/2) from
 * 0 to t. The inverse series, with y = z u: t = u (1 + y/2 + (2 y^2 + u^2)/6 + (6 y^3 + 7 y u^2)/24 + (24 y^4 + 46 y^2 u^2 + 7 u^4)/120
 * + y^5/6 + ...), of the last order only what counts where z is large. */
STEP(missing, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd exponent = pair_at(&p->exponent, i);
    const exp_split e = exp_rounded((dd){at_most(exponent.hi, 1400.0), exponent.hi > 1400.0 ? 0.0 : exponent.lo});
    const flag drop = p->drop[i] != 0, upper = p->upper[i] != 0;
    const double mass = p->mass[i], width = d->width.hi[i];
    const double aim = p->share[i] * RAISE * d->mass[i], less = drop ? aim : aim - mass * RAISE;
    const double scaled = times_power_of_two(fma_f64(less, e.p, less), e.shifted - LOG2_RAISE);
    const double missing = at_most(at_least((drop ? scaled - mass : scaled) * (1.0 / INV_SQRT_2PI), -width), width);
    p->missing[i] = upper ? -missing : missing;
  }
}

STEP(quantile, places *p, const distributions *d, int draw, size_t groups)
{
  EACH(i, groups) {
    const flag upper = p->upper[i] != 0;
    const double width = d->width.hi[i], to_a = d->a.hi[i] * LIFT, to_b = d->b.hi[i] * LIFT, share = p->share[i];
    const double whole = p->missing[i], u = whole / LIFT, square = u * u;
    const double y = at_most(at_least(p->z.hi[i] * u, -0.5), 0.5);
    const double of_y = fma_f64(y, fma_f64(y, fma_f64(y, fma_f64(y, fma_f64(y, 1.0 / 6, 0.2), 0.25), 1.0 / 3), 0.5), 1.0);
    const double of_u = fma_f64(y, fma_f64(y, 23.0 / 60, 7.0 / 24), fma_f64(square, 7.0 / 120, 1.0 / 6));
    const double anchor = p->anchor[i], last_step = p->step[i] + whole * fma_f64(square, of_u, of_y);
    const flag at_a = anchor == 0.0, at_b = anchor == 1.0;
    const double least = at_a ? 0.0 : at_b ? -width : to_a, most = at_a ? width : at_b ? 0.0 : to_b;
    const double step = at_most(at_least(last_step, least), most);
    const double q = p->given[i], sign = d->sign[i], low = d->low[i], high = d->high[i], loc = d->loc[i], scale = d->scale[i];
    const double point = d->point[i], bad = d->bad[i];
    const flag turned = sign < 0;
    const double first = turned ? high : low, last = turned ? low : high, from = at_a ? first : at_b ? last : loc;
    const double size = abs_f64(step), size_from = abs_f64(from);
    const flag large = scale >= 0x1p500, lifted = (size < 1.0) & (size_from < 0x1p500) & (scale < 0x1p500);
    const double down = lifted ? 1.0 : 1.0 / LIFT, up = lifted ? LIFT : 1.0;
    const double sum = fma_f64(sign * (large ? scale / LIFT : scale), large ? step : step * down, from * up);
    const double inner = lifted ? sum / LIFT : sum, x = share == 0 ? (upper ? last : first) : inner;
    const double within = at_most(at_least(point == 0 ? x : low, low), high);
    const double at_loc = at_most(at_least(loc, low), high);
    const double any = ((q >= 0) & (q <= 1)) ? within + bad : FP_NAN_f64;
    p->result[i] = draw && scale == 0 ? at_loc : any;
  }
}

#endif
