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

/* F(name, kernel, number of parameters, number of results): how totals become results.
 *
 * weighted_sum        ; the sum of w x
 * normal_loglik       loc, scale; value, dloc, dscale
 * normal_moments      loc, scale; mean and standard deviation: loc and scale say where the sums are taken, and hardly matter
 * logistic_loglik     loc, scale; value, dloc, dscale, and the sums of 1 - t^2, z (1 - t^2), z^2 (1 - t^2), w, z t, t of
 *                logistic.c
 * range               ; least, largest, the sum of w; NaN where there is one
 * uniform_loglik      low, high, log density, dlow, dhigh inside; value, dlow, dhigh
 * bernoulli_loglik    log probabilities of 1 and 0, their derivatives; value, derivative
 * bernoulli_fit       ; the share of ones
 * logsumexp           ; the logarithm */
#define FP_SUM_FINISHES(F) \
  F(weighted_sum, values, 0, 1) \
  F(normal_loglik, normal, 2, 3) \
  F(normal_moments, normal, 2, 2) \
  F(logistic_loglik, logistic, 2, 8) \
  F(range, extremes, 0, 3) \
  F(uniform_loglik, extremes, 5, 3) \
  F(bernoulli_loglik, outcomes, 4, 2) \
  F(bernoulli_fit, outcomes, 0, 1) \
  F(logsumexp, logsumexp, 0, 1)

enum {
#define FP_NUMBER(name, kernel, parameters, results) FP_FINISH_##name,
  FP_SUM_FINISHES(FP_NUMBER)
#undef FP_NUMBER
  FP_FINISHES
};

/* Joins the totals of two parts of the data, in their order; and makes results of totals. */
typedef void (*fp_join_kernel)(int kernel, fp_totals *totals, const fp_totals *next);
typedef void (*fp_finish_kernel)(int finish, double *results, const fp_totals *totals, const double *parameters);

#endif
