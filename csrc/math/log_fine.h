/* log y to 2^-72 absolute, for sums that cancel some of it: 2 atanh(s) = 2s + s^3 (2/3 + 2/5 s^2 + ...), s = f/(2 + f), the first
 * terms in double-double. */
#ifndef FASTPROB_LOG_FINE_H
#define FASTPROB_LOG_FINE_H

#include "math/log.h"

/* For y > 0, subnormal too. */
FP_INLINE dd log_fine(double y)
{
  const int tiny = y < 0x1p-1022;
  const log_split l = split_log(tiny ? y * 0x1p54 : y);
  const double k = tiny ? l.k - 54.0 : l.k;
  const dd s = dd_over((dd){l.f, 0.0}, fast_two_sum(2.0, l.f));
  const dd square = dd_times(s, s);
  const int terms = sizeof(atanh_series) / sizeof(atanh_series[0]);
  dd sum = {polynomial(atanh_series + 2, terms - 2, square.hi), 0.0};
  FP_UNROLL for (int i = 1; i >= 0; i--) {
    const dd product = dd_times(sum, square), next = fast_two_sum(atanh_series[i], product.hi);
    sum = (dd){next.hi, next.lo + (product.lo + atanh_series_lo[i])};
  }
  const dd cubic = dd_times(dd_times(square, s), sum);
  const dd head = fast_two_sum(k * LN2_HI, 2.0 * s.hi), next = two_sum(head.hi, cubic.hi);
  const dd middle = two_product(k, LN2_MID);
  const dd last = two_sum(next.hi, middle.hi);
  return fast_two_sum(last.hi, last.lo + (next.lo + (head.lo + (fma_f64(2.0, s.lo, cubic.lo) + middle.lo))));
}

#endif
