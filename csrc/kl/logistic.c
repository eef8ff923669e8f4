/* KL(Logistic(loc_p, scale_p) || Logistic(loc_q, scale_q)) and its derivatives.
 *
 * With r = scale_p/scale_q, lambda the smaller of r and 1/r, gap = 1 - lambda, eta = |loc_p - loc_q| over the larger scale and L, L' two
 * standard logistic numbers the divergence is r - 1 - log r + max(1, r) (F - 1 - lambda), F = E|eta + lambda L + L'|. F has no closed
 * form; what is left of it where nothing that is added cancels is smooth:
 *   near:           F - 1 - lambda = gap^2 Q(lambda) + eta^2 P(eta^2, lambda), Q, what is left at eta = 0, a polynomial;
 *   apart:          F - eta = e^-eta P(eta, lambda).
 * P is a polynomial in two variables on each of a few patches of the plane (tools/coefficients/patches.py). F has singularities at
 * eta = i pi (1 + lambda) and beyond, and for lambda <= 0: hence 1/(eta^2 + 16), 1/(eta + 8) and 1/(lambda + 1) as variables. Next to
 * lambda = 0 F is even in lambda but for e^(-eta/lambda): lambda^2 there, and e^-eta for eta. The derivatives are those of P. 1 - dF/dlambda
 * cancels apart where lambda = 1, and eta F' from F near where lambda = 0: so they are apart from an earlier eta on where p is the wider one.
 *
 * What surrounds P is done in blocks of elements, P element by element, in vectors of its coefficients: an element needs one patch only.
 * f32 takes the same steps. Bounds: ops.def and docs/adr/0027. */
#include "core/kernel.h"
#include "kl/logistic_patches.h"
#include "kl/logistic_scales.h"
#include "math/exp.h"
#include "math/relative_entropy.h"
#include "math/scale_parts.h"
#define FP_STEPS kl_logistic
#include "math/steps.h"

#define FAR 45.0   /* beyond, they are nothing beside 1 */
#define NEAR_EXPONENT -100.0   /* below 2^this sums go with eta or eta^2, and eta is lifted to it */

typedef struct {
  double given[4][BLOCK];               /* loc_p, scale_p, loc_q, scale_q */
  double edge[BLOCK];                   /* the divergence where an argument makes it NaN, infinite or 0, else -1 */
  double m_p[BLOCK], m_q[BLOCK], e_p[BLOCK], e_q[BLOCK], sign[BLOCK];   /* scales in parts; the sign of loc_p - loc_q */
  double narrower[BLOCK];               /* 1 where scale_p <= scale_q */
  double lambda[BLOCK], at[BLOCK];      /* lambda, and where in the polynomials of one variable it is */
  pairs gap, eta;                       /* eta as it is in the sums */
  double exponent[BLOCK];               /* that of eta beyond this */
  double apart[BLOCK], far[BLOCK];      /* 1 where it is, else 0 */
  double patch[BLOCK], x[BLOCK], u[BLOCK], y[BLOCK], w[BLOCK];   /* P's patch, variables for eta and lambda, their divisors' inverses */
  pairs fall;                           /* apart, e^-eta, else 1 */
  double by_eta[BLOCK];                 /* a's derivative, over the patch's slope: by -eta, near by log eta */
  pairs value;                          /* P */
  double by_a[BLOCK];                   /* its derivatives times the slopes */
  pairs by_b;
  double result[4][BLOCK];
} logistics;

/* As between normal distributions. */
FP_INLINE double logistic_edge(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const double distance = loc_p - loc_q;   /* NaN for two infinite ones of one sign */
  const flag same = (scale_p == 0) & (scale_q == 0) & (distance == 0), usual = is_scale(scale_p) & is_scale(scale_q);
  const flag invalid = !(scale_p >= 0) | !(scale_q >= 0) | (loc_p != loc_p) | (loc_q != loc_q) | ((scale_p == FP_INF_f64) & (scale_q == FP_INF_f64));
  const flag meaningless = (abs_f64(loc_p) == FP_INF_f64) & (loc_p == loc_q), finite = is_finite(loc_p) & is_finite(loc_q);
  const double by_scale = same ? 0.0 : FP_INF_f64, any = usual ? (finite ? -1.0 : FP_INF_f64) : by_scale;
  return (invalid | meaningless) ? FP_NAN_f64 : any;
}

