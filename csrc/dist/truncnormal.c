/* Normal distribution between two ends: pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf, in all of (x, low, high, loc, scale); mean, var
 * and entropy are in truncnormal_moments.c.
 *
 * In units of scale from loc the ends are a < b; the distribution is turned about loc where a + b < 0, so that the nearer end is a
 * ("frame" below). The mass from u to v, as of math/normal_mass.h, is e^(-r^2/2) V, where the reference r is u, or 0 if loc is inside;
 * V neither underflows nor cancels. Positions, distances from the ends (from the data, not from positions) and exponents are
 * double-doubles. Every function is a quotient of two masses, or of a density and a mass, and e^ of a difference of squares,
 * (z - a)(z + a)/2. Measured bounds and their region: ops.def and docs/adr/0029.
 *
 * A kernel in one piece would hold two such masses and their logarithms, eleven times, in two types. So all is done in blocks of
 * elements, step by step, each step one loop that is compiled once; f32 takes the same steps in double. */
#include "dist/truncnormal_block.h"

#include "math/location_scale.h"
#include "math/log.h"
#include "math/normal_mass.h"
#include "math/normal_quantile.h"

#define FAR 0x1p511             /* in units of scale: what lies beyond is there. Its square is finite, */
#define FAR_EXPONENT 0x1p1019   /* and half of it beyond this */
#define LOG_LIFT_HI (200.0 * LN2_HI)
#define LOG_LIFT_LO (200.0 * LN2_MID)
#define FLAT 0x1p-10            /* of distances from loc, over which the density is the same to 2^-20 */
#define NARROW 0.25             /* of an interval with loc inside, over which the density is nearly the same */

/* Values within the distributions of a block. */
typedef struct {
  double given[BLOCK];           /* x or q */
  double upper[BLOCK];           /* whether the mass wanted is that beyond z, in the frame */
  pairs z, below, above;         /* position, and times LIFT the distances from a and b */
  pairs exponent;                /* (z^2 - r^2)/2, r the reference of the whole */
  double mass[BLOCK], drop[BLOCK];   /* V of one side of z; whether e^-exponent comes on top of it */
  double share[BLOCK], other[BLOCK]; /* q as the fraction of that side; of the other one */
  double anchor[BLOCK], step[BLOCK]; /* z = a, b or 0 (anchor 0, 1, 2) + step/LIFT */
  double result[BLOCK];
} places;

/* What the first guess at a quantile needs to know of the distributions. */
typedef struct {
  double part[BLOCK];            /* mass/near; */
  double near[BLOCK], far[BLOCK];   /* the tails beyond the ends, or for 0 <= a these times e^(a^2/2), times LIFT; */
  double rest[BLOCK];            /* far/near, times LIFT, and */
  double level[BLOCK];           /* the mass over the density at b, times LIFT, and */
  double base[BLOCK];            /* -log Q(a), for 0 <= a; */
  double hazard[BLOCK], slope[BLOCK];   /* phi(a)/Q(a), and its derivative */
} tails;

/* ---- positions */

FP_INLINE dd dd_plus_double(dd a, double b)
{
  const dd s = two_sum(a.hi, b);
  return fast_two_sum(s.hi, s.lo + a.lo);
}
FP_INLINE dd signed_dd(dd a, double sign) { return (dd){a.hi * sign, a.lo * sign}; }

/* (x - y)/scale, times a power of two; f2 at the end where it is below 1, for subnormal distances' sake. */
FP_INLINE dd distance_in_scales(double x, double y, double f1, double f2, dd inverse, double lift)
{
  const double before = at_least(f2, 1.0), after = at_most(f2, 1.0) * lift;
  const dd d = dd_scale(dd_times(dd_scale(two_sum(x * f1, -(y * f1)), before), inverse), after);
  const flag near = abs_f64(d.hi) < FAR * lift;
  return (dd){near ? d.hi : copysign_f64(FAR * lift, d.hi), near ? d.lo : 0.0};
}

