/* The mass of the standard normal distribution between two ends, without cancellation at any width and any distance.
 *
 * For others to build on:
 *
 *   interval i = interval_of(a, b, location_scale_of(loc, scale));   standardized ends, and the width from b - a
 *   normal_mass m = normal_mass_of(i);       mass = e^(-m.p^2/2) m.scaled 2^(m.exponent - SHIFT), m.scaled a normal number
 *   normal_mass_value(m), normal_mass_log(m)                                       mass, log(mass), for ends with a mass
 *
 * and the same with _short for f32 results, in double throughout. A quotient of two masses that underflow is made of p, scaled and
 * exponent. The width is a number of its own: the difference of standardized ends near each other has no digits.
 *
 * Both ends on one side: by symmetry p and q = p + w with p >= 0. With y = (q^2 - p^2)/2 = w (p + w/2), Q(t) = e^(-t^2/2) T(t),
 * T(t) = P(u)/(t + k), u = (t - k)/(t + k) as in normal_tail.h, and D = (P(u(q)) - P(u(p)))/(u(q) - u(p)),
 *
 *   Q(p) - Q(q) = Q(p) ((1 - e^-y) + e^-y d),     d = 1 - T(q)/T(p) = w/(q + k) (1 - 2k D/((q + k) P(u(p)))).
 *
 * D < 0, so no term cancels another. D comes out of Horner's scheme at both points, however near they are:
 * p_i = p_(i+1) u(p) + c_i, D_i = D_(i+1) u(q) + p_(i+1). Zero between the ends: the sum of the masses from 0 to either, each the
 * same with p = 0; a mass near 1 has its complement, the sum of both tails, too. */
#ifndef FASTPROB_NORMAL_MASS_H
#define FASTPROB_NORMAL_MASS_H

#include "math/standard_interval.h"
#include "math/normal_tail.h"
#include "math/one_less_exp.h"

/* scaled and exponent as above; rest: 1 - mass where it is of use, else 1. */
typedef struct { dd p; double scaled, exponent, rest; } normal_mass;

/* P(u0) and the divided differences between u0 and u1, u0 and u2. */
typedef struct { double p, d1, d2; } tail_differences;
enum { MASS_TERMS = sizeof(tail_steep) / sizeof(tail_steep[0]) };

/* Horner's scheme for all three, from the term `first` down to `last`. */
FP_INLINE tail_differences difference_terms(const double *c, int first, int last, tail_differences t, double u0, double u1, double u2)
{
  FP_UNROLL for (int i = first; i >= last; i--) {
    t.p = fma_f64(t.p, u0, c[i]);
    t.d1 = fma_f64(t.d1, u1, t.p);
    t.d2 = fma_f64(t.d2, u2, t.p);
  }
  return t;
}

FP_INLINE tail_differences differences(const double *c, int n, double u0, double u1, double u2)
{
  const double top = c[n - 1];
  const tail_differences t = difference_terms(c, n - 2, 1, (tail_differences){top, top, top}, u0, u1, u2);
  return (tail_differences){fma_f64(t.p, u0, c[0]), t.d1, t.d2};
}

/* What t + k, rounded, is k more than: for small t up to 4 2^-53 from t. P and D are those of this point, and what an error of p or q does
 * to (1 - e^-y)/w it undoes in d/w, all but a part that grows with p and w: so y is made of these points. */
FP_INLINE double tail_place(double t) { return (t + TAIL_SHIFT) - TAIL_SHIFT; }

/* And with what r, 1/(t + k), loses by rounding. */
FP_INLINE double tail_place_of_inverse(double t, double r)
{
  const double den = t + TAIL_SHIFT;
  return fma_f64(den, fma_f64(-r, den, 1.0), den - TAIL_SHIFT);
}

/* 1 - e^-y (1 - d) for e = e^-y; r = 1/(q + k). */
FP_INLINE double lost_to(exp_split e, double w, double r, double difference, double inverse_p)
{
  const double scale = power_of_two(e.shifted);
  const double d = w * r * fma_f64(-2.0 * TAIL_SHIFT * r, difference * inverse_p, 1.0);
  return fma_f64(fma_f64(scale, e.p, scale), d, -fma_f64(scale, e.p, scale - 1.0));
}

/* T(q) from the difference with T(0), where P(-1) = 2: P(u) = 2 + (1 + u) D at the rounded u, which far out is all but exact. */
FP_INLINE double tail_from_zero(double r, double difference) { return fma_f64(fma_f64(-2.0 * TAIL_SHIFT, r, 2.0), difference, 2.0) * r; }

/* In three parts, for kernels of many steps; normal_mass_of is all of them. What a mass is taken between: the first part goes from p
 * to q = p + w, or from 0 to the one end, the second from 0 to the other end. */
typedef struct { dd p, lower, upper, width; double w, q; int across; } mass_points;
typedef struct { double p, q, upper; } mass_inverses;   /* 1/(t + k) */