STEP(frame, logistics *d, size_t groups)
{
  EACH(i, groups) {
    const double loc_p = d->given[0][i], scale_p = d->given[1][i], loc_q = d->given[2][i], scale_q = d->given[3][i];
    const double edge = logistic_edge(loc_p, scale_p, loc_q, scale_q);
    const flag usual = edge == -1.0;
    const double a = usual ? loc_p : 0.0, b = usual ? loc_q : 0.0;
    const scale_parts p = scale_parts_of(usual ? scale_p : 1.0), q = scale_parts_of(usual ? scale_q : 1.0);
    const flag narrower = (p.e < q.e) | ((p.e == q.e) & (p.m <= q.m));
    const double m = narrower ? q.m : p.m, e = narrower ? q.e : p.e, less = narrower ? p.m : q.m, less_e = narrower ? p.e : q.e;
    const double r = 1.0 / m, down = power_of_two(SHIFT + at_least(less_e - e, -1000.0)), smaller = less * down, near_lambda = smaller * r;
    const double lambda = fma_f64(fma_f64(-near_lambda, m, smaller), r, near_lambda);
    const double lowered = at_least(abs_f64(a), abs_f64(b)) > 0x1p1000 ? 3.0 : 0.0, factor = lowered > 0 ? 0.125 : 1.0;
    const dd distance = two_sum(a * factor, -(b * factor));
    const length away = length_of(distance, lowered);
    const double sign = away.m.hi < 0 ? -1.0 : 1.0, away_e = away.e - e;
    const dd eta = dd_over_with(dd_scale(away.m, sign), (dd){m, 0.0}, r);
    const double used = at_most(at_least(away_e, NEAR_EXPONENT), 10.0);
    const dd scaled = dd_scale(eta, power_of_two(SHIFT + used));
    const flag far = scaled.hi > FAR, tiny = lambda < KL_LOGISTIC_TINY;
    const double edge_of_near = narrower ? KL_LOGISTIC_NARROW : KL_LOGISTIC_WIDE;
    const flag apart = scaled.hi >= (tiny ? KL_LOGISTIC_WIDE : edge_of_near);
    const double y = far ? FAR : scaled.hi, y_low = far ? 0.0 : scaled.lo;
    const exp_parts e_fall = exp_dd((dd){-y, -y_low});
    const dd exact_fall = dd_scale(exp_mantissa(e_fall), power_of_two(e_fall.shifted));
    const double fall = exact_fall.hi;
    const double square = y * y, u = 1.0 / (apart ? y + KL_LOGISTIC_APART_SHIFT : square + KL_LOGISTIC_NEAR_SHIFT);
    const double one_more = 1.0 + lambda, near_w = 1.0 / one_more;
    const double w = fma_f64(fma_f64(-near_w, one_more, 1.0) - near_w * (lambda - (one_more - 1.0)), near_w, near_w);
    const flag falls = apart & tiny;
    const double later = (y >= KL_LOGISTIC_SECOND ? 1.0 : 0.0) + (y >= KL_LOGISTIC_THIRD ? 1.0 : 0.0);
    const double latest = later + ((y >= KL_LOGISTIC_FOURTH ? 1.0 : 0.0) + (y >= KL_LOGISTIC_FIFTH ? 1.0 : 0.0));
    const double half = lambda >= KL_LOGISTIC_SPLIT ? 1.0 : 0.0, near_patch = half + (y >= KL_LOGISTIC_WIDE ? 2.0 : 0.0);
    const double apart_patch = y >= KL_LOGISTIC_FIRST ? KL_LOGISTIC_MANY_PATCH + latest : KL_LOGISTIC_APART_PATCH + half;
    const double patch = apart ? apart_patch : near_patch;
    const double tiny_patch = KL_LOGISTIC_TINY_PATCH + (apart ? 1.0 : 0.0);
    d->edge[i] = edge;
    d->m_p[i] = p.m;
    d->e_p[i] = p.e;
    d->m_q[i] = q.m;
    d->e_q[i] = q.e;
    d->sign[i] = sign;
    d->narrower[i] = narrower ? 1.0 : 0.0;
    d->lambda[i] = lambda;
    d->at[i] = (lambda - 0.5) / (lambda + 0.5);
    set_pair(&d->gap, i, dd_over_with(two_sum(m, -smaller), (dd){m, 0.0}, r));
    set_pair(&d->eta, i, dd_select(far, eta, scaled));
    d->exponent[i] = far ? away_e : away_e - used;
    d->apart[i] = apart ? 1.0 : 0.0;
    d->far[i] = far ? 1.0 : 0.0;
    d->patch[i] = tiny ? tiny_patch : patch;
    d->x[i] = falls ? fall : apart ? y : square;
    d->u[i] = falls ? 1.0 : u;
    d->y[i] = tiny ? lambda * lambda : lambda;
    d->w[i] = tiny ? 1.0 : w;
    set_pair(&d->fall, i, dd_select(apart, exact_fall, (dd){1.0, 0.0}));
    d->by_eta[i] = falls ? fall : u * u * (apart ? -1.0 : 2.0 * square);
  }
}

