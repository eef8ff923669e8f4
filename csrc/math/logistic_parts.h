/* Building blocks of the logistic distribution, for z in double-double: e^-|z|, log(1 + e), log cosh(z/2), log(q/(1 - q)) by q and by log q. */
#ifndef FASTPROB_LOGISTIC_PARTS_H
#define FASTPROB_LOGISTIC_PARTS_H

#include "math/location_scale.h"
#include "math/log.h"
#include "math/one_less_exp.h"

/* 2 atanh(v/2) = v + (v/2)^3 p(v^2/4) for |v| <= 2/3: to 2^-57 of itself; and to 2^-64, if |v| <= 0.4. */
FP_INLINE dd twice_atanh(dd v)
{
  const double half = 0.5 * v.hi, square = half * half;
  return fast_two_sum(v.hi, fma_f64(square * half, POLYNOMIAL(atanh_rest, square), v.lo));
}
FP_INLINE dd twice_atanh_fine(dd v)
{
  const int terms = sizeof(atanh_rest) / sizeof(atanh_rest[0]);
  const double half = 0.5 * v.hi;
  const dd square = two_product(half, half);
  const double tail = polynomial(atanh_rest + 1, terms - 1, square.hi);
  const double p = fma_f64(square.hi, tail, atanh_rest[0]), p_low = fma_f64(square.hi, tail, atanh_rest[0] - p) + ATANH_REST_0_LO;
  const double cube = square.hi * half, rest = cube * p;
  const double cube_low = fma_f64(square.hi, half, -cube) + fma_f64(square.lo, half, 1.5 * square.hi * v.lo);
  const dd sum = fast_two_sum(v.hi, rest);
  return (dd){sum.hi, sum.lo + (fma_f64(cube, p, -rest) + fma_f64(cube, p_low, fma_f64(cube_low, p, v.lo)))};
}

/* e^-|z| = 2^n m, m within 0.52 ULP, and y = 1 + e, e the same or, below 2^-1000, another nothing beside 1. z is cut where m 2^n, divided
 * by the least scale, still is nothing. */
typedef struct { double shifted, m, e; dd y; } logistic_parts;

FP_INLINE logistic_parts logistic_parts_of(dd z)
{
  const exp_parts e = exp_minus_dd(size_to(z, 1600.0));
  const double m = 1.0 + (e.r + e.rest), least = m * power_of_two(at_least(e.shifted, SHIFT - 1000.0));
  return (logistic_parts){e.shifted, m, least, fast_two_sum(1.0, least)};
}

/* e^-|z|, right to the last subnormal: as above, with a cut that keeps 2^n within bounds. */
FP_INLINE double exp_minus_size(dd z)
{
  const exp_parts e = exp_minus_dd(size_to(z, 760.0));
  return times_falling_power(1.0 + (e.r + e.rest), e.shifted);
}

/* a/b to about 2^-100 */
FP_INLINE dd quotient(double a, dd b)
{
  const double r = 1.0 / b.hi, q = a * r;
  return (dd){q, fma_f64(-q, b.lo, fma_f64(-q, b.hi, a)) * r};
}

/* 1/(1 + e^-z); and as 2^n q with n = 0 for z >= 0. */
FP_INLINE double expit_dd(dd z)
{
  const double p = exp_minus_size(z);
  const dd q = quotient(z.hi < 0 ? p : 1.0, fast_two_sum(1.0, p));
  return q.hi + q.lo;
}

typedef struct { double shifted; dd q; } scaled_probability;

FP_INLINE scaled_probability expit_parts(dd z)
{
  const logistic_parts l = logistic_parts_of(z);
  const int lower = z.hi < 0;
  return (scaled_probability){lower ? l.shifted : SHIFT, quotient(lower ? l.m : 1.0, l.y)};
}

/* log(1/(1 + e^-z)) = min(z, 0) - 2 atanh(e/(2 + e)) with e = e^-|z|, both of one sign. */
FP_INLINE double log_expit_dd(dd z)
{
  const double e = exp_minus_size(z), half_e = 0.5 * e;
  const dd v = quotient(e, fast_two_sum(1.0, half_e)), linear = dd_select(z.hi < 0, dd_minus(z), (dd){0.0, 0.0});
  const double half = 0.5 * v.hi, square = half * half, rest = fma_f64(square * half, POLYNOMIAL(atanh_rest, square), v.lo);
  const dd sum = fast_two_sum(linear.hi, v.hi);
  return z.hi == -FP_INF_f64 ? z.hi : -(sum.hi + (sum.lo + (rest + linear.lo)));
}

