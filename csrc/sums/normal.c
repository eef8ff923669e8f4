/* Sums of a normal log likelihood. With d = z m as in location_scale.h, all of it follows from the sums of w, w d and w d^2: d is
 * exact, and so is d^2 as a double-double. Half of d is squared: its square is finite wherever z^2/2 is. */
#include "math/location_scale.h"
#include "sums/totals.h"

typedef struct { dd linear, square; } element;

FP_INLINE element element_of(double x, double w, location_scale p)
{
  const dd d = dd_select(w == 0, (dd){0.0, 0.0}, distance_of(x, p)), half = dd_scale(d, 0.5);
  const dd square = two_product(half.hi, half.hi);
  return (element){times_weight(d, w), times_weight((dd){square.hi, fma_f64(d.hi, half.lo, square.lo)}, w)};
}

void FP_SYM(fp_sum_normal)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  const location_scale p = location_scale_of(parameters[0], parameters[1]);
  fp_terms linear, square;
  fp_lanes lanes[3] = {0};
  fp_rest rest;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    FP_SUM_LOOP(b, element, element_of(b.x[i], b.w[i], p),
                linear.hi[i] = r.linear.hi; linear.lo[i] = r.linear.lo; square.hi[i] = r.square.hi; square.lo[i] = r.square.lo;)
    add_weights(&lanes[0], b.given, b.n);
    add_terms(&lanes[1], &linear, b.whole);
    add_terms(&lanes[2], &square, b.whole);
  }
  FP_SYM(fp_add_lanes)(totals, lanes, 3, !w);
}