/* Of the coefficients of a power of the second variable, the polynomial in the first one, and its derivative. Even and odd powers apart.
 * The coefficient of its power 0 is `least`: 0 where that is most of a sum, and comes after all else, for one rounding of its size. */
FP_INLINE double column(const double *c, int rows, double a, double square, double least)
{
  double even = c[(rows - 2) * KL_LOGISTIC_BLOCK], odd = c[(rows - 1) * KL_LOGISTIC_BLOCK];
  FP_UNROLL for (int i = rows - 4; i >= 0; i -= 2) {
    even = fma_f64(even, square, i ? c[i * KL_LOGISTIC_BLOCK] : least);
    odd = fma_f64(odd, square, c[(i + 1) * KL_LOGISTIC_BLOCK]);
  }
  return fma_f64(odd, a, even);
}

typedef struct { double value, slope; } sloped;

FP_INLINE sloped column_sloped(const double *c, int rows, double a, double twice, double square, double least)
{
  double even_slope = c[(rows - 2) * KL_LOGISTIC_BLOCK], odd_slope = c[(rows - 1) * KL_LOGISTIC_BLOCK];   /* by a^2 */
  double even = fma_f64(even_slope, square, c[(rows - 4) * KL_LOGISTIC_BLOCK]);
  double odd = fma_f64(odd_slope, square, c[(rows - 3) * KL_LOGISTIC_BLOCK]);
  FP_UNROLL for (int i = rows - 6; i >= 0; i -= 2) {
    even_slope = fma_f64(even_slope, square, even);
    odd_slope = fma_f64(odd_slope, square, odd);
    even = fma_f64(even, square, i ? c[i * KL_LOGISTIC_BLOCK] : least);
    odd = fma_f64(odd, square, c[(i + 1) * KL_LOGISTIC_BLOCK]);
  }
  return (sloped){fma_f64(odd, a, even), fma_f64(twice, fma_f64(odd_slope, a, even_slope), odd)};
}

/* The largest coefficients come last, and the last sum is exact: their errors would be the result's. */
FP_INLINE dd with_constant(const kl_logistic_patch *p, double b, double rest)
{
  const dd sum = two_sum(p->constant, fma_f64(p->linear, b, rest));
  return (dd){sum.hi, sum.lo + p->constant_low};
}

/* Sums of the blocks' columns, HALF apart, with b^HALF. */
enum { HALF = KL_LOGISTIC_BLOCK / 2 };
FP_INLINE double joined(const double *sums, size_t j, double b4) { return fma_f64(sums[j + HALF], b4, sums[j]); }
FP_INLINE double cubic(const double *c, double b, double b2) { return fma_f64(fma_f64(c[3], b, c[2]), b2, fma_f64(c[1], b, c[0])); }

