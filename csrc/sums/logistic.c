/* Sums of a logistic log likelihood. With e = e^-|z| and t = tanh(|z|/2) = (1 - e)/(1 + e), neither of which loses digits, its terms
 * are |z| + 2 log(1 + e), at least 2 log 2, and z t; and 1 - t^2 is what its second derivatives are made of. */
#include "math/log.h"
#include "math/logistic_parts.h"
#include "sums/totals.h"

void FP_SYM(fp_sum_logistic)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  fp_terms value, slope, moment;
  double curves[3][FP_SUMMED], ones[FP_SUMMED];
  fill_ones(ones);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, ones, n);
    FP_IVDEP for (size_t i = 0; i < b.n; i++) {
      const dd z = dd_select(b.w[i] == 0, (dd){0.0, 0.0}, position_of(b.x[i], p));
      const dd size = size_to(z, FP_INF_f64), near = size_to(z, 800.0);
      const one_less_more r = one_less_and_more(near);
      const dd t = dd_over(r.less, r.more), logarithm = log_dd(r.more), sum = fast_two_sum(size.hi, 2.0 * logarithm.hi);
      const double side = z.hi < 0 ? -1.0 : 1.0, curve = (1.0 - t.hi) * (1.0 + t.hi) * b.w[i], moved = side * near.hi * curve;
      set_term(&value, i, (dd){sum.hi, sum.lo + fma_f64(2.0, logarithm.lo, size.lo)}, b.w[i]);
      set_term(&slope, i, dd_scale(t, side), b.w[i]);
      set_term(&moment, i, dd_times(size, t), b.w[i]);
      curves[0][i] = curve;
      curves[1][i] = moved;
      curves[2][i] = moved * (side * near.hi);
    }
    add_weights(totals, 0, b.given, b.n);
    add_terms(totals, 1, &value, b.n);
    add_terms(totals, 2, &slope, b.n);
    add_terms(totals, 3, &moment, b.n);
    for (int k = 0; k < 3; k++) add_to_total(totals->part[4 + k], sum_f64(curves[k], b.n), 0.0);
  }
}