STEP(parameters, distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double low = d->low[i], high = d->high[i], loc = d->loc[i], scale = d->scale[i];
    const flag valid = (low <= high) & (scale > 0) & (scale < FP_INF_f64) & (abs_f64(loc) < FP_INF_f64);
    const flag some = valid & (low < high), finite = valid & (abs_f64(low) < FP_INF_f64);
    d->bad[i] = (some | finite) ? 0.0 : FP_NAN_f64;
    d->point[i] = some ? 0.0 : FP_NAN_f64;
    d->least[i] = some ? low : 0.0;
    d->most[i] = some ? high : 1.0;
    d->middle[i] = some ? loc : 0.0;
    d->unit[i] = some ? scale : 1.0;
  }
}

STEP(frame, distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double from = d->least[i], to = d->most[i], middle = d->middle[i];
    const location_scale l = location_scale_of(middle, d->unit[i]);
    const double f1 = l.f1, f2 = l.f2;
    const dd a = distance_in_scales(from, middle, f1, f2, l.inverse, 1.0), b = distance_in_scales(to, middle, f1, f2, l.inverse, 1.0);
    /* a + b from the data: it may be far smaller than the digits of either */
    const dd exact = dd_plus(two_sum(from * f1, -(middle * f1)), two_sum(to * f1, -(middle * f1)));
    const double sum = ((a.hi > -FAR) & (b.hi < FAR)) ? dd_times(exact, l.inverse).hi * f2 : a.hi + b.hi;
    const flag turned = sum < 0;
    d->sign[i] = turned ? -1.0 : 1.0;
    d->sum[i] = abs_f64(sum);
    d->f1[i] = f1;
    d->f2[i] = f2;
    d->exponent[i] = l.exponent;
    set_pair(&d->inverse, i, l.inverse);
    set_pair(&d->a, i, (dd){turned ? -b.hi : a.hi, turned ? -b.lo : a.lo});
    set_pair(&d->b, i, (dd){turned ? -a.hi : b.hi, turned ? -a.lo : b.lo});
    set_pair(&d->width, i, distance_in_scales(to, from, f1, f2, l.inverse, LIFT));
  }
}

/* Of x; where it is outside, of low. */
STEP(locate, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double low = d->least[i], high = d->most[i], loc = d->middle[i], sign = d->sign[i], given = p->given[i];
    const double x = ((given >= low) & (given <= high)) ? given : low;
    const double f1 = d->f1[i], f2 = d->f2[i];
    const dd inverse = pair_at(&d->inverse, i);
    const dd from_low = distance_in_scales(x, low, f1, f2, inverse, LIFT), to_high = distance_in_scales(high, x, f1, f2, inverse, LIFT);
    const flag turned = sign < 0;
    set_pair(&p->z, i, signed_dd(distance_in_scales(x, loc, f1, f2, inverse, 1.0), sign));
    set_pair(&p->below, i, dd_select(turned, to_high, from_low));
    set_pair(&p->above, i, dd_select(turned, from_low, to_high));
  }
}

/* Of anchor + step. */
STEP(locate_step, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double t = p->step[i], anchor = p->anchor[i];
    const flag at_a = anchor == 0.0, at_b = anchor == 1.0;
    const dd a = pair_at(&d->a, i), b = pair_at(&d->b, i), w = pair_at(&d->width, i), alone = {t, 0.0}, zero = {0.0, 0.0};
    set_pair(&p->z, i, dd_plus_double(dd_select(at_a, a, dd_select(at_b, b, zero)), t / LIFT));
    set_pair(&p->below, i, dd_select(at_a, alone, dd_plus_double(dd_select(at_b, w, dd_scale(a, -LIFT)), t)));
    set_pair(&p->above, i, dd_select(at_b, dd_minus(alone), dd_plus_double(dd_select(at_a, w, dd_scale(b, LIFT)), -t)));
  }
}

/* ---- masses */

