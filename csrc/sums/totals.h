/* Running sums that keep what their roundings lose. */
#ifndef FASTPROB_TOTALS_H
#define FASTPROB_TOTALS_H

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

/* Terms of a block, each of two parts. */
typedef struct { double hi[FP_SUMMED], lo[FP_SUMMED]; } fp_terms;

/* The sum of n <= FP_SUMMED terms. */
FP_INLINE dd sum_terms(fp_terms *t, size_t n)
{
  double sums[FP_SUMS] = {0}, lost[FP_SUMS] = {0};
  for (; n % FP_SUMS; n++) t->hi[n] = t->lo[n] = 0.0;
  for (size_t i = 0; i < n; i += FP_SUMS) {
    FP_IVDEP for (size_t k = 0; k < FP_SUMS; k++) {
      const dd s = two_sum(sums[k], t->hi[i + k]);
      sums[k] = s.hi;
      lost[k] += s.lo + t->lo[i + k];
    }
  }
  for (size_t width = FP_SUMS / 2; width; width /= 2) {
    for (size_t k = 0; k < width; k++) {
      const dd s = two_sum(sums[k], sums[k + width]);
      sums[k] = s.hi;
      lost[k] += s.lo + lost[k + width];
    }
  }
  return (dd){sums[0], lost[0]};
}

FP_INLINE void add_terms(fp_totals *totals, int which, fp_terms *t, size_t n)
{
  const dd sum = sum_terms(t, n);
  add_to_total(totals->part[which], sum.hi, sum.lo);
}

/* The sum of the weights, which are 1 if w is NULL. */
FP_INLINE void add_weights(fp_totals *totals, int which, const double *w, size_t n)
{
  if (!w) { add_to_total(totals->part[which], (double)n, 0.0); return; }
  fp_terms t;
  for (size_t i = 0; i < n; i++) { t.hi[i] = w[i]; t.lo[i] = 0.0; }
  add_terms(totals, which, &t, n);
}

/* A block of the data: w is all ones where no weights are given. */
typedef struct { const double *x, *given, *w; size_t n; } data_block;

FP_INLINE void fill_ones(double *ones) { for (size_t i = 0; i < FP_SUMMED; i++) ones[i] = 1.0; }

FP_INLINE data_block block_at(size_t done, const double *x, const double *w, const double *ones, size_t n)
{
  return (data_block){x + done, w ? w + done : NULL, w ? w + done : ones, n - done < FP_SUMMED ? n - done : FP_SUMMED};
}

/* The i-th term: value times weight. */
FP_INLINE void set_term(fp_terms *t, size_t i, dd value, double weight)
{
  const double product = value.hi * weight;
  t->hi[i] = product;
  t->lo[i] = fma_f64(value.lo, weight, fma_f64(value.hi, weight, -product));
}

#if defined(FP_TARGET)
/* The kernels, as sums.h describes them. */
#define FP_DECLARE_SUM(name, totals) \
  void FP_SYM(fp_sum_##name)(fp_totals *, const double *, const double *, const double *, size_t);
FP_SUM_KERNELS(FP_DECLARE_SUM)
#endif

#endif
