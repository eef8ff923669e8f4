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
#include "dist/truncnormal_quantile.h"

#include "math/location_scale.h"
#include "math/normal_mass.h"

#define FAR 0x1p511             /* in units of scale: what lies beyond is there. Its square is finite, */
#define FAR_EXPONENT 0x1p1019   /* and half of it beyond this */

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

STEP(scales, distributions *d, size_t groups)
{
  EACH(i, groups) {
    const location_scale l = location_scale_of(d->middle[i], d->unit[i]);
    d->f1[i] = l.f1;
    d->f2[i] = l.f2;
    d->exponent[i] = l.exponent;
    set_pair(&d->inverse, i, l.inverse);
  }
}

STEP(frame, distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double from = d->least[i], to = d->most[i], middle = d->middle[i], f1 = d->f1[i], f2 = d->f2[i];
    const dd inverse = pair_at(&d->inverse, i);
    const dd a = distance_in_scales(from, middle, f1, f2, inverse, 1.0), b = distance_in_scales(to, middle, f1, f2, inverse, 1.0);
    /* a + b from the data: it may be far smaller than the digits of either */
    const dd exact = dd_plus(two_sum(from * f1, -(middle * f1)), two_sum(to * f1, -(middle * f1)));
    const double sum = ((a.hi > -FAR) & (b.hi < FAR)) ? dd_times(exact, inverse).hi * f2 : a.hi + b.hi;
    const flag turned = sum < 0;
    d->sign[i] = turned ? -1.0 : 1.0;
    d->sum[i] = abs_f64(sum);
    set_pair(&d->a, i, (dd){turned ? -b.hi : a.hi, turned ? -b.lo : a.lo});
    set_pair(&d->b, i, (dd){turned ? -a.hi : b.hi, turned ? -a.lo : b.lo});
    set_pair(&d->width, i, distance_in_scales(to, from, f1, f2, inverse, LIFT));
  }
}

/* x; where it is outside, low. */
FP_INLINE double point_at(const places *p, const distributions *d, size_t i)
{
  const double low = d->least[i], high = d->most[i], given = p->given[i];
  return ((given >= low) & (given <= high)) ? given : low;
}

/* z and z^2/2 */
STEP(locate, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double f1 = d->f1[i], f2 = d->f2[i], loc = d->middle[i], sign = d->sign[i];
    const dd z = signed_dd(distance_in_scales(point_at(p, d, i), loc, f1, f2, pair_at(&d->inverse, i), 1.0), sign);
    set_pair(&p->z, i, z);
    set_pair(&p->exponent, i, dd_scale(dd_times(z, z), 0.5));
  }
}

/* The distances from the ends. */
STEP(apart, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double low = d->least[i], high = d->most[i], f1 = d->f1[i], f2 = d->f2[i], x = point_at(p, d, i);
    const dd inverse = pair_at(&d->inverse, i);
    const dd from_low = distance_in_scales(x, low, f1, f2, inverse, LIFT), to_high = distance_in_scales(high, x, f1, f2, inverse, LIFT);
    const flag turned = d->sign[i] < 0;
    set_pair(&p->below, i, dd_select(turned, to_high, from_low));
    set_pair(&p->above, i, dd_select(turned, from_low, to_high));
  }
}

/* Where 0 <= a, (z^2 - a^2)/2 by the distance from a. */
STEP(relate, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd z = pair_at(&p->z, i), a = pair_at(&d->a, i), square = pair_at(&p->exponent, i);
    const dd relative = dd_scale(dd_times(pair_at(&p->below, i), dd_scale(dd_plus(z, a), 1.0 / LIFT)), 0.5);
    set_pair(&p->exponent, i, dd_select(a.hi >= 0, relative, square));
  }
}

/* ---- masses: between which ends, the divided differences of the tails there, V. Three steps, and so short that a CPU has several
 * vectors at once in each. */