/* V LIFT of the interval from u to v, v - u = w/LIFT */
FP_INLINE double mass_between(dd u, dd v, dd w)
{
  const uint64_t bits = bits_f64(w.hi);
  const double e = from_bits_f64((bits >> 52 & 2047) | 0x4330000000000000) - (0x1p52 + 1223.0);
  const double width = from_bits_f64((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  const normal_mass m = normal_mass_of((interval){u, v, width, e + SHIFT, 1.0, 0.0});
  return w.hi > 0 ? m.scaled * LIFT * power_of_two(m.exponent) : 0.0;
}

STEP(relative, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd z = pair_at(&p->z, i), a = pair_at(&d->a, i), below = pair_at(&p->below, i);
    const flag outer = a.hi >= 0;
    const dd first = dd_select(outer, below, z), second = dd_select(outer, dd_scale(dd_plus(z, a), 1.0 / LIFT), z);
    set_pair(&p->exponent, i, dd_scale(dd_times(first, second), 0.5));
  }
}

/* Of the side of z that is wanted. */
STEP(side, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd z = pair_at(&p->z, i), a = pair_at(&d->a, i), b = pair_at(&d->b, i);
    const dd below = pair_at(&p->below, i), above = pair_at(&p->above, i);
    const flag upper = p->upper[i] != 0, outer = a.hi >= 0, from_a = upper ? 0 : outer;   /* else, below z, from z to a, turned */
    const dd u = dd_select(upper, z, dd_select(outer, a, dd_minus(z)));
    const dd v = dd_select(upper, b, dd_select(outer, z, dd_minus(a)));
    p->mass[i] = mass_between(u, v, dd_select(upper, above, below));
    p->drop[i] = (u.hi >= 0) > from_a ? 1.0 : 0.0;
  }
}

/* That of the whole: the upper side of a. */
STEP(start, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    p->upper[i] = 1.0;
    set_pair(&p->z, i, pair_at(&d->a, i));
    set_pair(&p->below, i, (dd){0.0, 0.0});
    set_pair(&p->above, i, pair_at(&d->width, i));
  }
}
STEP(keep, const places *p, distributions *d, size_t groups)
{
  EACH(i, groups) { d->mass[i] = p->mass[i]; }
}

/* ---- densities and probabilities */

FP_INLINE double log_of(double y)
{
  const dd l = log_positive(y);
  return l.hi + l.lo;
}

/* e^-exponent/(scale sqrt(2 pi) V) */
STEP(pdf, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double x = p->given[i], point = d->point[i];
    const flag inside = (x >= d->low[i]) & (x <= d->high[i]);
    const dd exponent = pair_at(&p->exponent, i);
    const flag gone = exponent.hi > 1500.0;   /* nothing is left, whatever the scale */
    const exp_split e = exp_rounded((dd){gone ? -1500.0 : -exponent.hi, gone ? 0.0 : -exponent.lo});
    const double peak = INV_SQRT_2PI * LIFT / d->mass[i] * d->inverse.hi[i];
    const double density = times_any_power_of_two(fma_f64(peak, e.p, peak), e.shifted + (d->exponent[i] - SHIFT));
    p->result[i] = (inside ? (gone ? 0.0 : density) + point : x == x ? 0.0 : x) + d->bad[i];
  }
}

STEP(logpdf, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double x = p->given[i], point = d->point[i];
    const flag inside = (x >= d->low[i]) & (x <= d->high[i]);
    const dd exponent = pair_at(&p->exponent, i), of_mass = log_positive(d->mass[i]);
    const dd of_scale = log_positive(d->unit[i]);
    const dd of_unit = fast_two_sum(-LOG_LIFT_HI, HALF_LOG_2PI);
    const dd size = dd_plus(dd_plus(of_scale, of_mass), (dd){of_unit.hi, of_unit.lo + (HALF_LOG_2PI_LO - LOG_LIFT_LO)});
    const dd sum = dd_plus(exponent, size);
    const double value = exponent.hi < FAR_EXPONENT ? -(sum.hi + sum.lo) : -FP_INF_f64;
    p->result[i] = (inside ? value + point : x == x ? -FP_INF_f64 : x) + d->bad[i];
  }
}

/* Which side of z, in the frame, P(X <= x) or P(X > x) is. */
STEP(choose, places *p, const distributions *d, int upper, size_t groups)
{
  const double sign = upper ? 1.0 : -1.0;
  EACH(i, groups) { p->upper[i] = d->sign[i] * sign > 0 ? 1.0 : 0.0; }
}

/* The quotient of two masses. */
FP_INLINE double quotient(const places *p, const distributions *d, size_t i)
{
  const double exponent = p->exponent.hi[i] * p->drop[i], low = p->exponent.lo[i] * p->drop[i];
  const flag gone = exponent > 790.0;
  const exp_split e = exp_rounded((dd){gone ? -790.0 : -exponent, gone ? 0.0 : -low});
  const double ratio = p->mass[i] / d->mass[i];
  return at_most(times_falling_power(fma_f64(ratio, e.p, ratio), e.shifted), 1.0);
}