/* P */
FP_INLINE void value_of(logistics *d, size_t i, const kl_logistic_patch *p, const double *c,
                        int first_rows, int second_rows, int third_rows, int last_rows)
{
  const double a = (d->x[i] - p->center_x) * p->factor_x * d->u[i], b = (d->y[i] - p->center_y) * p->factor_y * d->w[i], square = a * a;
  const double b2 = b * b, b4 = b2 * b2, power = b4 * b4;
  const double *const second_c = c + first_rows * KL_LOGISTIC_BLOCK, *const third_c = second_c + second_rows * KL_LOGISTIC_BLOCK;
  const double *const last_c = third_c + third_rows * KL_LOGISTIC_BLOCK;
  double sums[KL_LOGISTIC_BLOCK], values[HALF];
  FP_FEW for (size_t j = 0; j < KL_LOGISTIC_BLOCK; j++) {
    const double first = column(c + j, first_rows, a, square, 0.0), second = column(second_c + j, second_rows, a, square, second_c[j]);
    double rest = column(third_c + j, third_rows, a, square, third_c[j]);
    if (last_rows) rest = fma_f64(column(last_c + j, last_rows, a, square, last_c[j]), power, rest);
    sums[j] = c[j] + fma_f64(fma_f64(rest, power, second), power, first);
  }
  FP_FEW for (size_t j = 0; j < HALF; j++) values[j] = joined(sums, j, b4);
  set_pair(&d->value, i, with_constant(p, b, cubic(values, b, b2)));
}

/* And its derivatives: that by b of the powers of b within a block, times b, and of b^8. */
static const double exponents[KL_LOGISTIC_BLOCK] = {0, 1, 2, 3, 4, 5, 6, 7};

FP_INLINE void slopes_of(logistics *d, size_t i, const kl_logistic_patch *p, const double *c,
                         int first_rows, int second_rows, int third_rows, int last_rows)
{
  const double a = (d->x[i] - p->center_x) * p->factor_x * d->u[i], b = (d->y[i] - p->center_y) * p->factor_y * d->w[i], square = a * a;
  const double b2 = b * b, b4 = b2 * b2, power = b4 * b4, twice = 2.0 * a;
  const double *const second_c = c + first_rows * KL_LOGISTIC_BLOCK, *const third_c = second_c + second_rows * KL_LOGISTIC_BLOCK;
  const double *const last_c = third_c + third_rows * KL_LOGISTIC_BLOCK;
  double sums[KL_LOGISTIC_BLOCK], by_a[KL_LOGISTIC_BLOCK], by_power[KL_LOGISTIC_BLOCK], by_b[KL_LOGISTIC_BLOCK];
  double values[HALF], slopes[HALF], by_powers[HALF], by_bs[HALF];
  FP_FEW for (size_t j = 0; j < KL_LOGISTIC_BLOCK; j++) {
    const sloped first = column_sloped(c + j, first_rows, a, twice, square, 0.0);
    const sloped second = column_sloped(second_c + j, second_rows, a, twice, square, second_c[j]);
    sloped after = column_sloped(third_c + j, third_rows, a, twice, square, third_c[j]);
    double after_by_power = after.value;
    if (last_rows) {
      const sloped last = column_sloped(last_c + j, last_rows, a, twice, square, last_c[j]);
      after = (sloped){fma_f64(last.value, power, after.value), fma_f64(last.slope, power, after.slope)};
      after_by_power = fma_f64(last.value, power, after.value);
    }
    const double rest = fma_f64(after.value, power, second.value);
    sums[j] = c[j] + fma_f64(rest, power, first.value);
    by_a[j] = fma_f64(fma_f64(after.slope, power, second.slope), power, first.slope);
    by_power[j] = fma_f64(after_by_power, power, rest);
    by_b[j] = exponents[j] * sums[j];
  }
  FP_FEW for (size_t j = 0; j < HALF; j++) {
    values[j] = joined(sums, j, b4);
    slopes[j] = joined(by_a, j, b4);
    by_powers[j] = joined(by_power, j, b4);
    by_bs[j] = joined(by_b, j, b4);
  }
  set_pair(&d->value, i, with_constant(p, b, cubic(values, b, b2)));
  d->by_a[i] = p->slope_x * cubic(slopes, b, b2);
  const double above = fma_f64(KL_LOGISTIC_BLOCK * b4, cubic(by_powers, b, b2), by_b[HALF]);
  const double below = fma_f64(fma_f64(by_bs[3], b, by_bs[2]), b, by_bs[1]);
  const dd by_linear = two_sum(p->linear, fma_f64(b2 * b, above, below)), by_y = two_product(by_linear.hi, p->slope_y);
  set_pair(&d->by_b, i, (dd){by_y.hi, fma_f64(by_linear.lo, p->slope_y, by_y.lo)});
}

