/* From sums over data to results. All of it in double-double: a log likelihood and its derivatives are differences of sums. */
#include "math/location_scale.h"
#include "math/log_fine.h"
#include "sums/exponentials.h"

void FP_SYM(fp_sum_join)(int kernel, fp_totals *totals, const fp_totals *next)
{
  if (kernel == FP_SUM_logsumexp) {
    if (next->high > -FP_INF_f64) join_exponentials(totals, total_of(next->part[0]), next->high);
    add_to_total(totals->part[1], next->part[1][0], 0.0);
    return;
  }
  for (int k = 0; k < FP_MAX_TOTALS; k++) {
    const dd sum = total_of(next->part[k]);
    add_to_total(totals->part[k], sum.hi, sum.lo);
  }
  totals->low = next->low < totals->low ? next->low : totals->low;
  totals->high = next->high > totals->high ? next->high : totals->high;
}

/* a + b, where one of them may be infinite or NaN */
static dd plus(dd a, dd b) { return is_finite(a.hi + b.hi) ? dd_plus(a, b) : (dd){a.hi + b.hi, 0.0}; }
static dd times(dd a, dd b) { return is_finite(a.hi * b.hi) ? dd_times(a, b) : (dd){a.hi * b.hi, 0.0}; }
static double one_number(dd a) { return is_finite(a.hi) ? a.hi + a.lo : a.hi; }

/* w a, 0 without weight whatever a is, and for a = 0 whatever the weight */
static dd weighted(dd w, dd a)
{
  return (w.hi == 0 && a.hi == a.hi) || (a.hi == 0 && w.hi == w.hi) ? (dd){0.0, 0.0} : times(w, a);
}

/* -a, but 0 for 0: the log likelihood of no data */
static double zero_minus(dd a) { return 0.0 - one_number(a); }

/* log(scale) + constant; infinite and NaN with scale */
static dd log_scale_plus(double scale, dd constant)
{
  if (!(scale > 0)) return (dd){FP_NAN_f64, 0.0};
  return scale == FP_INF_f64 ? (dd){scale, 0.0} : dd_plus(log_fine(scale), constant);
}

static void finish_weighted_sum(double *results, const fp_totals *totals, const double *parameters)
{
  (void)parameters;
  results[0] = one_number(total_of(totals->part[0]));
}

/* With s = the sum of w (d/2)^2: the sum of w z^2/2 is 2 s/m^2. */
static void finish_normal_loglik(double *results, const fp_totals *totals, const double *parameters)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  const dd w = total_of(totals->part[0]), linear = total_of(totals->part[1]), square = total_of(totals->part[2]);
  const dd per_square = dd_times(p.inverse, p.inverse), half_squares = times(dd_scale(per_square, 2.0), square);
  const dd constants = weighted(w, log_scale_plus(parameters[1], (dd){HALF_LOG_2PI, HALF_LOG_2PI_LO}));
  results[0] = zero_minus(plus(constants, half_squares));
  results[1] = dd_times_power(times(linear, per_square), p.exponent);
  results[2] = dd_times_power(times(plus(dd_scale(half_squares, 2.0), dd_minus(w)), p.inverse), p.exponent);
}

/* loc + d/w m^-1 ..., with d = (x - loc) f: mean = loc + (sum of w d)/w/f, variance = (4 s/w - (sum of w d/w)^2)/f^2. */
static void finish_normal_moments(double *results, const fp_totals *totals, const double *parameters)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  const dd w = total_of(totals->part[0]), linear = total_of(totals->part[1]), square = total_of(totals->part[2]);
  const dd moved = dd_over(linear, w), squares = dd_over(dd_scale(square, 4.0), w);
  const dd variance = dd_plus(squares, dd_minus(dd_times(moved, moved)));
  const double back = 2.0 * SHIFT - p.exponent, root = root_f64(at_least(variance.hi, 0.0));
  const double rest = root > 0 ? (fma_f64(-root, root, variance.hi) + variance.lo) / (2.0 * root) : 0.0;
  const dd distance = {times_any_power_of_two(moved.hi, back), times_any_power_of_two(moved.lo, back)};
  const dd mean = two_sum(parameters[0], distance.hi);
  results[0] = mean.hi + (mean.lo + distance.lo);
  results[1] = times_any_power_of_two(root + rest, back);
}

