/* KL(Logistic(loc_p, scale_p) || Logistic(loc_q, scale_q)) and its derivatives.
 *
 * With r = scale_p/scale_q, lambda the smaller of r and 1/r, gap = 1 - lambda, eta = |loc_p - loc_q| over the larger scale and L, L' two
 * standard logistic numbers the divergence is r - 1 - log r + max(1, r) (F - 1 - lambda), F = E|eta + lambda L + L'|. E by L' has a
 * closed form. With y for L, q = e^(-lambda y), X = 4 sinh(eta/2)^2 two forms of F have no term that is negative, none that cancels:
 *   near:           F - 1 - lambda = gap^2 Q(lambda) + E log(1 + X q/(1 + q)^2), Q, what is left at eta = 0, a polynomial;
 *   apart:          F - eta = E log(1 + e^-2eta + e^-eta (q + 1/q)).
 * E by y is the trapezoidal rule of step h on y = 0, h, 2h ...: the logistic density and the integrand have no pole nearer to the real
 * axis than pi, so its error is e^(-2 pi^2/h) times up to (2 pi/h)^4, and without the nodes beyond y = 40 (21 in f32) e^-40. Errors of
 * nodes are averaged, those of the sums kept; eta counts twice, so it is a double-double.
 *
 * Done in blocks of elements, step by step; f32 takes the same steps. Bounds: ops.def and docs/adr/0027. */
#include "core/kernel.h"
#include "kl/logistic_rule.h"
#include "math/exp.h"
#include "math/relative_entropy.h"
#include "math/scale_parts.h"
#define FP_STEPS kl_logistic
#include "math/steps.h"

enum { AT_ONCE = 2 };   /* nodes a turn, whose quotients and sums do not wait for each other; the rules' nodes are even in number */
#define APART 3.0  /* from here on sums are those of F - eta */
#define APART_WIDE 2.0   /* and for derivatives where p is the wider one: that by its scale, which crosses zero, is a sum of small
                          * terms then */
#define FAR 45.0   /* beyond, they are nothing beside 1 */
#define NEAR_EXPONENT -100.0   /* below 2^this sums go with eta or eta^2, and eta is lifted to it */