/* From u to v, v - u = w/LIFT, or LEAST if that is less: the mass is in proportion to it there, and its unit times LIFT with it. */
#define LEAST 0x1p-900
FP_INLINE mass_points points_between(dd u, dd v, dd w)
{
  return mass_points_between(u, v, (dd){at_least(w.hi / LIFT, LEAST), w.lo / LIFT});
}
FP_INLINE double mass_unit(double w) { return at_most(w / LEAST, LIFT); }

/* An exponent whose e^ is nothing beside 1; of what is below it the power might be no normal number. */
#define NOTHING -690.0
/* 0 <= v. A step of its own, for where both what is chosen and what is made of it are in one, GCC chooses between the results of
 * each operation. */
STEP(ends, places *p, const pairs *from, const pairs *to, const double *width, size_t groups)
{
  EACH(i, groups) {
    const dd u = pair_at(from, i), v = pair_at(to, i), square1 = minus_half_square_dd(u), square2 = minus_half_square_dd(v);
    const double given = width[i], w = at_least(given / LIFT, LEAST), near = at_least(u.hi, 0.0);
    const flag across = at_most(-u.hi, v.hi) > 0x1p-60;
    const double way = across ? -u.hi : w, q = across ? -u.hi : near + w;
    const double inverse_p = 1.0 / (near + TAIL_SHIFT), inverse_q = 1.0 / (q + TAIL_SHIFT), inverse_upper = 1.0 / (v.hi + TAIL_SHIFT);
    const double at_p = tail_place_of_inverse(near, inverse_p), at_q = tail_place_of_inverse(q, inverse_q);
    const double at_upper = tail_place_of_inverse(v.hi, inverse_upper);
    const double y = across ? square1.hi : -w * (0.5 * (at_p + at_q)), y_low = across ? fma_f64(-0.5 * q, at_q - q, square1.lo) : 0.0;
    const flag gone1 = y < NOTHING, gone2 = square2.hi < NOTHING;
    set_pair(&p->first, i, (dd){gone1 ? NOTHING : y, gone1 ? 0.0 : y_low});
    set_pair(&p->second, i, (dd){gone2 ? NOTHING : square2.hi, gone2 ? 0.0 : fma_f64(-0.5 * v.hi, at_upper - v.hi, square2.lo)});
    p->w[i] = way;
    p->w_upper[i] = v.hi;
    p->across[i] = across ? 1.0 : 0.0;
    p->unit[i] = mass_unit(at_least(given, 0.0));
    p->inverse_p[i] = inverse_p;
    p->inverse_q[i] = inverse_q;
    p->inverse_upper[i] = inverse_upper;
    p->fall[i] = (at_p - near) * (12.8 * inverse_p * inverse_p);   /* T's slope over T, within a third */
  }
}

/* Those of one side of z. */
FP_INLINE void set_side(places *p, size_t i, dd z, dd a, dd b, double width, flag upper)
{
  const flag outer = a.hi >= 0, from_a = upper ? 0 : outer;   /* else, below z, from z to a, turned */
  const dd u = dd_select(upper, z, dd_select(outer, a, dd_minus(z)));
  const dd v = dd_select(upper, b, dd_select(outer, z, dd_minus(a)));
  set_pair(&p->u, i, u);
  set_pair(&p->v, i, v);
  p->width[i] = width;
  p->drop[i] = (u.hi >= 0) > from_a ? 1.0 : 0.0;
}

/* Of the side, in the frame, that P(X <= x), with -1, or P(X > x), with 1, is the mass of. */
STEP(side, places *p, const distributions *d, double direction, size_t groups)
{
  EACH(i, groups) {
    const dd z = pair_at(&p->z, i), a = pair_at(&d->a, i), b = pair_at(&d->b, i);
    const double below = p->below.hi[i], above = p->above.hi[i];
    const flag upper = d->sign[i] * direction > 0;
    set_side(p, i, z, a, b, upper ? above : below, upper);
  }
}

