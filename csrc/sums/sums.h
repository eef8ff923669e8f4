/* Sums over data: what a log likelihood and its derivatives, a fit and a log of a sum of exponentials are made of.
 *
 * A sum has one order, whatever the layout, the CPU and the number of threads: elements in the order of their indices, in tasks
 * of FP_SUM_TASK, in calls of FP_SUM_CALL, in blocks of FP_SUMMED, of which halves are added until 16 running sums are left. What
 * a rounding loses is kept everywhere. */
#ifndef FASTPROB_SUMS_H
#define FASTPROB_SUMS_H

#include <stddef.h>

/* F(name, number of totals): the kernels, one file each. x are the data, w their weights; an element of weight 0 counts for
 * nothing, whatever it is.
 *
 * values     w x
 * normal     w, w d, w (d/2)^2, d m = x - loc scaled as location_scale.h does it; parameters loc, scale
 * logistic   w, w (|z| + 2 log(1 + e^-|z|)), w t, w z t, w (1 - t^2), w z (1 - t^2), w z^2 (1 - t^2), t = tanh(z/2); loc, scale
 * extremes   w, NaN if there is one; low and high are the least and the largest x
 * outcomes   w where x = 1, w where x = 0, |w| elsewhere: of these none may cancel
 * logsumexp  w e^(x - high), what is infinite or NaN; high is a multiple of 128 near the largest x, 0 if that is below 64 */
#define FP_SUM_KERNELS(F) \
  F(values, 1) \
  F(normal, 3) \
  F(logistic, 7) \
  F(extremes, 2) \
  F(outcomes, 3) \
  F(logsumexp, 2)

enum { FP_MAX_TOTALS = 7, FP_SUM_CALL = 1024 };

/* Sums of three parts: the last two are what the first loses. */
typedef struct { double part[FP_MAX_TOTALS][3], low, high; } fp_totals;

/* Values, in place, times weights; 0 for a weight of 0, whatever the value. */
typedef void (*fp_weigh_kernel)(double *values, const double *w, size_t n);

/* Adds n <= FP_SUM_CALL elements; w may be NULL for weights of 1. In a row of calls each n but the last is FP_SUM_CALL. */
typedef void (*fp_sum_kernel)(fp_totals *totals, const double *x, const double *w, const double *parameters, size_t n);

enum {
#define FP_NUMBER(name, totals) FP_SUM_##name,
  FP_SUM_KERNELS(FP_NUMBER)
#undef FP_NUMBER
  FP_SUMS_COUNT
};

#endif