typedef struct {
  double given[4][BLOCK];               /* loc_p, scale_p, loc_q, scale_q */
  double edge[BLOCK];                   /* the divergence where an argument makes it NaN, infinite or 0, else -1 */
  double m_p[BLOCK], m_q[BLOCK], e_p[BLOCK], e_q[BLOCK], sign[BLOCK];   /* scales in parts; the sign of loc_p - loc_q */
  double narrower[BLOCK];               /* 1 where scale_p <= scale_q */
  double lambda[BLOCK], at[BLOCK];      /* lambda, and where in the polynomials it is */
  pairs gap, eta;                       /* eta as it is in the sums */
  double exponent[BLOCK];               /* that of eta beyond this */
  double apart[BLOCK], far[BLOCK];      /* 1 where it is, else 0 */
  double sinh_eta[BLOCK];
  double square[BLOCK], middle[BLOCK], more_square[BLOCK], more_middle[BLOCK];   /* of a node, see below */
  double steep_middle[BLOCK], turn_middle[BLOCK];
  double ratio[BLOCK], power[BLOCK];    /* e^(-lambda h), and its power q at the node */
  pairs sum;                            /* E of the logarithm */
  pairs slope;                          /* its derivative by eta, over sinh(eta); apart, 1 - F' */
  pairs turn;                           /* its derivative by -lambda; apart, that of F by lambda */
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

STEP(frame, logistics *d, double h, double apart_wide, size_t groups)
{
  EACH(i, groups) {
    const double loc_p = d->given[0][i], scale_p = d->given[1][i], loc_q = d->given[2][i], scale_q = d->given[3][i];
    const double edge = logistic_edge(loc_p, scale_p, loc_q, scale_q);
    const flag usual = edge == -1.0;
    const double a = usual ? loc_p : 0.0, b = usual ? loc_q : 0.0;
    const scale_parts p = scale_parts_of(usual ? scale_p : 1.0), q = scale_parts_of(usual ? scale_q : 1.0);
    const flag narrower = (p.e < q.e) | ((p.e == q.e) & (p.m <= q.m));
    const double m = narrower ? q.m : p.m, e = narrower ? q.e : p.e, less = narrower ? p.m : q.m, less_e = narrower ? p.e : q.e;
    const double r = 1.0 / m, down = power_of_two(SHIFT + at_least(less_e - e, -1000.0)), smaller = less * down, lambda = smaller * r;
    const double lowered = at_least(abs_f64(a), abs_f64(b)) > 0x1p1000 ? 3.0 : 0.0, factor = lowered > 0 ? 0.125 : 1.0;
    const dd distance = two_sum(a * factor, -(b * factor));
    const length away = length_of(distance, lowered);
    const double sign = away.m.hi < 0 ? -1.0 : 1.0, away_e = away.e - e;
    const dd eta = dd_over_with(dd_scale(away.m, sign), (dd){m, 0.0}, r);
    const double used = at_most(at_least(away_e, NEAR_EXPONENT), 10.0);
    const dd scaled = dd_scale(eta, power_of_two(SHIFT + used));
    const flag far = scaled.hi > FAR;
    const dd y = {far ? FAR : scaled.hi, far ? 0.0 : scaled.lo};
    /* u = e^y - 1 in double-double */
    const double shifted = fma_f64(y.hi, LOG2E, SHIFT), n = shifted - SHIFT, rest_y = fma_f64(-n, LN2_HI, y.hi), low = fma_f64(-n, LN2_MID, y.lo);
    const dd half_square = two_product(0.5 * rest_y, rest_y);
    const double cubic = POLYNOMIAL(exp_rest, rest_y) * rest_y * (rest_y * rest_y), rest = half_square.hi + (half_square.lo + cubic), low_rest = low * (rest_y + rest);
    const double scale = power_of_two(shifted);
    const dd grown = two_sum(scale - 1.0, scale * rest_y);
    const dd u = fast_two_sum(grown.hi, fma_f64(scale, rest + (low + low_rest), grown.lo)), above = two_sum(1.0, u.hi);
    const dd share = dd_over(u, (dd){above.hi, above.lo + u.lo}), square = dd_times(u, share);   /* u/(1 + u), u^2/(1 + u) */
    const exp_parts of_step = exp_dd((dd){-lambda * h, 0.0});
    const dd step = exp_mantissa(of_step);
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
    const flag apart = y.hi >= (narrower ? APART : apart_wide);
    const double down_once = 1.0 / (above.hi + u.lo), down_twice = down_once * down_once, x = square.hi + square.lo;   /* e^-eta */
    d->apart[i] = apart ? 1.0 : 0.0;
    d->far[i] = far ? 1.0 : 0.0;
    d->square[i] = apart ? 0.0 : 1.0;
    d->middle[i] = apart ? 1.0 : 2.0;
    d->more_square[i] = apart ? down_once : 0.0;
    d->more_middle[i] = apart ? down_twice : x;
    d->steep_middle[i] = apart ? 2.0 * down_twice : 2.0;
    d->turn_middle[i] = apart ? 0.0 : x;
    d->sinh_eta[i] = 0.5 * ((u.hi + share.hi) + (u.lo + share.lo));
    d->ratio[i] = (step.hi + step.lo) * power_of_two(of_step.shifted);
    d->power[i] = 1.0;
    set_pair(&d->sum, i, (dd){0.0, 0.0});
    set_pair(&d->slope, i, (dd){0.0, 0.0});
    set_pair(&d->turn, i, (dd){0.0, 0.0});
  }
}

/* One node: log(N/D), D = (1 + q)^2 or, apart, q; N - D = X q or, apart, e^-2eta q + e^-eta (1 + q^2); both are of the form
 * a (1 + q^2) + b q. */
FP_INLINE double node_logarithm(double den, double more)
{
  const double num = den + more;
  const log2_ratio l = log2_ratio_of(num, den);
  const double s = (l.k == 0 ? more : l.scaled - den) / (l.scaled + den), square = s * s;
  return fma_f64(l.k, LN2, fma_f64(square * s, POLYNOMIAL(atanh_rest, square), 2.0 * s));
}

STEP(values, logistics *d, const double *weights, size_t nodes, size_t groups)
{
  for (size_t first = 0; first < nodes; first += AT_ONCE) {
    const double w[AT_ONCE] = {weights[first], weights[first + 1]};
    EACH(i, groups) {
      const double ratio = d->ratio[i], square = d->square[i], middle = d->middle[i];
      const double more_square = d->more_square[i], more_middle = d->more_middle[i];
      double q = d->power[i];
      dd total = pair_at(&d->sum, i);
      FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
        const double one = fma_f64(q, q, 1.0), den = fma_f64(square, one, middle * q), more = fma_f64(more_square, one, more_middle * q);
        total = with_term(total, w[j] * node_logarithm(den, more));
        q *= ratio;
      }
      set_pair(&d->sum, i, total);
      d->power[i] = q;
    }
  }
}