FP_INLINE mass_points mass_points_between(dd a, dd b, dd width)
{
  const double inside = at_most(-a.hi, b.hi);   /* positive for 0 between the ends */
  const int across = inside > 0x1p-60;
  const dd near = size_to(dd_select(a.hi >= 0, a, b), 0x1p520);   /* the square is infinite before */
  const dd p = {inside > 0 ? 0.0 : near.hi, inside > 0 ? 0.0 : near.lo};
  const dd lower = size_to(a, 39.0), upper = size_to(b, 39.0);
  return (mass_points){p, lower, upper, width, across ? lower.hi : width.hi, across ? lower.hi : p.hi + width.hi, across};
}

FP_INLINE mass_inverses mass_inverses_of(mass_points m)
{
  return (mass_inverses){1.0 / (m.p.hi + TAIL_SHIFT), 1.0 / (m.q + TAIL_SHIFT), 1.0 / (m.upper.hi + TAIL_SHIFT)};
}

FP_INLINE double mass_argument(double inverse) { return fma_f64(-2.0 * TAIL_SHIFT, inverse, 1.0); }

FP_INLINE tail_differences mass_differences(mass_inverses r)
{
  return differences(tail_steep, MASS_TERMS, mass_argument(r.p), mass_argument(r.q), mass_argument(r.upper));
}

/* The mass times e^(p^2/2), from both exponentials, not below 2^-1000: beside 1 less is nothing. */
FP_INLINE double mass_of_parts(exp_split e1, exp_split e2, double w, double upper, int across, mass_inverses r, tail_differences t)
{
  const double inverse_p = 1.0 / t.p;
  const double first = lost_to(e1, w, r.q, t.d1, inverse_p), second = lost_to(e2, upper, r.upper, t.d2, inverse_p);
  return across ? 0.5 * (first + second) : t.p * r.p * first;
}

FP_INLINE exp_split not_below(exp_split e) { return (exp_split){at_least(e.shifted, SHIFT - 1000.0), e.p}; }

FP_INLINE normal_mass normal_mass_from(mass_points m, mass_inverses r, tail_differences t, double exponent)
{
  const dd square1 = minus_half_square_dd(m.lower), square2 = minus_half_square_dd(m.upper);
  const double y = -m.width.hi * (0.5 * (tail_place(m.p.hi) + tail_place(m.q)));
  const exp_split e1 = exp_rounded((dd){m.across ? square1.hi : at_least(y, -760.0), m.across ? square1.lo : 0.0});
  const exp_split e2 = exp_rounded(square2);
  const double scaled = mass_of_parts(not_below(e1), not_below(e2), m.w, m.upper.hi, m.across, r, t);
  const double t1 = tail_from_zero(r.q, t.d1), t2 = tail_from_zero(r.upper, t.d2);
  const double rest = times_falling_power(fma_f64(t1, e1.p, t1), e1.shifted) + times_falling_power(fma_f64(t2, e2.p, t2), e2.shifted);
  return (normal_mass){m.p, scaled, exponent, m.across ? rest : 1.0};
}

FP_INLINE normal_mass normal_mass_of(interval i)
{
  const double exponent = at_least(at_most(i.exponent, SHIFT + 10.0), LEAST_WIDTH);
  const mass_points m = mass_points_between(i.a, i.b, (dd){i.width * power_of_two(exponent), 0.0});
  const mass_inverses r = mass_inverses_of(m);
  return normal_mass_from(m, r, mass_differences(r), SHIFT + at_most(i.exponent - LEAST_WIDTH, 0.0));
}

/* For a logarithm near 0, which is as wrong as the mass relative to itself: the mass in double-double, to 1.3 2^-53 but for what the
 * last sums of P and D round away. With P[u, v, w] the second divided difference, and u0, u1 those of the chains, less exact than the
 * ends by d0 and d1: D moves by P[u0, u0, u1] d0 + P[u0, u1, u1] d1 and P(u0) by (D - (u1 - u0) P[u0, u0, u1]) d0. */
/* 1/(t + k) for the r that is it rounded, and what u = fma(-2k, r, 1) lacks. */
typedef struct { dd inverse; double u, lost; } tail_point;

FP_INLINE tail_point tail_point_of(dd t, double r)
{
  const dd den = two_sum(t.hi, TAIL_SHIFT);
  const double low = r * fma_f64(-r, den.lo + t.lo, fma_f64(-r, den.hi, 1.0)), v = 2.0 * TAIL_SHIFT * r, u = 1.0 - v;
  return (tail_point){{r, low}, u, ((1.0 - u) - v) - 2.0 * TAIL_SHIFT * low};
}

/* P[u, u, v] nearly: P''/2 at the middle of the three. */
FP_INLINE double second_difference(double u, double v) { return POLYNOMIAL(tail_bend, fma_f64(2.0, u, v) * (1.0 / 3)); }

/* P(u0) ((1 - e^-y) + e^-y d) */
FP_INLINE dd part_of_tail(dd p, dd w, dd inverse, dd tail, dd difference)
{
  const dd y = dd_times(w, dd_plus(p, dd_scale(w, 0.5)));
  const exp_parts e = exp_minus_dd(size_to(y, 760.0));
  const double scale = power_of_two(at_least(e.shifted, SHIFT - 1000.0));
  const dd fall = dd_times(dd_times(w, inverse), dd_plus(tail, dd_times(dd_scale(inverse, -2.0 * TAIL_SHIFT), difference)));
  return dd_plus(dd_times(one_less_exp(e), tail), dd_scale(exp_times(e, fall), scale));
}