/* Of the side of anchor + step that is aimed at. */
STEP(reach, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double t = p->step[i], anchor = p->anchor[i];
    const flag at_a = anchor == 0.0, at_b = anchor == 1.0, upper = p->upper[i] != 0, at_end = upper ? at_b : at_a;
    const dd a = pair_at(&d->a, i), b = pair_at(&d->b, i), w = pair_at(&d->width, i), zero = {0.0, 0.0};
    const dd z = dd_plus_double(dd_select(at_a, a, dd_select(at_b, b, zero)), t / LIFT);
    const dd from = dd_select(upper, dd_select(at_a, w, dd_scale(b, LIFT)), dd_select(at_b, w, dd_scale(a, -LIFT)));
    const double way = upper ? -t : t, width = at_end ? way : dd_plus_double(from, way).hi;
    set_pair(&p->z, i, z);
    set_pair(&p->exponent, i, dd_scale(dd_times(z, z), 0.5));
    set_side(p, i, z, a, b, width, upper);
  }
}

/* How far that is from a. */
STEP(beyond_a, places *p, const distributions *d, size_t groups)
{
  EACH(i, groups) {
    const double t = p->step[i], anchor = p->anchor[i];
    const flag at_a = anchor == 0.0, at_b = anchor == 1.0;
    const dd a = pair_at(&d->a, i), w = pair_at(&d->width, i), alone = {t, 0.0};
    set_pair(&p->below, i, dd_select(at_a, alone, dd_plus_double(dd_select(at_b, w, dd_scale(a, -LIFT)), t)));
  }
}

FP_INLINE mass_inverses inverses_at(const places *p, size_t i)
{
  return (mass_inverses){p->inverse_p[i], p->inverse_q[i], p->inverse_upper[i]};
}

/* In two steps: a CPU has half of each chain of fused sums of three vectors at once. */
#define HALF (MASS_TERMS / 2)

STEP(differences, places *p, size_t groups)
{
  EACH(i, groups) {
    const double u0 = mass_argument(p->inverse_p[i]), u1 = mass_argument(p->inverse_q[i]), u2 = mass_argument(p->inverse_upper[i]);
    const double top = tail_steep[MASS_TERMS - 1];
    const tail_differences t = difference_terms(tail_steep, MASS_TERMS - 2, HALF, (tail_differences){top, top, top}, u0, u1, u2);
    p->tail_p[i] = t.p;
    p->difference1[i] = t.d1;
    p->difference2[i] = t.d2;
  }
}
STEP(more_differences, places *p, size_t groups)
{
  EACH(i, groups) {
    const double u0 = mass_argument(p->inverse_p[i]), u1 = mass_argument(p->inverse_q[i]), u2 = mass_argument(p->inverse_upper[i]);
    const tail_differences half = {p->tail_p[i], p->difference1[i], p->difference2[i]};
    const tail_differences t = difference_terms(tail_steep, HALF - 1, 1, half, u0, u1, u2);
    p->tail_p[i] = fma_f64(t.p, u0, tail_steep[0]);
    p->difference1[i] = t.d1;
    p->difference2[i] = t.d2;
  }
}

STEP(mass, double *mass, const places *p, size_t groups)
{
  EACH(i, groups) {
    const tail_differences t = {p->tail_p[i], p->difference1[i], p->difference2[i]};
    const exp_split e1 = exp_rounded(pair_at(&p->first, i)), e2 = exp_rounded(pair_at(&p->second, i));
    const double v = mass_of_parts(e1, e2, p->w[i], p->w_upper[i], p->across[i] != 0, inverses_at(p, i), t);
    const double scale = power_of_two(e1.shifted), less = fma_f64(-scale, e1.p, 1.0 - scale);   /* of short ones T has no such part */
    mass[i] = fma_f64(v, p->fall[i] * less, v) * p->unit[i];
  }
}