/* And the derivatives: by eta 2 q/N, apart (e^-eta (1 + q^2) + 2 e^-2eta q)/N; by lambda y (1 - q)/(1 + q) X q/N, apart
 * y (1 - q)/(1 + q) e^-eta (1 + q)^2/N. */
STEP(slopes, logistics *d, const double *weights, size_t nodes, double h, size_t groups)
{
  for (size_t first = 0; first < nodes; first += AT_ONCE) {
    const double w[AT_ONCE] = {weights[first], weights[first + 1]}, y[AT_ONCE] = {(double)first * h, (double)(first + 1) * h};
    EACH(i, groups) {
      const double ratio = d->ratio[i], square = d->square[i], middle = d->middle[i], rise = d->more_square[i], more_middle = d->more_middle[i];
      const double steep_middle = d->steep_middle[i], turn_middle = d->turn_middle[i];
      double q = d->power[i];
      dd slope = pair_at(&d->slope, i), turn = pair_at(&d->turn, i), total = pair_at(&d->sum, i);
      FP_UNROLL for (int j = 0; j < AT_ONCE; j++) {
        const double one = fma_f64(q, q, 1.0), sum = 1.0 + q;
        const double den = fma_f64(square, one, middle * q), more = fma_f64(rise, one, more_middle * q);
        const double part = w[j] / ((den + more) * sum);
        slope = with_term(slope, part * sum * fma_f64(rise, one, steep_middle * q));
        turn = with_term(turn, part * (y[j] * (1.0 - q)) * fma_f64(rise, sum * sum, turn_middle * q));
        total = with_term(total, w[j] * node_logarithm(den, more));
        q *= ratio;
      }
      set_pair(&d->slope, i, slope);
      set_pair(&d->turn, i, turn);
      set_pair(&d->sum, i, total);
      d->power[i] = q;
    }
  }
}

