/* What all sums do once for many elements: fold their running sums, and fill up the last block. */
#include "sums/totals.h"

/* Widths that compilers know, for loops of one vector or two. */
FP_INLINE void fold(fp_lanes *lanes, size_t width)
{
  FP_FEW for (size_t k = 0; k < width; k++) {
    const dd s = two_sum(lanes->sums[k], lanes->sums[k + width]);
    lanes->sums[k] = s.hi;
    lanes->lost[k] += s.lo + lanes->lost[k + width];
  }
}

dd FP_SYM(fp_folded)(fp_lanes *lanes)
{
  fold(lanes, 8);
  fold(lanes, 4);
  fold(lanes, 2);
  fold(lanes, 1);
  return (dd){lanes->sums[0], lanes->lost[0]};
}

void FP_SYM(fp_add_lanes)(fp_totals *totals, fp_lanes *lanes, int count, int one_number)
{
  for (int k = 0; k < count; k++) {
    const dd sum = k == 0 && one_number ? (dd){lanes[0].sums[0], 0.0} : FP_SYM(fp_folded)(&lanes[k]);
    add_to_total(totals->part[k], sum.hi, sum.lo);
  }
}

size_t FP_SYM(fp_fill_rest)(fp_rest *rest, const double *x, const double *w, size_t n)
{
  size_t i = 0;
  for (; i + FP_SUM_WIDTH <= n; i += FP_SUM_WIDTH) {
    memcpy(rest->x + i, x + i, FP_SUM_WIDTH * sizeof *x);
    memcpy(rest->w + i, w + i, FP_SUM_WIDTH * sizeof *w);
  }
  for (; i < n; i++) { rest->x[i] = x[i]; rest->w[i] = w[i]; }
  for (; i % FP_SUM_WIDTH; i++) { rest->x[i] = rest->x[i - 1]; rest->w[i] = 0.0; }
  return i;
}