/* A function of x that is `first` up to low and `last` from high on. */
FP_INLINE double between_ends(double x, double value, double first, double last, const distributions *d, size_t i)
{
  const double low = d->low[i], high = d->high[i];
  return (x >= high ? last : x <= low ? first : x == x ? value : x) + d->bad[i];
}

STEP(probability, places *p, const distributions *d, int upper, size_t groups)
{
  const double first = upper ? 1.0 : 0.0, last = 1.0 - first;
  EACH(i, groups) { p->result[i] = between_ends(p->given[i], quotient(p, d, i), first, last, d, i); }
}

/* log of the quotient, or log(1 - rest) where that of the other side is the smaller one. */
STEP(log_probability, places *p, const distributions *d, const double *rest, int upper, size_t groups)
{
  const double first = upper ? 0.0 : -FP_INF_f64, last = upper ? -FP_INF_f64 : 0.0;
  EACH(i, groups) {
    const double other = rest[i];
    const flag small = other >= 0.5;
    const double ratio = p->mass[i] * LIFT / d->mass[i];   /* out of the subnormals */
    const dd one_less = fast_two_sum(1.0, small ? -0.5 : -other);
    const dd of_small = log_positive(ratio > 0 ? ratio : 1.0), of_rest = log_dd(one_less);
    const double drop = p->drop[i] * p->exponent.hi[i];
    const dd lowered = fast_two_sum(-LOG_LIFT_HI, of_small.hi);
    const double near = (lowered.hi - drop) + (lowered.lo + (of_small.lo - LOG_LIFT_LO));
    const double value = small ? (drop < FAR_EXPONENT ? near : -FP_INF_f64) : of_rest.hi + of_rest.lo;
    p->result[i] = between_ends(p->given[i], value, first, last, d, i);
  }
}
STEP(rest, double *rest, const places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) { rest[i] = quotient(p, d, i); }
}

/* ---- quantiles */

/* q, the fraction below the quantile or, for isf, above it, as fractions in the frame; the smaller one is aimed at. */
STEP(shares, places *p, const distributions *d, int upper, size_t groups)
{
  const double sign = upper ? 1.0 : -1.0;
  EACH(i, groups) {
    const double given = p->given[i], q = ((given >= 0) & (given <= 1)) ? given : 0.5, rest = 1.0 - q;
    const double above = d->sign[i] * sign, below = -above;   /* 1 and -1: q is of the side above; or the other way round */
    const flag aim = q <= 0.5;
    p->upper[i] = (aim ? above : below) > 0 ? 1.0 : 0.0;
    p->share[i] = aim ? q : rest;
    p->other[i] = aim ? rest : q;
  }
}

/* e^x LIFT for x <= 0, where it has all its digits; from -790 on down the same, which is nothing beside what it is added to. */
FP_INLINE double falling(double x)
{
  const exp_split e = exp_rounded((dd){at_least(x, -790.0), 0.0});
  return (1.0 + e.p) * power_of_two(e.shifted + 200.0);
}

/* z with Q(z) = e^-w nearly, for w >= log 2 */
FP_INLINE double tail_quantile(double w)
{
  const double r = root_f64(w), s = r - QUANTILE_SHIFT;
  return fma_f64(SQRT2, r, -POLYNOMIAL(quantile_tail_top, s) / POLYNOMIAL(quantile_tail_bottom, s));
}

STEP(tails, tails *t, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], b = d->b.hi[i], w = d->width.hi[i] / LIFT, mass = d->mass[i];
    const flag outer = a >= 0;
    const double tail_a = scaled_tail((dd){abs_f64(a), 0.0}).hi, tail_b = scaled_tail((dd){abs_f64(b), 0.0}).hi;
    const double fall = falling(outer ? -w * (a + 0.5 * w) : -0.5 * b * b);
    const double near = tail_a * (outer ? LIFT : falling(-0.5 * a * a)), far = tail_b * fall;
    const double hazard = INV_SQRT_2PI / tail_a;
    t->part[i] = mass / near;
    t->near[i] = near;
    t->far[i] = far;
    t->rest[i] = far * LIFT / near;
    t->level[i] = mass * (1.0 / INV_SQRT_2PI) / fall * LIFT;
    t->base[i] = fma_f64(0.5 * a, a, -log_of(tail_a));
    t->hazard[i] = hazard;
    t->slope[i] = a > 1e4 ? 1.0 : hazard * (hazard - a);
  }
}