/* e^x = 2^n (1 + q) to 2^-65, q relative to itself, for |x.hi| <= 700. */
typedef struct { double shifted; dd q; } exp_fine_parts;

FP_INLINE exp_fine_parts exp_fine_dd(dd x)
{
  const double shifted = fma_f64(x.hi, LOG2E, SHIFT), n = shifted - SHIFT;
  const double r = fma_f64(-n, LN2_HI, x.hi), low = fma_f64(-n, LN2_MID, x.lo);
  const int terms = sizeof(exp_fine) / sizeof(exp_fine[0]);
  const dd square = two_product(r, r);
  const double tail = polynomial(exp_fine + 2, terms - 2, r);
  const double b = fma_f64(r, tail, exp_fine[1]), b_low = fma_f64(r, tail, exp_fine[1] - b) + EXP_FINE_1_LO;
  const double c = fma_f64(r, b, exp_fine[0]), c_low = fma_f64(r, b, exp_fine[0] - c) + fma_f64(r, b_low, EXP_FINE_0_LO);
  const double h = fma_f64(r, c, 0.5), h_low = fma_f64(r, c_low, fma_f64(r, c, 0.5 - h));
  const double p = square.hi * h, p_low = fma_f64(square.hi, h, -p) + fma_f64(square.hi, h_low, square.lo * h);
  const dd head = fast_two_sum(r, p);
  return (exp_fine_parts){shifted, {head.hi, head.lo + (p_low + fma_f64(low, r + p, low))}};
}

/* 2 log cosh(z/2) = |z| + 2 log(1 + e) - 2 log 2, e = e^-|z|, to 2^-64 of itself. Near 0 it is 2 atanh(d^2/(8 e + d^2)) with
 * d = 1 - e; else 2 log(1 + e) = 4 atanh(e/(2 + e)), and |z| - 2 log 2 is left to the caller. */
typedef struct { int near; dd size, rest; } log_cosh_parts;

FP_INLINE log_cosh_parts log_cosh(dd z)
{
  const dd t = size_to(z, 690.0);
  const int near = t.hi <= 1.25;
  const exp_fine_parts x = exp_fine_dd(dd_minus(t));
  const double scale = power_of_two(x.shifted);
  const dd grown = dd_scale(x.q, scale), e_sum = fast_two_sum(scale, grown.hi), e = fast_two_sum(e_sum.hi, e_sum.lo + grown.lo);
  const dd d_sum = two_sum(1.0 - scale, -grown.hi), d = fast_two_sum(d_sum.hi, d_sum.lo - grown.lo), square = dd_times(d, d);
  const dd num = dd_select(near, square, e), base = dd_select(near, dd_scale(e, 8.0), (dd){2.0, 0.0});
  const dd sum = fast_two_sum(base.hi, num.hi);
  const dd half = twice_atanh_fine(dd_over(dd_scale(num, 2.0), fast_two_sum(sum.hi, sum.lo + (base.lo + num.lo))));
  return (log_cosh_parts){near, size_to(z, FP_INF_f64), dd_scale(half, near ? 1.0 : 2.0)};
}

/* 2 log(1 + e^-t) = 2 log c + 4 atanh(num/(2 c 2^n + num)), to 2^-61: e^-t = 2^-n (1 + q); c = 1 + 2^-n and num = q for n up to 2;
 * c = 1 and num = 1 + q beyond. bases[n], at most bases[3], is for 2 log c and what else is to be added up. The error times 2^53 is at
 * most the limit: small where t is, but for what bases that are right to 2^-105 may cost, and nearly so far out. t.lo may be anything
 * where t.hi is above 50. */
typedef struct { dd base, rest; double limit; } log_one_more_parts;

