/* Sums, least and largest value, and outcomes of data; values times weights. */
#include "sums/totals.h"

void FP_SYM(fp_sum_values)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  fp_terms terms;
  fp_lanes lanes = {0};
  fp_rest rest;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    FP_SUM_EACH(b) {
      const dd term = two_product(b.w[i] == 0 ? 0.0 : b.x[i], b.w[i]);
      terms.hi[i] = term.hi;
      terms.lo[i] = term.lo;
    }
    add_terms(&lanes, &terms, b.whole);
  }
  FP_SYM(fp_add_lanes)(totals, &lanes, 1, 0);
}

void FP_SYM(fp_weigh)(double *values, const double *w, size_t n)
{
  FP_IVDEP for (size_t i = 0; i < n; i++) values[i] = w[i] == 0 ? 0.0 : canonical_f64(values[i] * w[i]);
}

void FP_SYM(fp_sum_extremes)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  double low[FP_SUMMED], high[FP_SUMMED], bad[FP_SUMMED];
  fp_rest rest;
  fp_lanes weights = {0};
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    size_t width = FP_SUMS;
    while (width < b.n) width *= 2;
    for (size_t i = b.n; i < width; i++) { low[i] = FP_INF_f64; high[i] = -FP_INF_f64; bad[i] = 0.0; }
    FP_SUM_EACH(b) {
      const double v = b.x[i];
      const int counts = b.w[i] != 0, missing = counts & (v != v);
      low[i] = counts ? v : FP_INF_f64;      /* with NaN neither end matters any more */
      high[i] = counts ? v : -FP_INF_f64;
      bad[i] = missing ? v : 0.0;
    }
    for (width /= 2; width; width /= 2) {
      FP_IVDEP for (size_t k = 0; k < width; k++) {
        low[k] = low[k + width] < low[k] ? low[k + width] : low[k];
        high[k] = high[k + width] > high[k] ? high[k + width] : high[k];
        bad[k] += bad[k + width];
      }
    }
    totals->low = low[0] < totals->low ? low[0] : totals->low;
    totals->high = high[0] > totals->high ? high[0] : totals->high;
    totals->part[1][0] += bad[0];
    add_weights(&weights, b.given, b.n);
  }
  FP_SYM(fp_add_lanes)(totals, &weights, 1, !w);
}

void FP_SYM(fp_sum_outcomes)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  fp_terms terms[3];
  fp_lanes lanes[3] = {0};
  fp_rest rest;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    FP_SUM_EACH(b) {
      const double k = b.x[i];
      const int one = k == 1, zero = k == 0, outcome = one | zero, missing = (k != k) & (b.w[i] != 0);
      terms[0].hi[i] = one ? b.w[i] : 0.0;
      terms[1].hi[i] = zero ? b.w[i] : 0.0;
      terms[2].hi[i] = missing ? FP_NAN_f64 : outcome ? 0.0 : abs_f64(b.w[i]);
      terms[0].lo[i] = terms[1].lo[i] = terms[2].lo[i] = 0.0;
    }
    for (int which = 0; which < 3; which++) add_terms(&lanes[which], &terms[which], b.whole);
  }
  FP_SYM(fp_add_lanes)(totals, lanes, 3, 0);
}
