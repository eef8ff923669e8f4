/* The parts of KL(N(loc, scale^2) || N(0, 1)) that depend on loc and on the log variance. */
#ifndef FASTPROB_KL_STANDARD_NORMAL_H
#define FASTPROB_KL_STANDARD_NORMAL_H

#include "math/exp.h"

/* (e^y - 1 - y)/2, zero twice at y = 0. With n = 0 that is half of r^2 (1/2 + r p(r)); else everything is halved, so that 2^n stays
 * finite, and r^2/2, the largest part of what does not cancel, is carried exactly. */
FP_INLINE dd logvar_part_f64(double y)
{
  const double below = at_most(y, 710.5);   /* beyond, the result overflows */
  const exp_parts e = exp_dd((dd){at_least(below, -800.0), 0.0});
  const double n = e.shifted - SHIFT, square = e.r * e.r, cubic = POLYNOMIAL(exp_rest, e.r) * e.r * square;
  const double halved = at_most(at_least(n - 1.0, -80.0), 1023.0), scale = power_of_two(halved + SHIFT), top = n > 1024.0 ? 2.0 : 1.0;
  const double rest = fma_f64(0.5, square, cubic), low = -n * LN2_MID, grown = fma_f64(low, e.r + rest, low);
  const dd exact = two_product(0.5 * e.r, e.r), head = two_sum(scale - 0.5, -0.5 * below), sum = two_sum(head.hi, scale * e.r);
  const dd all = two_sum(sum.hi, scale * exact.hi);
  const double lost = head.lo + sum.lo + all.lo + scale * (exact.lo + (cubic + grown));
  const dd far = fast_two_sum(all.hi, lost);
  return dd_select(n == 0, (dd){0.5 * exact.hi, 0.5 * (exact.lo + cubic)}, (dd){far.hi * top, is_finite(far.hi * top) ? far.lo * top : 0.0});
}

/* The same for f32 results. */
FP_INLINE double logvar_part_f32(double y)
{
  const double below = at_most(y, 200.0);
  const exp_split e = exp_split_short(at_least(below, -200.0));
  const double scale = power_of_two(e.shifted), n = e.shifted - SHIFT, r = fma_f64(-n, LN2, below);
  const double near = r * r * fma_f64(POLYNOMIAL(exp_rest_short, r), r, 0.5);
  return 0.5 * (n == 0 ? near : (scale - 1.0) + scale * e.p - below);
}

/* loc^2/2 + g */
FP_INLINE double with_location(double loc, dd g)
{
  const dd square = two_product(0.5 * loc, loc), sum = two_sum(square.hi, g.hi);
  return is_finite(sum.hi) ? sum.hi + (sum.lo + (square.lo + g.lo)) : sum.hi;
}

#endif