/* Where to begin. With e = -log(Q(z)/Q(a)), for 0 <= a:
 *
 *   e < 1/2, or very far out     e = h t + c t^2/2, t = z - a, the hazard h = phi(a)/Q(a) and its slope c = h (h - a)
 *   else                         the quantile of the normal tail; and so, on either side of 0, for a < 0
 *   0 <= a, next to b            in proportion to the mass: width - (z - a) has no digits there
 *   a < 0, narrow                in proportion to the width
 *   a < 0, both next to loc      in proportion to the mass: where a is tiny, z - a is right relative to itself */
STEP(guess, places *p, const distributions *d, const tails *t, size_t groups)
{
  EACH(i, groups) {
    const double a = d->a.hi[i], b = d->b.hi[i], width = d->width.hi[i], w = width / LIFT, mass = d->mass[i];
    const flag outer = a >= 0, narrow = (a < 0) & (w < NARROW), upper = p->upper[i] != 0;
    const double part = t->part[i], base = t->base[i], hazard = t->hazard[i], slope = t->slope[i];
    const double below = upper ? p->other[i] : p->share[i], above = upper ? p->share[i] : p->other[i];
    const double left = fma_f64(below, mass, t->near[i]), right = fma_f64(above, mass, t->far[i]);
    const dd one_less = fast_two_sum(1.0, outer ? -below * part : -0.5);
    const flag from_one = (upper == 0) | (part < 0.5), on_right = right < left;
    const double rest = fma_f64(above, part * LIFT, t->rest[i]), tail = on_right ? right : left;
    const flag plain = outer & from_one;   /* else the argument is times LIFT */
    const dd logarithm = log_dd((dd){plain ? one_less.hi : outer ? rest : tail, plain ? one_less.lo : 0.0});
    const double e = (plain ? 0.0 : LOG_LIFT_HI + LOG_LIFT_LO) - logarithm.hi - logarithm.lo;
    const double start = 2.0 * e / (hazard + root_f64(fma_f64(hazard, hazard, 2.0 * slope * e)));
    const flag by_start = (e < 0.5) | (base > 700.0);
    const double size = tail_quantile(at_most(at_least(outer ? base + e : e, LN2), 2000.0)), from_tail = (outer | on_right) ? size : -size;
    const double level = below * mass * (1.0 / INV_SQRT_2PI);
    const flag flat = (a < 0) & (a > -FLAT) & (level < FLAT * LIFT);
    const double z = flat ? a + level / LIFT : from_tail, beside = flat ? level : ((outer & by_start) ? start : z - a) * LIFT;
    const double away = narrow ? below * width : beside, from_a = at_most(at_least(away, 0.0), width);
    const double level_b = above * t->level[i];
    const flag flat_b = outer & (level_b * at_least(b, 1.0) < FLAT * LIFT) & (level_b < 0x1p-20 * width);
    const double usual_b = (outer | narrow) ? width - from_a : (b - z) * LIFT, from_b = flat_b ? level_b : at_least(usual_b, 0.0);
    const flag at_loc = (a < 0) & (w >= NARROW) & (abs_f64(z) * LIFT < at_most(from_a, from_b)), at_a = !flat_b & (from_a <= from_b);
    p->anchor[i] = at_loc ? 2.0 : at_a ? 0.0 : 1.0;
    p->step[i] = at_loc ? z * LIFT : at_a ? from_a : -at_most(from_b, width);
  }
}

