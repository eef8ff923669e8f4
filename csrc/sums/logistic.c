/* Sums of a logistic log likelihood. With e = e^-|z| and t = tanh(|z|/2) = (1 - e)/(1 + e), neither of which loses digits, its
 * terms are |z| + 2 log(1 + e), at least 2 log 2, and z t; and 1 - t^2 is what its second derivatives are made of. */
#include "math/log.h"
#include "math/logistic_parts.h"
#include "sums/totals.h"

typedef struct { dd value, slope, moment; double curve, moved, squared; } element;

FP_INLINE element element_of(double x, double w, location_scale p)
{
  const dd z = dd_select(w == 0, (dd){0.0, 0.0}, position_of(x, p));
  const dd size = size_to(z, FP_INF_f64), near = size_to(z, 800.0);
  const one_less_more e = one_less_and_more(near);
  const dd t = dd_over(e.less, e.more), logarithm = log_dd(e.more), sum = fast_two_sum(size.hi, 2.0 * logarithm.hi);
  const double side = z.hi < 0 ? -1.0 : 1.0, curve = (1.0 - t.hi) * (1.0 + t.hi) * w, moved = side * near.hi * curve;
  return (element){
    .value = times_weight((dd){sum.hi, sum.lo + fma_f64(2.0, logarithm.lo, size.lo)}, w),
    .slope = times_weight(dd_scale(t, side), w),
    .moment = times_weight(dd_times(size, t), w),
    .curve = curve,
    .moved = moved,
    .squared = moved * (side * near.hi),
  };
}

void FP_SYM(fp_sum_logistic)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  fp_terms value, slope, moment;
  fp_lanes lanes[4] = {0};
  double curve[FP_SUMMED], moved[FP_SUMMED], squared[FP_SUMMED], curves[3] = {0};
  fp_rest rest;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    FP_SUM_LOOP(b, element, element_of(b.x[i], b.w[i], p),
                value.hi[i] = r.value.hi; value.lo[i] = r.value.lo; slope.hi[i] = r.slope.hi; slope.lo[i] = r.slope.lo;
                moment.hi[i] = r.moment.hi; moment.lo[i] = r.moment.lo;
                curve[i] = r.curve; moved[i] = r.moved; squared[i] = r.squared;)
    add_weights(&lanes[0], b.given, b.n);
    add_terms(&lanes[1], &value, b.whole);
    add_terms(&lanes[2], &slope, b.whole);
    add_terms(&lanes[3], &moment, b.whole);
    curves[0] += sum_f64(curve, b.whole);
    curves[1] += sum_f64(moved, b.whole);
    curves[2] += sum_f64(squared, b.whole);
  }
  FP_SYM(fp_add_lanes)(totals, lanes, 4, !w);
  for (int k = 0; k < 3; k++) add_to_total(totals->part[4 + k], curves[k], 0.0);
}