/* In the form of the element's patch. */
STEP(value_few, logistics *d, size_t i, const kl_logistic_patch *p, const double *c) { value_of(d, i, p, c, KL_LOGISTIC_FEW); }
STEP(value_many, logistics *d, size_t i, const kl_logistic_patch *p, const double *c) { value_of(d, i, p, c, KL_LOGISTIC_MANY); }
STEP(slopes_few, logistics *d, size_t i, const kl_logistic_patch *p, const double *c) { slopes_of(d, i, p, c, KL_LOGISTIC_FEW); }
STEP(slopes_many, logistics *d, size_t i, const kl_logistic_patch *p, const double *c) { slopes_of(d, i, p, c, KL_LOGISTIC_MANY); }
#define IN_PATCH(step, d, i) { \
    const size_t patch = (size_t)(int)(d)->patch[i], many = (size_t)KL_LOGISTIC_MANY_PATCH; \
    const kl_logistic_patch *const p = &fp_kl_logistic_patches[patch]; \
    if (patch < many) RUN(FP_CAT(step, _few), d, i, p, fp_kl_logistic_few[patch]); \
    else RUN(FP_CAT(step, _many), d, i, p, fp_kl_logistic_many[patch - many]); \
  }

/* eta where they are apart, and far */
FP_INLINE double whole_eta(const logistics *d, size_t i) { return times_any_power_of_two(d->eta.hi[i], SHIFT + at_least(d->exponent[i], 0.0)); }

/* F - 1 - lambda */
FP_INLINE dd beyond_one(const logistics *d, size_t i)
{
  const double q = POLYNOMIAL(kl_logistic_value, d->at[i]), k = d->exponent[i];
  const dd gap = pair_at(&d->gap, i), square = dd_times(gap, gap), part = two_product(square.hi, q), eta = pair_at(&d->eta, i);
  const dd value = pair_at(&d->value, i);
  const dd sum = dd_times(pair_at(&d->fall, i), value);
  const dd h = dd_scale(dd_times(dd_times(eta, eta), value), power_of_two(SHIFT + at_least(2.0 * at_most(k, 0.0), -1000.0)));
  const dd near = dd_plus((dd){part.hi, fma_f64(square.lo, q, fma_f64(square.hi, KL_LOGISTIC_VALUE_0_LO, part.lo))}, h);
  const double large = whole_eta(d, i), rest = k > 0 ? 0.0 : eta.lo;
  const dd one = two_sum(1.0, d->lambda[i]), less = two_sum(large, -one.hi), all = two_sum(less.hi, sum.hi);
  const double low = all.lo + ((less.lo + rest) - one.lo + sum.lo);
  return dd_select(d->apart[i] == 1.0, (dd){all.hi, is_finite(large) ? low : 0.0}, near);
}