/* A step of Halley's method for the mass of the side aimed at: the density's slope is -z times itself. */
STEP(improve, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd exponent = pair_at(&p->exponent, i);
    const exp_split e = exp_rounded((dd){at_most(exponent.hi, 1400.0), exponent.hi > 1400.0 ? 0.0 : exponent.lo});
    const flag drop = p->drop[i] != 0;
    const double mass = p->mass[i], width = d->width.hi[i], to_a = d->a.hi[i] * LIFT, to_b = d->b.hi[i] * LIFT;
    const double aim = p->share[i] * d->mass[i], less = drop ? aim : aim - mass;
    const double scaled = times_any_power_of_two(fma_f64(less, e.p, less), e.shifted);
    const double missing = (drop ? scaled - mass : scaled) * (1.0 / INV_SQRT_2PI);
    const double newton = p->upper[i] != 0 ? -missing : missing;
    const double step = newton / at_least(fma_f64(-0.5 / LIFT * newton, p->z.hi[i], 1.0), 0.5), anchor = p->anchor[i];
    const double least = anchor == 0.0 ? 0.0 : anchor == 1.0 ? -width : to_a;
    const double most = anchor == 0.0 ? width : anchor == 1.0 ? 0.0 : to_b;
    p->step[i] = at_most(at_least(p->step[i] + step, least), most);
  }
}

STEP(quantile, places *p, const distributions *d, int draw, size_t groups)
{
  EACH(i, groups) {
    const double q = p->given[i], sign = d->sign[i], low = d->low[i], high = d->high[i], loc = d->loc[i], scale = d->scale[i];
    const flag upper = p->upper[i] != 0, exact = p->share[i] == 0, turned = sign < 0;
    const double first = turned ? high : low, last = turned ? low : high, anchor = p->anchor[i];
    const double from = anchor == 0.0 ? first : anchor == 1.0 ? last : loc;
    const double step = p->step[i], point = d->point[i], bad = d->bad[i];
    const flag lifted = abs_f64(step) < 1.0 && abs_f64(from) < 0x1p500 && scale < 0x1p500;
    const flag large = scale >= 0x1p500;
    const double sum = fma_f64(sign * (large ? scale / LIFT : scale), (lifted | large) ? step : step / LIFT, lifted ? from * LIFT : from);
    const double inner = lifted ? sum / LIFT : sum, x = exact ? (upper ? last : first) : inner;
    const double within = at_most(at_least(point == 0 ? x : low, low), high);
    const double at_loc = at_most(at_least(loc, low), high);
    const double any = ((q >= 0) & (q <= 1)) ? within + bad : FP_NAN_f64;
    p->result[i] = draw && scale == 0 ? at_loc : any;
  }
}

/* ---- the steps in order */

static void prepare(distributions *d, places *p, int with_mass, size_t groups)
{
  RUN(parameters, d, groups);
  RUN(frame, d, groups);
  if (with_mass) {
    RUN(start, p, d, groups);
    RUN(side, p, d, groups);
    RUN(keep, p, d, groups);
  }
}

static void log_of_side(places *p, const distributions *d, int upper, size_t groups)
{
  double rest[BLOCK];
  RUN(choose, p, d, !upper, groups);
  RUN(side, p, d, groups);
  RUN(rest, rest, p, d, groups);
  RUN(choose, p, d, upper, groups);
  RUN(side, p, d, groups);
  RUN(log_probability, p, d, rest, upper, groups);
}

static void quantile(places *p, const distributions *d, const tails *t, truncnormal_function function, size_t groups)
{
  RUN(shares, p, d, function == TRUNCNORMAL_isf, groups);
  RUN(guess, p, d, t, groups);
  for (int k = 0; k < 2; k++) {
    RUN(locate_step, p, d, groups);
    RUN(relative, p, d, groups);
    RUN(side, p, d, groups);
    RUN(improve, p, d, groups);
  }
  RUN(quantile, p, d, function == TRUNCNORMAL_draw, groups);
}

static void evaluate(places *p, const distributions *d, const tails *t, truncnormal_function function, size_t groups)
{
  if (function >= TRUNCNORMAL_mean) {
    FP_SYM(fp_truncnormal_moment)(function, p->result, d, groups);
    return;
  }
  if (function >= TRUNCNORMAL_ppf) {
    quantile(p, d, t, function, groups);
    return;
  }
  RUN(locate, p, d, groups);
  RUN(relative, p, d, groups);
  switch (function) {
    case TRUNCNORMAL_pdf:
      RUN(pdf, p, d, groups);
      return;
    case TRUNCNORMAL_logpdf:
      RUN(logpdf, p, d, groups);
      return;
    case TRUNCNORMAL_logcdf:
    case TRUNCNORMAL_logsf:
      log_of_side(p, d, function == TRUNCNORMAL_logsf, groups);
      return;
    default:
      RUN(choose, p, d, function == TRUNCNORMAL_sf, groups);
      RUN(side, p, d, groups);
      RUN(probability, p, d, function == TRUNCNORMAL_sf, groups);
  }
}

