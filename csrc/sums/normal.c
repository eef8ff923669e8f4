/* Sums of a normal log likelihood. With d = z m as in location_scale.h, all of it follows from the sums of w, w d and w d^2: d is
 * exact, and so is d^2 as a double-double. Half of d is squared: its square is finite wherever z^2/2 is. */
#include "math/location_scale.h"
#include "sums/totals.h"

void FP_SYM(fp_sum_normal)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  fp_terms linear, square;
  double ones[FP_SUMMED];
  fill_ones(ones);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, ones, n);
    FP_IVDEP for (size_t i = 0; i < b.n; i++) {
      const dd d = dd_select(b.w[i] == 0, (dd){0.0, 0.0}, distance_of(b.x[i], p)), half = dd_scale(d, 0.5);
      const dd whole = two_product(half.hi, half.hi);
      set_term(&linear, i, d, b.w[i]);
      set_term(&square, i, (dd){whole.hi, fma_f64(d.hi, half.lo, whole.lo)}, b.w[i]);
    }
    add_weights(totals, 0, b.given, b.n);
    add_terms(totals, 1, &linear, b.n);
    add_terms(totals, 2, &square, b.n);
  }
}