/* (2^k - 1)(1 + f) - k log 2 + (f - log(1 + f)) with r = 2^k (1 + f) */
STEP(divergence, logistics *d, size_t groups)
{
  EACH(i, groups) {
    const double p = d->m_p[i], q = d->m_q[i], edge = d->edge[i];
    const log2_ratio l = log2_ratio_of(p, q);
    const double k = d->e_p[i] - d->e_q[i] + l.k, difference = l.scaled - q, inverse = 1.0 / q;
    const double f = difference * inverse, f_low = fma_f64(-f, q, difference) * inverse;
    const half_ratio half = half_ratio_of((dd){difference, 0.0}, fast_two_sum(q, l.scaled));
    const double square = half.s * half.s;
    const dd head = two_product(half.s, f), one = fast_two_sum(1.0, f);
    const double rest = fma_f64(half.low, f, fma_f64(half.s, f_low, head.lo)) - square * half.s * POLYNOMIAL(atanh_rest, square), one_low = one.lo + f_low;
    const flag huge = k > 1000.0;   /* the result may be finite yet: a quarter of it is */
    const double quarter = huge ? 0.25 : 1.0, power = power_of_two(SHIFT + at_most(at_least(huge ? k - 2.0 : k, -1000.0), 1023.0));
    const dd grown = two_sum(power * one.hi, -one.hi), logarithm = two_sum(grown.hi, -k * LN2_HI), start = two_sum(logarithm.hi, head.hi);
    const double start_low = start.lo + (logarithm.lo + (grown.lo + fma_f64(power, one_low, -one_low)) - k * LN2_MID + rest);
    const flag narrower = d->narrower[i] == 1.0;
    const dd factor = {narrower ? quarter : power * one.hi, narrower ? 0.0 : power * one_low}, beyond = beyond_one(d, i), moved = dd_times(factor, beyond);
    const dd all = two_sum(start.hi, moved.hi);
    const double value = is_finite(all.hi) ? all.hi + (all.lo + (start_low + moved.lo)) : FP_INF_f64;
    d->result[0][i] = canonical_f64(edge == -1.0 ? value * (huge ? 4.0 : 1.0) : edge);
  }
}

/* Of the derivatives by the scales, times these, one has terms of one sign, with W = 1 - dF/dlambda = gap R + ...:
 *   r <= 1: -by_p = gap + lambda W;   r > 1: -by_q/r = gap + (F - 1 - lambda) + lambda W
 * and the other one is that less eta F', and crosses zero; where r > 1 and they are apart, less what both have in common,
 * by_p/r = (F - eta) + eta (1 - F') - lambda (1 + dF/dlambda). F - eta and 1 - F' fall like e^-eta, but r may be larger: far out they
 * are 2 e^-eta, lambda being negligible where they count. NaN, all four, where an argument makes the divergence infinite or NaN. */