FP_INLINE log_one_more_parts twice_log_one_more(dd t, const dd *bases)
{
  const double x = number_at_most(t.hi, 50.0), shifted = fma_f64(x, LOG2E, SHIFT), n = shifted - SHIFT;
  const double r = fma_f64(n, LN2, -x), low = fma_f64(n, LN2_LO, -t.lo);   /* exact: as in exp_rounded */
  const int terms = sizeof(exp_rest) / sizeof(exp_rest[0]), beyond = n > 2.5;
  const dd square = two_product(r, r);
  const double tail = polynomial(exp_rest + 1, terms - 1, r);
  const double p = fma_f64(r, tail, exp_rest[0]), p_low = fma_f64(r, tail, exp_rest[0] - p);
  const double u = fma_f64(r, p, 0.5), u_low = fma_f64(r, p_low, fma_f64(r, p, 0.5 - u));
  const double w = square.hi * u, w_low = fma_f64(square.lo, u, fma_f64(square.hi, u_low, fma_f64(square.hi, u, -w)));
  const dd q = fast_two_sum(r, w), num = fast_two_sum(beyond ? 1.0 : 0.0, q.hi);
  const double num_low = num.lo + ((q.lo + w_low) + fma_f64(low, q.hi, low));
  /* v = num/(c 2^n/2 + num/4) */
  const double half = from_bits_f64((bits_f64(shifted) - (SHIFT_BITS - 1022)) << 52) + (beyond ? 0.0 : 0.5);
  const double quarter = 0.25 * num.hi, reciprocal = 1.0 / fma_f64(0.25, num.hi, half), v = num.hi * reciprocal;
  const double left = fma_f64(-quarter, v, fma_f64(-v, half, num.hi));
  const double v_low = fma_f64(num_low, fma_f64(-0.25, v, 1.0), left) * reciprocal;
  const double y = v * v, rest = fma_f64(y * v, POLYNOMIAL(atanh_quarter_rest, y), v_low * fma_f64(0.0625, y, 1.0));
  return (log_one_more_parts){
    dd_select(n < 1.5, dd_select(n < 0.5, bases[0], bases[1]), dd_select(beyond, bases[3], bases[2])),
    {v, rest},
    fma_f64(0x1p-4, y, n < 0.5 ? 0x1p-50 : 0x1p-11),
  };
}

/* 1 - e^-z and 1 + e^-z for -700 <= z <= 800, neither of which loses digits. */
typedef struct { dd less, more; } one_less_more;

FP_INLINE one_less_more one_less_and_more(dd z)
{
  const exp_parts e = exp_minus_dd(z);
  const double scale = power_of_two(at_least(e.shifted, SHIFT - 1000.0));
  const dd one_more = fast_two_sum(1.0, scale), more = two_sum(one_more.hi, scale * e.r);
  return (one_less_more){one_less_exp(e), fast_two_sum(more.hi, more.lo + fma_f64(scale, e.rest, one_more.lo))};
}

/* log(q/(1 - q)) for 0 < q < 1 = 2 atanh of ((q 2^-k) - (1 - q))/((q 2^-k) + (1 - q)) + k log 2 for q <= 1/2, k from an estimate
 * of the ratio that is right within 4 % and exact at q = 1/2; minus that of 1 - q, which is exact, above. */
FP_INLINE dd logit_dd(double q)
{
  const int upper = q > 0.5;
  const double p = upper ? 1.0 - q : q;
  const dd other = upper ? (dd){q, 0.0} : fast_two_sum(1.0, -p);
  const int tiny = p < 0x1p-1000;
  const double near = tiny ? p * 0x1p60 : p, estimate = near * fma_f64(p, fma_f64(2.0, p, 1.0), 1.0);
  const uint64_t root_half = 0x3fe6a09e667f3bcd, biased = (bits_f64(estimate) + (0x3ff0000000000000 - root_half)) >> 52;
  const double k = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0);
  const double m = near * from_bits_f64((2046 - biased) << 52);
  const dd top = two_sum(m, -other.hi), bottom = fast_two_sum(other.hi, m);
  const dd twice_top = dd_scale(fast_two_sum(top.hi, top.lo - other.lo), 2.0);
  const dd logarithm = twice_atanh(dd_over(twice_top, (dd){bottom.hi, bottom.lo + other.lo}));
  const double exponent = tiny ? k - 60.0 : k;
  const dd head = fast_two_sum(exponent * LN2_HI, logarithm.hi);
  const dd z = fast_two_sum(head.hi, head.lo + fma_f64(exponent, LN2_MID, logarithm.lo));
  return dd_select(upper, dd_minus(z), z);
}

