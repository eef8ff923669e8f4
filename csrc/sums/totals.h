/* Running sums that keep what their roundings lose. */
#ifndef FASTPROB_TOTALS_H
#define FASTPROB_TOTALS_H

#include "core/target.h"
#include "core/sum.h"
#include "math/dd.h"
#include "sums/sums.h"

/* Adds hi + lo to a total. Where it is not finite its first part alone is right. */
FP_INLINE void add_to_total(double *part, double hi, double lo)
{
  const dd first = two_sum(part[0], hi), second = two_sum(part[1], first.lo), third = two_sum(second.hi, lo);
  part[0] = first.hi;
  part[1] = third.hi;
  part[2] += second.lo + third.lo;
}

FP_INLINE dd total_of(const double *part)
{
  if (!is_finite(part[0])) return (dd){part[0], 0.0};
  const dd low = two_sum(part[1], part[2]), sum = two_sum(part[0], low.hi);
  return fast_two_sum(sum.hi, sum.lo + low.lo);
}

extern const double fp_ones[FP_SUMMED];   /* weights of 1 */

/* Terms of a block, each of two parts. */
typedef struct { double hi[FP_SUMMED], lo[FP_SUMMED]; } fp_terms;

/* The 16 running sums of a total, and what they lose. */
typedef struct { double sums[FP_SUMS], lost[FP_SUMS]; } fp_lanes;

/* Halves are added to each other until 16 terms are left: simple loops, which compilers vectorize and CPUs overlap. */
FP_INLINE void add_terms(fp_lanes *lanes, fp_terms *t, size_t n)
{
  size_t width = FP_SUMS;
  while (width < n) width *= 2;
  for (; n < width; n++) t->hi[n] = t->lo[n] = 0.0;
  for (width /= 2; width >= FP_SUMS; width /= 2) {
    FP_IVDEP for (size_t k = 0; k < width / FP_SUMS * FP_SUMS; k++) {   /* no rest: compilers see that */
      const dd s = two_sum(t->hi[k], t->hi[k + width]);
      t->hi[k] = s.hi;
      t->lo[k] += s.lo + t->lo[k + width];
    }
  }
  FP_FEW for (size_t k = 0; k < FP_SUMS; k++) {
    const dd s = two_sum(lanes->sums[k], t->hi[k]);
    lanes->sums[k] = s.hi;
    lanes->lost[k] += s.lo + t->lo[k];
  }
}

/* NULL for weights of 1 */
FP_INLINE void add_weights(fp_lanes *lanes, const double *w, size_t n)
{
  if (!w) { lanes->sums[0] += (double)n; return; }
  for (size_t i = 0; i < n; i += FP_SUMS) {
    const size_t m = n - i < FP_SUMS ? n - i : FP_SUMS;
    FP_IVDEP for (size_t k = 0; k < m; k++) {
      const dd s = two_sum(lanes->sums[k], w[i + k]);
      lanes->sums[k] = s.hi;
      lanes->lost[k] += s.lo;
    }
  }
}

/* Sums the lanes to one (totals.c). */
dd FP_SYM(fp_folded)(fp_lanes *lanes);

/* Adds the lanes to as many totals; of the first ones it may be known that they have one number, as those of no weights (totals.c). */
void FP_SYM(fp_add_lanes)(fp_totals *totals, fp_lanes *lanes, int count, int one_number);

/* A block of n elements of the data, or fewer, filled up to a number `whole` that every vector divides: with its last one again, of
 * weight 0. w is all ones where no weights are given, and given is NULL. */
typedef struct { const double *x, *w, *given; size_t n, whole; } data_block;

/* Room for the last elements, where they are no whole block. */
typedef struct { double x[FP_SUMMED], w[FP_SUMMED]; } fp_rest;
enum { FP_SUM_WIDTH = 8 };   /* doubles in the widest vector */

/* Fills it with n elements, up to the number that it says (totals.c). */
size_t FP_SYM(fp_fill_rest)(fp_rest *rest, const double *x, const double *w, size_t n);

FP_INLINE data_block block_at(size_t done, const double *x, const double *w, fp_rest *rest, size_t n)
{
  const double *const given = w ? w + done : NULL, *const weights = given ? given : fp_ones;
  if (n - done >= FP_SUMMED) return (data_block){x + done, weights, given, FP_SUMMED, FP_SUMMED};
  const size_t whole = FP_SYM(fp_fill_rest)(rest, x + done, weights, n - done);
  return (data_block){rest->x, rest->w, given, n - done, whole};
}

/* The elements of a block, in whole blocks two vectors at a time (see core/target.h): r, of some type, is `call`, a function of i,
 * and `store` keeps what is in it. */
#define FP_SUM_INDICES(b) size_t i = 0; i < (b).whole / FP_SUM_WIDTH * FP_SUM_WIDTH; i++
#define FP_SUM_EACH(b) FP_IVDEP for (FP_SUM_INDICES(b))
#if defined(__clang__)
#define FP_SUM_LOOP(b, type, call, store) FP_MIX for (FP_SUM_INDICES(b)) { const type r = call; store }
#else
#define FP_SUM_LOOP(b, type, call, store) \
  if ((b).n == FP_SUMMED) { \
    FP_IVDEP for (size_t k = 0; k < FP_SUMMED / 2; k++) { \
      type both[2]; \
      FP_UNROLL for (size_t s = 0; s < 2; s++) { const size_t i = k + s * (FP_SUMMED / 2); both[s] = call; } \
      FP_UNROLL for (size_t s = 0; s < 2; s++) { const size_t i = k + s * (FP_SUMMED / 2); const type r = both[s]; store } \
    } \
  } else { \
    FP_SUM_EACH(b) { const type r = call; store } \
  }
#endif

FP_INLINE dd times_weight(dd value, double weight)
{
  const double product = value.hi * weight;
  return (dd){product, fma_f64(value.lo, weight, fma_f64(value.hi, weight, -product))};
}

/* The kernels, as sums.h describes them. */
#define FP_DECLARE_SUM(name, totals) \
  void FP_SYM(fp_sum_##name)(fp_totals *, const double *, const double *, const double *, size_t);
FP_SUM_KERNELS(FP_DECLARE_SUM)
void FP_SYM(fp_weigh)(double *, const double *, size_t);
void FP_SYM(fp_sum_join)(int kernel, fp_totals *totals, const fp_totals *next);
void FP_SYM(fp_sum_finish)(int finish, double *results, const fp_totals *totals, const double *parameters);

#endif