/* m numbers, the last one repeated up to a whole group. */
static void load(double *to, const void *from, int type, size_t begin, size_t m)
{
  const float *const f = (const float *)from + (type == FP_F32 ? begin : 0);
  const double *const g = (const double *)from + (type == FP_F64 ? begin : 0);
  if (type == FP_F32) for (size_t i = 0; i < m; i++) to[i] = f[i];
  else memcpy(to, g, m * sizeof *to);
  for (size_t i = m; i % GROUP; i++) to[i] = to[m - 1];
}

static void store(void *to, const double *from, int type, size_t begin, size_t m)
{
  float *const f = (float *)to + begin;
  double *const g = (double *)to + begin;
  if (type == FP_F32) for (size_t i = 0; i < m; i++) f[i] = canonical_f32((float)from[i]);
  else for (size_t i = 0; i < m; i++) g[i] = canonical_f64(from[i]);
}

/* The first of each of `size` bytes of arrays, up to that many groups. */
static void repeat(void *arrays, size_t size, size_t groups)
{
  for (double *all = arrays; size > 0; all += BLOCK, size -= BLOCK * sizeof *all) {
    const double value = all[0];
    for (size_t i = GROUP; i < GROUP * groups; i++) all[i] = value;
  }
}

/* All inputs of a block are read before an output is written, which may be the same array, or lie behind one. */
void FP_SYM(fp_truncnormal_run)(truncnormal_function function, int type, int fixed, void *const *args, size_t n)
{
  distributions d;
  places p;
  tails t;
  const int values = function < TRUNCNORMAL_mean, with_mass = function <= TRUNCNORMAL_mean;
  const int with_tails = values && function >= TRUNCNORMAL_ppf;
  const size_t most = n < BLOCK ? (n + GROUP - 1) / GROUP : BLOCK / GROUP;
  double *const parameters[] = {d.low, d.high, d.loc, d.scale};
  for (size_t done = 0; done < n; done += BLOCK) {
    const size_t m = n - done < BLOCK ? n - done : BLOCK, groups = (m + GROUP - 1) / GROUP;
    if (values) load(p.given, args[0], type, done, m);
    if (!fixed || done == 0) {
      for (int k = 0; k < 4; k++) load(parameters[k], args[values + k], type, done, fixed ? 1 : m);
      prepare(&d, &p, with_mass, fixed ? 1 : groups);
      if (with_tails) RUN(tails, &t, &d, fixed ? 1 : groups);
    }
    if (fixed && done == 0) {
      repeat(&d, sizeof d, most);
      if (with_tails) repeat(&t, sizeof t, most);
    }
    evaluate(&p, &d, &t, function, groups);
    store(args[values + 4], p.result, type, done, m);
  }
}

#define FP_ENTRY(name, type, T, kind, fixed) \
  void FP_SYM(fp_truncnormal_##name##_##T##_##kind)(void *const *args, size_t n); \
  void FP_SYM(fp_truncnormal_##name##_##T##_##kind)(void *const *args, size_t n) \
  { FP_SYM(fp_truncnormal_run)(TRUNCNORMAL_##name, type, fixed, args, n); }
#define FP_ENTRIES_0(name) FP_ENTRY(name, FP_F32, f32, array, 0) FP_ENTRY(name, FP_F64, f64, array, 0)
#define FP_ENTRIES_4(name) FP_ENTRIES_0(name) FP_ENTRY(name, FP_F32, f32, fixed, 1) FP_ENTRY(name, FP_F64, f64, fixed, 1)
FP_ENTRIES_4(pdf)
FP_ENTRIES_4(logpdf)
FP_ENTRIES_4(cdf)
FP_ENTRIES_4(logcdf)
FP_ENTRIES_4(sf)
FP_ENTRIES_4(logsf)
FP_ENTRIES_4(ppf)
FP_ENTRIES_4(isf)
FP_ENTRIES_0(mean)
FP_ENTRIES_0(var)
FP_ENTRIES_0(entropy)