/* log(q/(1 - q)) for q = e^-w, w > 0. Where e^w is between 3/2 and 3 it is -log(1 + 2 (e^(w - log 2) - 1)): the argument, and with
 * it the logarithm, keeps its digits next to the zero at w = log 2. Elsewhere -w - log(1 - e^-w): no term much beyond the result. */
#define LOG_THREE_HALVES 0.4054651081081644
#define LOG_THREE 1.0986122886681098

FP_INLINE dd logit_of_exp_dd(double w)
{
  const int center = (w > LOG_THREE_HALVES) & (w < LOG_THREE);
  const dd apart = two_sum(w, -LN2);
  const exp_parts e = exp_dd((dd){center ? apart.hi : -at_most(w, 700.0), center ? apart.lo - LN2_LO : 0.0});
  const double scale = power_of_two(e.shifted);
  const dd head = fast_two_sum(scale - 1.0, scale * e.r), more = fast_two_sum(head.hi, fma_f64(scale, e.rest, head.lo));
  const dd one_more = fast_two_sum(1.0, 2.0 * more.hi);
  const double lift = from_bits_f64((uint64_t)(w < 0x1p-900 ? 1223 : 1023) << 52), lifts = w < 0x1p-900 ? 200.0 : 0.0;
  const dd argument = {center ? one_more.hi : -more.hi * lift, center ? one_more.lo + 2.0 * more.lo : -more.lo * lift};
  const dd logarithm = dd_plus(log_dd(argument), (dd){-lifts * LN2_HI, -lifts * LN2_MID});
  const dd sum = two_sum(center ? 0.0 : -w, -logarithm.hi);
  return (dd){sum.hi, sum.lo - logarithm.lo};
}

/* ---- for f32 results, in double */

FP_INLINE double twice_atanh_short(double s)
{
  const double square = s * s;
  return s * fma_f64(square, POLYNOMIAL(atanh_rest_short, square), 2.0);
}

/* e^-|z|, right to the least float over the least scale */
FP_INLINE double exp_minus_size_short(double z) { return exp_minus_short(at_most(abs_f64(z), 300.0)); }

FP_INLINE double expit_long_short(double z)
{
  const double e = exp_minus_size_short(z);
  return (z < 0 ? e : 1.0) / (1.0 + e);
}

FP_INLINE double log_expit_short(double z)
{
  const double e = exp_minus_size_short(z);
  return at_most(z, 0.0) - twice_atanh_short(e / (2.0 + e));
}

/* log(1 + e^-t) to 2^-41 */
FP_INLINE double log_one_more_short(double t)
{
  const double limited = at_most(t, 60.0), shifted = fma_f64(limited, -LOG2E, SHIFT + 1023.0);
  const double r = -fma_f64(shifted - (SHIFT + 1023.0), LN2, limited), power = from_bits_f64(bits_f64(shifted) << 52);
  const double e = fma_f64(fma_f64(r * r, fma_f64(POLYNOMIAL(exp_medium, r), r, 0.5), r), power, power);
  const double s = e / (2.0 + e), square = s * s;
  return s * fma_f64(square, POLYNOMIAL(atanh_rest_wide, square), 2.0);
}

FP_INLINE double logit_short(float q)
{
  const int upper = q > 0.5f;
  const double p = upper ? 1.0 - q : q, other = 1.0 - p;
  const double estimate = p * fma_f64(p, fma_f64(2.0, p, 1.0), 1.0);
  const uint64_t root_half = 0x3fe6a09e667f3bcd, biased = (bits_f64(estimate) + (0x3ff0000000000000 - root_half)) >> 52;
  const double k = from_bits_f64(biased | 0x4330000000000000) - (0x1p52 + 1023.0), m = p * from_bits_f64((2046 - biased) << 52);
  const double z = fma_f64(k, LN2, twice_atanh_short((m - other) / (m + other)));
  return upper ? -z : z;
}

FP_INLINE double logit_of_exp_short(double w)
{
  const int center = (w > LOG_THREE_HALVES) & (w < LOG_THREE);
  const exp_split e = exp_split_short(center ? w - LN2 - LN2_LO : -at_most(w, 200.0));
  const double scale = power_of_two(e.shifted), more = fma_f64(scale, e.p, scale - 1.0);
  const double y = center ? 1.0 + 2.0 * more : -more, low = center ? 2.0 * more - (y - 1.0) : 0.0;
  return (center ? 0.0 : -w) - log_of_sum_short(y, low);
}

#endif