/* For the whole's mass and its rest: where it begins, how far it goes, and for loc inside to the other side; what it is times. */
typedef struct { pairs from, first, second; double unit[PITCH]; } extent;

STEP(extent, extent *x, distributions *d, size_t groups)
{
  EACH(i, groups) {
    const dd width = pair_at(&d->width, i);
    const mass_points m = points_between(pair_at(&d->a, i), pair_at(&d->b, i), width);
    set_pair(&x->from, i, m.p);
    set_pair(&x->first, i, dd_select(m.across, m.lower, m.width));
    set_pair(&x->second, i, dd_select(m.across, m.upper, (dd){0.0, 0.0}));
    x->unit[i] = mass_unit(width.hi);
    d->mass[i] = d->mass_rest[i] = 0.0;
  }
}

STEP(add_part, distributions *d, const places *p, const extent *x, const pairs *way, const double *inverse, const double *difference,
     size_t groups)
{
  EACH(i, groups) {
    const double mass = d->mass[i];
    const dd part = mass_part(pair_at(&x->from, i), pair_at(way, i), p->inverse_p[i], inverse[i], p->tail_p[i], difference[i]);
    const dd sum = dd_plus((dd){mass, mass * d->mass_rest[i]}, dd_scale(part, x->unit[i]));
    d->mass[i] = sum.hi;
    d->mass_rest[i] = sum.lo / sum.hi;
  }
}

/* ---- densities and probabilities */

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
    const dd exponent = pair_at(&p->exponent, i), log_mass = log_positive(d->mass[i]);
    const dd of_mass = {log_mass.hi, log_mass.lo + d->mass_rest[i]};
    const dd of_scale = log_positive(d->unit[i]);
    const dd of_unit = fast_two_sum(-LOG_LIFT_HI, HALF_LOG_2PI);
    const dd size = dd_plus(dd_plus(of_scale, of_mass), (dd){of_unit.hi, of_unit.lo + (HALF_LOG_2PI_LO - LOG_LIFT_LO)});
    const dd sum = dd_plus(exponent, size);
    const double value = exponent.hi < FAR_EXPONENT ? -(sum.hi + sum.lo) : -FP_INF_f64;
    p->result[i] = (inside ? value + point : x == x ? -FP_INF_f64 : x) + d->bad[i];
  }
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

/* ---- the steps in order */

static void fine_mass(distributions *d, const places *p, size_t groups)
{
  extent x;
  flag across = 0;   /* else there is no second part */
  RUN(extent, &x, d, groups);
  RUN(add_part, d, p, &x, &x.first, p->inverse_q, p->difference1, groups);
  EACH(i, groups) across |= x.second.hi[i] > 0;
  if (across) RUN(add_part, d, p, &x, &x.second, p->inverse_upper, p->difference2, groups);
}

FP_INLINE void find_differences(places *p, size_t groups)
{
  RUN(differences, p, groups);
  RUN(more_differences, p, groups);
}

static __attribute__((noinline)) void prepare(distributions *d, places *p, truncnormal_function function, int type,
                                               size_t groups)
{
  RUN(parameters, d, groups);
  RUN(scales, d, groups);
  RUN(frame, d, groups);
  if (function <= TRUNCNORMAL_mean || FP_SYM(fp_truncnormal_some_wide)(type, d, groups)) {
    RUN(ends, p, &d->a, &d->b, d->width.hi, groups);
    find_differences(p, groups);
    if (function == TRUNCNORMAL_logpdf || function >= TRUNCNORMAL_mean) fine_mass(d, p, groups);
    else RUN(mass, d->mass, p, groups);
  }
}

static void mass_of_side(places *p, const distributions *d, double direction, size_t groups)
{
  RUN(side, p, d, direction, groups);
  RUN(ends, p, &p->u, &p->v, p->width, groups);
  find_differences(p, groups);
  RUN(mass, p->mass, p, groups);
}