static void finish_logistic_loglik(double *results, const fp_totals *totals, const double *parameters)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  const dd w = total_of(totals->part[0]), value = total_of(totals->part[1]);
  const dd slope = total_of(totals->part[2]), moment = total_of(totals->part[3]);
  results[0] = zero_minus(plus(weighted(w, log_scale_plus(parameters[1], (dd){0.0, 0.0})), value));
  results[1] = dd_times_power(times(slope, p.inverse), p.exponent);
  results[2] = dd_times_power(times(plus(moment, dd_minus(w)), p.inverse), p.exponent);
  for (int k = 0; k < 3; k++) results[3 + k] = one_number(total_of(totals->part[4 + k]));
  results[6] = one_number(plus(moment, dd_minus(w)));
  results[7] = one_number(slope);
}

static void finish_range(double *results, const fp_totals *totals, const double *parameters)
{
  (void)parameters;
  const double bad = totals->part[1][0];   /* 0, or NaN */
  results[0] = totals->low + bad;
  results[1] = totals->high + bad;
  results[2] = one_number(total_of(totals->part[0]));
}

/* Where an element is outside, the value is -inf and the derivatives are NaN, as those of logpdf. */
static void finish_uniform_loglik(double *results, const fp_totals *totals, const double *parameters)
{
  const double w = one_number(total_of(totals->part[0])), bad = totals->part[1][0];
  const int inside = (totals->low >= parameters[0]) & (totals->high <= parameters[1]);
  for (int k = 0; k < 3; k++) {
    const double each = parameters[2 + k], value = w == 0 && each == each ? 0.0 : w * each;
    results[k] = (inside ? value : each == each ? (k ? FP_NAN_f64 : -FP_INF_f64) : each) + bad;
  }
}

static void finish_bernoulli_loglik(double *results, const fp_totals *totals, const double *parameters)
{
  const dd ones = total_of(totals->part[0]), zeros = total_of(totals->part[1]), others = total_of(totals->part[2]);
  for (int k = 0; k < 2; k++) {
    const dd sum = plus(weighted(ones, (dd){parameters[2 * k], 0.0}), weighted(zeros, (dd){parameters[2 * k + 1], 0.0}));
    const double value = one_number(sum), outside = k ? FP_NAN_f64 : -FP_INF_f64;
    results[k] = others.hi == 0 ? value : value == value && others.hi == others.hi ? outside : FP_NAN_f64;
  }
}

static void finish_bernoulli_fit(double *results, const fp_totals *totals, const double *parameters)
{
  (void)parameters;
  const dd ones = total_of(totals->part[0]), zeros = total_of(totals->part[1]), others = total_of(totals->part[2]);
  results[0] = others.hi == 0 ? one_number(dd_over(ones, dd_plus(ones, zeros))) : FP_NAN_f64;
}

static void finish_logsumexp(double *results, const fp_totals *totals, const double *parameters)
{
  (void)parameters;
  const dd sum = total_of(totals->part[0]);
  const double special = totals->part[1][0];
  if (special != 0 || !(sum.hi > 0) || sum.hi == FP_INF_f64) {
    const double all = special != 0 ? special : sum.hi;
    results[0] = all > 0 ? FP_INF_f64 : all == 0 ? -FP_INF_f64 : FP_NAN_f64;
    return;
  }
  const int small = sum.hi < 0x1p-900, large = sum.hi > 0x1p900;
  const double k = small ? -200.0 : large ? 200.0 : 0.0;
  const dd logarithm = log_dd(dd_scale(sum, small ? 0x1p200 : large ? 0x1p-200 : 1.0));
  const dd all = dd_plus(dd_plus(logarithm, (dd){k * LN2_HI, k * LN2_MID}), (dd){totals->high, 0.0});
  results[0] = all.hi + all.lo;
}

void FP_SYM(fp_sum_finish)(int finish, double *results, const fp_totals *totals, const double *parameters)
{
  switch (finish) {
#define FINISH_CASE(name, kernel, parameter_count, result_count) \
    case FP_FINISH_##name: \
      finish_##name(results, totals, parameters); \
      for (int k = 0; k < result_count; k++) results[k] = canonical_f64(results[k]); \
      break;
    FP_SUM_FINISHES(FINISH_CASE)
  }
}