STEP(derivatives, logistics *d, size_t groups)
{
  EACH(i, groups) {
    const double k = d->exponent[i], low_k = at_most(k, 0.0), lambda = d->lambda[i];
    const double r = POLYNOMIAL(kl_logistic_slope, d->at[i]) + KL_LOGISTIC_SLOPE_0_LO, none = d->edge[i] == -1.0 ? 0.0 : FP_NAN_f64;
    const double m_p = d->m_p[i], m_q = d->m_q[i], e_p = d->e_p[i], e_q = d->e_q[i];
    const dd gap = pair_at(&d->gap, i), eta = pair_at(&d->eta, i);
    const dd fall = pair_at(&d->fall, i), exact_value = pair_at(&d->value, i);
    const double shrunk = fall.hi, value = exact_value.hi, along = d->by_eta[i] * d->by_a[i];
    /* b's derivative by lambda, over the patch's slope: 2 lambda, or 1/(lambda + 1)^2 from the rounded reciprocal w and what that has lost */
    const double w = d->w[i];
    const dd above = two_sum(1.0, lambda), w_square = two_product(w, w);
    const double lost = fma_f64(-w, above.hi, 1.0) - w * above.lo;
    const flag tiny = lambda < KL_LOGISTIC_TINY;
    const dd by_lambda = {tiny ? 2.0 * lambda : w_square.hi, tiny ? 0.0 : fma_f64(w_square.hi, 2.0 * lost, w_square.lo)};
    const dd across = dd_times(dd_times(fall, by_lambda), pair_at(&d->by_b, i));
    const flag alone = gap.hi == 0, apart = d->apart[i] == 1.0, far = d->far[i] == 1.0, narrower = d->narrower[i] == 1.0;
    const double part = alone ? 1.0 : power_of_two(SHIFT + at_least(2.0 * low_k, -1000.0));   /* alone: its power of two comes last */
    const double last = alone ? 2.0 * low_k : 0.0, large = whole_eta(d, i);
    /* F'/eta or, apart, 1 - F'; -dF/dlambda of the part with eta or, apart, dF/dlambda; F' and eta F' */
    const dd eta_square = dd_times(eta, eta);
    const double slope = shrunk * fma_f64(apart ? 1.0 : 2.0, value, along);
    const dd product = two_product(eta.hi, slope), near_steep = {product.hi, fma_f64(eta.lo, slope, product.lo)};
    const dd steep = dd_select(apart, two_sum(1.0, -slope), near_steep), near_moved = dd_times(eta, steep);
    const dd moved = dd_select(far, (dd){large, 0.0}, dd_scale(near_moved, part));
    const dd near_rise = dd_scale(dd_times(eta_square, across), -part);
    const dd less_one = two_sum(apart ? 1.0 : gap.hi * r, apart ? -across.hi : near_rise.hi);   /* W */
    const dd part_w = two_product(lambda, less_one.hi);
    const double part_w_low = fma_f64(lambda, less_one.lo + (apart ? -across.lo : near_rise.lo), part_w.lo);
    const dd rounded = two_sum(1.0, -gap.hi);
    const double lambda_low = (rounded.hi - lambda) + (rounded.lo - gap.lo);
    const dd beyond = beyond_one(d, i), narrow = two_sum(gap.hi, part_w.hi), wide = two_sum(narrow.hi, beyond.hi);
    const double narrow_low = narrow.lo + (gap.lo + part_w_low), wide_low = narrow_low + (wide.lo + beyond.lo);
    const dd first = {narrower ? narrow.hi : wide.hi, narrower ? narrow_low : wide_low}, less = two_sum(first.hi, -moved.hi);
    const double straight = first.hi + (is_finite(first.hi) ? first.lo : 0.0);
    const double usual = less.hi + (is_finite(less.hi) ? less.lo + (first.lo - moved.lo) : 0.0);
    const dd steps = two_sum(value, along), steps_moved = dd_times(eta, (dd){steps.hi, steps.lo + exact_value.lo});
    const dd tails = dd_times(fall, dd_plus(steps_moved, exact_value)), one_more = two_sum(1.0, across.hi);
    const dd grown = two_product(lambda, one_more.hi), apart_sum = two_sum(tails.hi, -grown.hi);
    const double more = fma_f64(-lambda_low, one_more.hi, fma_f64(-lambda, one_more.lo + across.lo, tails.lo - grown.lo));
    const double difference = apart_sum.hi + (apart_sum.lo + more);
    const double crossing = (apart & !narrower) ? difference : usual;
    const double by_q = 1.0 / m_q;
    const double quotient = crossing * by_q, exact = fma_f64(fma_f64(-quotient, m_q, crossing), by_q, quotient);
    const double two_signs = times_any_power_of_two(is_finite(quotient) ? exact : quotient, SHIFT + (last - e_q));
    const double one_sign = times_any_power_of_two((narrower ? straight : straight * (m_p * by_q)) / (narrower ? m_p : m_q), SHIFT + (last + (narrower ? -e_p : e_p - 2.0 * e_q)));
    const double dloc = d->sign[i] * times_any_power_of_two((steep.hi + steep.lo) * by_q, SHIFT + (low_k - e_q));
    d->result[0][i] = canonical_f64(dloc + none);
    d->result[1][i] = canonical_f64((narrower ? 0.0 - one_sign : 0.0 + two_signs) + none);
    d->result[2][i] = canonical_f64((0.0 - dloc) + none);
    d->result[3][i] = canonical_f64((narrower ? 0.0 + two_signs : 0.0 - one_sign) + none);
  }
}