static void log_of_side(places *p, const distributions *d, int upper, size_t groups)
{
  const double direction = upper ? 1.0 : -1.0;
  double rest[PITCH];
  mass_of_side(p, d, -direction, groups);
  RUN(rest, rest, p, d, groups);
  mass_of_side(p, d, direction, groups);
  RUN(log_probability, p, d, rest, upper, groups);
}

static void prepare_quantile(tails *t, const places *p, const distributions *d, size_t groups)
{
  RUN(tails, t, p, d, groups);
  if (some_outer(d, groups)) RUN(hazards, t, p, d, groups);
}

static void quantile(places *p, const distributions *d, const tails *t, truncnormal_function function, size_t groups)
{
  const flag outer = some_outer(d, groups);
  RUN(depth, p, d, t, function == TRUNCNORMAL_isf ? 1.0 : -1.0, groups);
  if (outer) RUN(depth_from_a, p, d, t, groups);
  RUN(logarithm, p, groups);
  if (outer) RUN(start, p, d, t, groups);
  RUN(guess, p, d, t, groups);
  RUN(reach, p, d, groups);
  if (outer) {
    RUN(beyond_a, p, d, groups);
    RUN(relate, p, d, groups);
  }
  RUN(ends, p, &p->u, &p->v, p->width, groups);
  find_differences(p, groups);
  RUN(mass, p->mass, p, groups);
  RUN(missing, p, d, groups);
  RUN(quantile, p, d, function == TRUNCNORMAL_draw, groups);
}

static void evaluate(places *p, const distributions *d, const tails *t, truncnormal_function function, int type, size_t m)
{
  if (function >= TRUNCNORMAL_mean) {
    FP_SYM(fp_truncnormal_moment)(function, type, p->result, d, m);
    return;
  }
  const size_t groups = (m + GROUP - 1) / GROUP;
  if (function >= TRUNCNORMAL_ppf) {
    quantile(p, d, t, function, groups);
    return;
  }
  const flag outer = some_outer(d, groups);
  RUN(locate, p, d, groups);
  if (outer || function > TRUNCNORMAL_logpdf) RUN(apart, p, d, groups);
  if (outer) RUN(relate, p, d, groups);
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
      mass_of_side(p, d, function == TRUNCNORMAL_sf ? 1.0 : -1.0, groups);
      RUN(probability, p, d, function == TRUNCNORMAL_sf, groups);
  }
}

/* Of groups, each a loop of its own: GCC would unroll this one, Clang has nothing to do for it. */
#if defined(__clang__)
#define EACH_GROUP
#else
#define EACH_GROUP FP_FEW
#endif

/* A group of numbers. */
FP_INLINE void load_group(double *to, const void *from, int type, size_t begin)
{
  const float *const f = (const float *)from + (type == FP_F32 ? begin : 0);
  const double *const g = (const double *)from + (type == FP_F64 ? begin : 0);
  if (type == FP_F32) FP_UNROLL for (size_t i = 0; i < GROUP; i++) to[i] = f[i];
  else FP_FEW for (size_t i = 0; i < GROUP; i++) to[i] = g[i];
}

/* m numbers, the last group of which ends with them, over some of the one before it, so that all are whole vectors. Of fewer than a
 * group the last number is repeated. */
FP_INLINE void load_as(double *to, const void *from, int type, size_t begin, size_t m)
{
  size_t i = 0;
  EACH_GROUP for (; i + GROUP <= m; i += GROUP) load_group(to + i, from, type, begin + i);
  if (i == m) return;
  if (m > GROUP) load_group(to + i, from, type, begin + m - GROUP);
  else FP_FEW for (size_t k = 0; k < GROUP; k++) {
    const size_t j = begin + (k < m ? k : m - 1);
    to[k] = type == FP_F32 ? ((const float *)from)[j] : ((const double *)from)[j];
  }
}
static __attribute__((noinline)) void load(double *to, const void *from, int type, size_t begin, size_t m)
{
  if (type == FP_F32) load_as(to, from, FP_F32, begin, m);
  else load_as(to, from, FP_F64, begin, m);
}

