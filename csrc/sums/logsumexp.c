/* The sum of w e^x in one pass: of w e^(x - high), where high is a multiple of 128 that follows the largest x, and 0 as long as
 * that is between -64 and 64. So nothing overflows, and x - high is exact where it matters; when high moves, what has been
 * summed shrinks by e^-128 or more, and with it the error of that factor: it is not made again and again. */
#include "sums/exponentials.h"

/* The multiple of 128 that is nearest to x, or x itself where that has no digits below it. */
FP_INLINE double reference_of(double x)
{
  const double size = abs_f64(x), multiples = (size * (1.0 / FP_QUANTUM) + 0x1p52) - 0x1p52;
  const double nearest = size < 0x1p52 ? multiples * FP_QUANTUM : size;
  return size <= 0.5 * FP_QUANTUM ? 0.0 : copysign_f64(nearest, x);
}

void FP_SYM(fp_sum_logsumexp)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n)
{
  (void)parameters;
  fp_terms terms;
  fp_lanes lanes[1] = {0};
  double values[FP_SUM_CALL], largest[FP_SUMS], special[FP_SUMS] = {0};
  fp_rest rest;
  for (size_t k = 0; k < FP_SUMS; k++) largest[k] = -FP_INF_f64;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, x, w, &rest, n);
    for (size_t i = 0; i < b.n; i += FP_SUMS) {
      const size_t m = b.n - i < FP_SUMS ? b.n - i : FP_SUMS;
      FP_IVDEP for (size_t k = 0; k < m; k++) {
        const double v = b.x[i + k], weight = b.w[i + k];
        const int usual = (weight != 0) & (v < FP_INF_f64), nothing = usual | (weight == 0);
        const double value = usual ? v : -FP_INF_f64;
        values[done + i + k] = value;
        special[k] += nothing ? 0.0 : v * weight;      /* infinite or NaN */
        largest[k] = value > largest[k] ? value : largest[k];
      }
    }
  }
  for (size_t k = 1; k < FP_SUMS; k++) {
    largest[0] = largest[k] > largest[0] ? largest[k] : largest[0];
    special[0] += special[k];
  }
  add_to_total(totals->part[1], special[0], 0.0);
  if (largest[0] == -FP_INF_f64) return;
  const double reference = reference_of(largest[0]);
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const data_block b = block_at(done, values, w, &rest, n);
    FP_SUM_LOOP(b, dd, times_weight(exp_in_parts(two_sum(b.x[i], -reference)), b.w[i]), terms.hi[i] = r.hi; terms.lo[i] = r.lo;)
    add_terms(&lanes[0], &terms, b.whole);
  }
  join_exponentials(totals, FP_SYM(fp_folded)(lanes), reference);
}