/* The part from p to p + w, as r and t have it; the other one, of masses across 0, with its own. */
FP_INLINE dd mass_part(dd p, dd w, double inverse_p, double inverse_q, double tail_p, double difference)
{
  const tail_point at_p = tail_point_of(p, inverse_p), at_q = tail_point_of(dd_plus(p, w), inverse_q);
  const double bend_p = second_difference(at_p.u, at_q.u), bend_q = second_difference(at_q.u, at_p.u);
  const dd tail = {tail_p, fma_f64(at_p.u - at_q.u, bend_p, difference) * at_p.lost};
  const dd fine = {difference, fma_f64(bend_p, at_p.lost, bend_q * at_q.lost)};
  return dd_times(part_of_tail(p, w, at_q.inverse, tail, fine), at_p.inverse);
}

FP_INLINE double normal_mass_value(normal_mass m)
{
  const int beyond = m.p.hi > 39.0;
  const exp_split e = exp_rounded(minus_half_square_dd((dd){beyond ? 39.0 : m.p.hi, beyond ? 0.0 : m.p.lo}));
  return times_any_power_of_two(fma_f64(m.scaled, e.p, m.scaled), e.shifted + (m.exponent - SHIFT));
}

/* -p^2/2 + log(scaled 2^n), or log(1 - rest) where that is small. */
FP_INLINE double normal_mass_log(normal_mass m)
{
  const int whole = m.rest < 0.25;
  const double one_less = 1.0 - m.rest;
  const log_split l = split_log(whole ? one_less : m.scaled);
  const double k = l.k + (whole ? 0.0 : m.exponent - SHIFT), y_low = whole ? (1.0 - one_less) - m.rest : 0.0;
  const dd square = minus_half_square_dd(m.p), times = two_product(k, LN2);
  const dd head = two_sum(times.hi, square.hi), next = two_sum(head.hi, l.f);
  const double slope = fma_f64(-1.9, l.s, 1.0);   /* 1/(1 + f) within 6 % */
  const double low = fma_f64(y_low * from_bits_f64(l.minus_k_bits), slope, fma_f64(k, LN2_LO, times.lo + square.lo)) - minus_log1pmx(l);
  const double value = next.hi + (next.lo + (head.lo + low));
  return -abs_f64(is_finite(square.hi) ? value : FP_INF_f64);
}

/* For f32 results, in double throughout, where nothing overflows or underflows. */
typedef struct { double p, scaled, rest; } normal_mass_short;

FP_INLINE normal_mass_short normal_mass_short_of(interval_short i)
{
  const double width = at_most(i.width, 1024.0);
  const double inside = at_most(-i.a, i.b), p = inside > 0 ? 0.0 : -inside;
  const int across = inside > 0;
  const double lower = at_most(-i.a, 16.0), upper = at_most(i.b, 16.0);
  const double w = across ? lower : width, q = across ? lower : p + width;
  const double r0 = 1.0 / (p + TAIL_SHIFT), r1 = 1.0 / (q + TAIL_SHIFT), r2 = 1.0 / (at_least(upper, 0.0) + TAIL_SHIFT);
  const double twice = 2.0 * TAIL_SHIFT;
  const tail_differences t = differences(tail_steep_short, sizeof(tail_steep_short) / sizeof(tail_steep_short[0]),
                                         fma_f64(-twice, r0, 1.0), fma_f64(-twice, r1, 1.0), fma_f64(-twice, r2, 1.0));
  const double inverse_p = 1.0 / t.p;
  const exp_split e1 = exp_split_short(at_least(-w * fma_f64(0.5, w, p), -200.0)), e2 = exp_split_short(-0.5 * upper * upper);
  const double first = lost_to(not_below(e1), w, r1, t.d1, inverse_p), second = lost_to(not_below(e2), upper, r2, t.d2, inverse_p);
  const double t1 = tail_from_zero(r1, t.d1), t2 = tail_from_zero(r2, t.d2);
  const double s1 = power_of_two(e1.shifted), s2 = power_of_two(e2.shifted);
  return (normal_mass_short){p, across ? 0.5 * (first + second) : t.p * r0 * first,
                             across ? fma_f64(s1, e1.p, s1) * t1 + fma_f64(s2, e2.p, s2) * t2 : 1.0};
}

FP_INLINE double normal_mass_short_value(normal_mass_short m)
{
  const double t = at_most(m.p, 16.0);
  return m.scaled * exp_short(-0.5 * t * t);
}

FP_INLINE double normal_mass_short_log(normal_mass_short m)
{
  const int whole = m.rest < 0.25;
  const double one_less = 1.0 - m.rest, low = (1.0 - one_less) - m.rest;
  const log_split_short l = split_log_short(whole ? one_less : m.scaled);
  return -abs_f64((whole ? low : -0.5 * m.p * m.p) + fma_f64(l.k, LN2, log1p_reduced_short(l.f)));
}

#endif