/* F - 1 - lambda */
FP_INLINE dd beyond_one(const logistics *d, size_t i)
{
  const double q = POLYNOMIAL(kl_logistic_value, d->at[i]), k = d->exponent[i];
  const dd gap = pair_at(&d->gap, i), square = dd_times(gap, gap), part = two_product(square.hi, q), sum = pair_at(&d->sum, i), eta = pair_at(&d->eta, i);
  const dd h = dd_scale(sum, power_of_two(SHIFT + at_least(2.0 * at_most(k, 0.0), -1000.0)));
  const dd near = dd_plus((dd){part.hi, fma_f64(square.lo, q, fma_f64(square.hi, KL_LOGISTIC_VALUE_0_LO, part.lo))}, h);
  const double large = times_any_power_of_two(eta.hi, SHIFT + k), rest = k > 0 ? 0.0 : eta.lo;
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
    d->result[0][i] = edge == -1.0 ? value * (huge ? 4.0 : 1.0) : edge;
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
    const dd gap = pair_at(&d->gap, i), slope = pair_at(&d->slope, i), turn = pair_at(&d->turn, i), sum = pair_at(&d->sum, i), eta = pair_at(&d->eta, i);
    const flag alone = gap.hi == 0, apart = d->apart[i] == 1.0, far = d->far[i] == 1.0, narrower = d->narrower[i] == 1.0;
    const double part = alone ? 1.0 : power_of_two(SHIFT + at_least(2.0 * low_k, -1000.0));   /* alone: its power of two comes last */
    const double last = alone ? 2.0 * low_k : 0.0, large = times_any_power_of_two(eta.hi, SHIFT + at_least(k, 0.0));
    /* F' and eta F' */
    const dd product = two_product(d->sinh_eta[i], slope.hi), one_less = two_sum(1.0, -slope.hi);
    const dd near_steep = {product.hi, fma_f64(d->sinh_eta[i], slope.lo, product.lo)}, apart_steep = {one_less.hi, one_less.lo - slope.lo};
    const dd steep = dd_select(apart, apart_steep, near_steep), near_moved = dd_times(eta, steep);
    const dd moved = dd_select(far, (dd){large, 0.0}, dd_scale(near_moved, part));
    const double rise = turn.hi + turn.lo, w = apart ? 1.0 - rise : fma_f64(gap.hi, r, rise * part);
    const dd beyond = beyond_one(d, i), narrow = two_sum(gap.hi, lambda * w), wide = two_sum(narrow.hi, beyond.hi);
    const double narrow_low = narrow.lo + gap.lo, wide_low = narrow_low + (wide.lo + beyond.lo);
    const dd first = {narrower ? narrow.hi : wide.hi, narrower ? narrow_low : wide_low}, less = two_sum(first.hi, -moved.hi);
    const double straight = first.hi + (is_finite(first.hi) ? first.lo : 0.0);
    const double usual = less.hi + (is_finite(less.hi) ? less.lo + (first.lo - moved.lo) : 0.0);
    const double tails = fma_f64(eta.hi, slope.hi + slope.lo, sum.hi + sum.lo), crossing = (apart & !narrower) ? fma_f64(-lambda, 1.0 + rise, tails) : usual;
    const double limited = at_most(large, 2100.0);
    const exp_parts fall = exp_dd((dd){-limited, large < 2100.0 ? -times_any_power_of_two(eta.lo, SHIFT + at_least(k, 0.0)) : 0.0});
    const dd mantissa = exp_mantissa(fall);
    const double tail = times_any_power_of_two(2.0 * (1.0 + limited) * (mantissa.hi + mantissa.lo) / m_q, fall.shifted - e_q);
    const double by_crossing = times_any_power_of_two(crossing / m_q, SHIFT + (last - e_q)), by_tail = tail - times_any_power_of_two(1.0 / m_p, SHIFT - e_p);
    const double two_signs = 0.0 + ((far & !narrower) ? by_tail : by_crossing);
    const double one_sign = 0.0 - times_any_power_of_two(straight * (narrower ? 1.0 / m_p : m_p / (m_q * m_q)), SHIFT + (last + (narrower ? -e_p : e_p - 2.0 * e_q)));
    const double dloc = d->sign[i] * times_any_power_of_two((steep.hi + steep.lo) / m_q, SHIFT + (low_k - e_q));
    d->result[0][i] = dloc + none;
    d->result[1][i] = (narrower ? one_sign : two_signs) + none;
    d->result[2][i] = (0.0 - dloc) + none;
    d->result[3][i] = (narrower ? two_signs : one_sign) + none;
  }
}

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

/* All inputs of a block are read before an output is written, which may be the same array, or lie behind one. */
static void run(int outputs, int type, void *const *args, size_t n)
{
  logistics d;
  const double *const weights = type == FP_F32 ? kl_logistic_weights_short : kl_logistic_weights;
  const size_t nodes = type == FP_F32 ? sizeof kl_logistic_weights_short / sizeof *weights : sizeof kl_logistic_weights / sizeof *weights;
  const double h = type == FP_F32 ? KL_LOGISTIC_STEP_SHORT : KL_LOGISTIC_STEP;
  for (size_t done = 0; done < n; done += BLOCK) {
    const size_t m = n - done < BLOCK ? n - done : BLOCK, groups = (m + GROUP - 1) / GROUP;
    for (int k = 0; k < 4; k++) load(d.given[k], args[k], type, done, m);
    RUN(frame, &d, h, outputs == 1 ? APART : APART_WIDE, groups);
    if (outputs == 1) {
      RUN(values, &d, weights, nodes, groups);
      RUN(divergence, &d, groups);
    } else {
      RUN(slopes, &d, weights, nodes, h, groups);
      RUN(derivatives, &d, groups);
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