/* One number for a whole group. */
static void load_one(double *to, const void *from, int type)
{
  const double value = type == FP_F32 ? *(const float *)from : *(const double *)from;
  FP_FEW for (size_t i = 0; i < GROUP; i++) to[i] = value;
}

FP_INLINE void store_few(void *to, const double *from, int type, size_t begin, size_t few)
{
  float *const f = (float *)to + (type == FP_F32 ? begin : 0);
  double *const g = (double *)to + (type == FP_F64 ? begin : 0);
  if (type == FP_F32) FP_FEW for (size_t i = 0; i < few; i++) f[i] = canonical_f32((float)from[i]);
  else FP_FEW for (size_t i = 0; i < few; i++) g[i] = canonical_f64(from[i]);
}
FP_INLINE void store_as(void *to, const double *from, int type, size_t begin, size_t m)
{
  size_t i = 0;
  EACH_GROUP for (; i + GROUP <= m; i += GROUP) store_few(to, from + i, type, begin + i, GROUP);
  if (i == m) return;
  if (m > GROUP) store_few(to, from + i, type, begin + m - GROUP, GROUP);
  else store_few(to, from, type, begin, m);
}
static __attribute__((noinline)) void store(void *to, const double *from, int type, size_t begin, size_t m)
{
  if (type == FP_F32) store_as(to, from, FP_F32, begin, m);
  else store_as(to, from, FP_F64, begin, m);
}

/* The first group of each of the arrays of PITCH that are the bytes from `begin` to `end` of a struct, up to that many groups. */
FP_INLINE void repeat(void *arrays, size_t begin, size_t end, size_t groups)
{
  double *const all = arrays;
  const int first = (int)(begin / sizeof *all / PITCH), last = (int)(end / sizeof *all / PITCH);
  FP_FEW for (size_t i = GROUP; i < GROUP * groups; i += GROUP) {
    FP_UNROLL for (int k = first; k < last; k++) {
      FP_FEW for (size_t j = 0; j < GROUP; j++) all[k * PITCH + i + j] = all[k * PITCH + j];
    }
  }
}

/* All inputs of a block are read before an output is written, which may be the same array, or lie behind one. */
void FP_SYM(fp_truncnormal_run)(truncnormal_function function, int type, int fixed, void *const *args, size_t n)
{
  distributions d;
  places p;
  tails t;
  const int values = function < TRUNCNORMAL_mean;
  const int with_tails = values && function >= TRUNCNORMAL_ppf;
  const size_t most = n < BLOCK ? (n + GROUP - 1) / GROUP : BLOCK / GROUP;
  double *const parameters[] = {d.low, d.high, d.loc, d.scale};
  for (size_t done = 0; done < n; done += BLOCK) {
    const size_t m = n - done < BLOCK ? n - done : BLOCK, groups = (m + GROUP - 1) / GROUP;
    if (values) load(p.given, args[0], type, done, m);
    if (!fixed || done == 0) {
      for (int k = 0; k < 4; k++) {
        if (fixed) load_one(parameters[k], args[values + k], type);
        else load(parameters[k], args[values + k], type, done, m);
      }
      prepare(&d, &p, function, type, fixed ? 1 : groups);
      if (with_tails) prepare_quantile(&t, &p, &d, fixed ? 1 : groups);
    }
    if (fixed && done == 0) {
      if (!with_tails) repeat(&d, 0, offsetof(distributions, low), most);
      repeat(&d, offsetof(distributions, low), sizeof d, most);
      if (with_tails) repeat(&t, 0, sizeof t, most);
    }
    evaluate(&p, &d, &t, function, type, m);
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
