/* Sums, least and largest value, and outcomes of data. */
#include "sums/totals.h"

void FP_SYM(fp_sum_values)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  fp_terms terms;
  fp_lanes lanes[2] = {0};
  double ones[FP_SUMMED];
  fill_ones(ones, n);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, ones, n);
    FP_IVDEP for (size_t i = 0; i < b.n; i++) {
      const dd term = two_product(b.w[i] == 0 ? 0.0 : b.x[i], b.w[i]);
      terms.hi[i] = term.hi;
      terms.lo[i] = term.lo;
    }
    add_weights(&lanes[0], b.given, b.n);
    add_terms(&lanes[1], &terms, b.n);
  }
  add_lanes(totals, 0, lanes, 2);
}

void FP_SYM(fp_sum_extremes)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  double low[FP_SUMS], high[FP_SUMS], bad[FP_SUMS] = {0}, ones[FP_SUMMED];
  fp_lanes weights = {0};
  for (size_t k = 0; k < FP_SUMS; k++) { low[k] = totals->low; high[k] = totals->high; }
  fill_ones(ones, n);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, ones, n);
    for (size_t i = 0; i < b.n; i += FP_SUMS) {
      const size_t m = b.n - i < FP_SUMS ? b.n - i : FP_SUMS;
      FP_IVDEP for (size_t k = 0; k < m; k++) {
        const double v = b.x[i + k];
        const int counts = b.w[i + k] != 0;
        low[k] = counts & (v < low[k]) ? v : low[k];
        high[k] = counts & (v > high[k]) ? v : high[k];
        bad[k] = counts & (v != v) ? v : bad[k];
      }
    }
    add_weights(&weights, b.given, b.n);
  }
  add_lanes(totals, 0, &weights, 1);
  for (size_t k = 0; k < FP_SUMS; k++) {
    totals->low = low[k] < totals->low ? low[k] : totals->low;
    totals->high = high[k] > totals->high ? high[k] : totals->high;
    totals->part[1][0] += bad[k];
  }
}

void FP_SYM(fp_sum_outcomes)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  fp_terms terms[3];
  fp_lanes lanes[3] = {0};
  double ones[FP_SUMMED];
  fill_ones(ones, n);
  memset(terms, 0, sizeof terms);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, ones, n);
    FP_IVDEP for (size_t i = 0; i < b.n; i++) {
      const double k = b.x[i];
      const int one = k == 1, zero = k == 0, missing = (k != k) & (b.w[i] != 0);
      terms[0].hi[i] = one ? b.w[i] : 0.0;
      terms[1].hi[i] = zero ? b.w[i] : 0.0;
      terms[2].hi[i] = missing ? FP_NAN_f64 : one | zero ? 0.0 : b.w[i];
    }
    for (int which = 0; which < 3; which++) add_terms(&lanes[which], &terms[which], b.n);
  }
  add_lanes(totals, 0, lanes, 3);
}