/* That by p's scale, if it is the wider one, far out: by_p = r 2 (1 + eta) e^-eta - 1 over scale_p. */
STEP(tails, logistics *d, size_t groups)
{
  EACH(i, groups) {
    const double k = at_least(d->exponent[i], 0.0), m_p = d->m_p[i], m_q = d->m_q[i], usual = d->result[1][i];
    const flag tail = (d->far[i] == 1.0) & (d->narrower[i] != 1.0) & (d->edge[i] == -1.0);
    const dd eta = pair_at(&d->eta, i);
    const double large = times_any_power_of_two(eta.hi, SHIFT + k), low = times_any_power_of_two(eta.lo, SHIFT + k);
    const double limited = at_most(large, 2100.0);
    const exp_parts fall = exp_dd((dd){-limited, large < 2100.0 ? -low : 0.0});
    const dd mantissa = exp_mantissa(fall);
    const double rise = times_any_power_of_two(2.0 * (1.0 + limited) * (mantissa.hi + mantissa.lo) / m_q, fall.shifted - d->e_q[i]);
    const double slope = rise - times_any_power_of_two(1.0 / m_p, SHIFT - d->e_p[i]);
    d->result[1][i] = tail ? 0.0 + slope : usual;
  }
}

/* To whole vectors, with the last of m elements. */
FP_INLINE void fill_up(double *x, size_t m)
{
  for (size_t i = m; i % GROUP; i++) x[i] = x[m - 1];
}

/* In whole vectors, as they are read again: a CPU hands a store on to a load only if it covers that, and memcpy's stores overlap. */
static void copy(double *to, const double *from, size_t m)
{
  size_t i = 0;
  for (; i + GROUP <= m; i += GROUP) memcpy(to + i, from + i, GROUP * sizeof *to);
  for (; i < m; i++) memcpy(to + i, from + i, sizeof *to);
}

static void load(double *to, const void *from, int type, size_t begin, size_t m)
{
  const float *const f = (const float *)from + (type == FP_F32 ? begin : 0);
  const double *const g = (const double *)from + (type == FP_F64 ? begin : 0);
  if (type == FP_F32) for (size_t i = 0; i < m; i++) to[i] = f[i];
  else copy(to, g, m);
  fill_up(to, m);
}

static void store(void *to, const double *from, int type, size_t begin, size_t m)
{
  float *const f = (float *)to + begin;
  double *const g = (double *)to + begin;
  if (type == FP_F32) for (size_t i = 0; i < m; i++) f[i] = canonical_f32((float)from[i]);
  else copy(g, from, m);
}

/* All inputs of a block are read before an output is written, which may be the same array, or lie behind one. */
static void run(int outputs, int type, void *const *args, size_t n)
{
  logistics d;
  for (size_t done = 0; done < n; done += BLOCK) {
    const size_t m = n - done < BLOCK ? n - done : BLOCK, groups = (m + GROUP - 1) / GROUP;
    for (int k = 0; k < 4; k++) load(d.given[k], args[k], type, done, m);
    RUN(frame, &d, groups);
    if (outputs == 1) {
      for (size_t i = 0; i < m; i++) IN_PATCH(value, &d, i)
      fill_up(d.value.hi, m);
      fill_up(d.value.lo, m);
      RUN(divergence, &d, groups);
    } else {
      for (size_t i = 0; i < m; i++) IN_PATCH(slopes, &d, i)
      fill_up(d.value.hi, m);
      fill_up(d.value.lo, m);
      fill_up(d.by_a, m);
      fill_up(d.by_b.hi, m);
      fill_up(d.by_b.lo, m);
      RUN(derivatives, &d, groups);
      flag far = 0;
      EACH(i, groups) far |= d.far[i] == 1.0;
      if (far) RUN(tails, &d, groups);
    }
    for (int k = 0; k < outputs; k++) store(args[4 + k], d.result[k], type, done, m);
  }
}

#define FP_ENTRY(name, outputs, type, T) \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n); \
  void FP_SYM(fp_##name##_##T##_array)(void *const *args, size_t n) { run(outputs, type, args, n); }
FP_ENTRY(kl_logistic, 1, FP_F32, f32)
FP_ENTRY(kl_logistic, 1, FP_F64, f64)
FP_ENTRY(kl_logistic_grad, 4, FP_F32, f32)
FP_ENTRY(kl_logistic_grad, 4, FP_F64, f64)
