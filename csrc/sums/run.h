/* Sums over data of any layout, and what they are made into. */
#ifndef FASTPROB_SUMS_RUN_H
#define FASTPROB_SUMS_RUN_H

#include "core/run.h"
#include "sums/sums.h"

enum { FP_SUM_TASK = FP_PARALLEL_MIN / 2, FP_MAX_RESULTS = 8 };

/* Weights may be 2^-600 of what they were, where sums with those would overflow: `lighter` jobs give the results of those. */
#define FP_LIGHTER 0x1p-600

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

/* Data of shape [ndim], of which the last ndim - kept axes are summed over: results[product of the first kept][results].
 * Strides in bytes; weights.data NULL for weights of 1. */
typedef struct {
  int finish, ndim, kept;
  const size_t *shape;
  fp_operand x, weights;
  const double *parameters;
  double *results;
  int lighter;
} fp_sum_job;

/* 0, or -1 where memory is short. */
int fp_sum_run(const fp_sum_job *job);

/* The log likelihood where parameters are arrays: sums over an operation's values, and over the outputs of its gradient `grad`
 * (NULL for none) from `first` on. An output goes to slopes[k], an array of the data's shape in C order, if that is not NULL,
 * and else is summed: sums[0] the value, sums[1 + k] the derivatives. */
typedef struct {
  const fp_op *op, *grad;
  int first, ndim;
  const size_t *shape;
  fp_operand inputs[3], weights;
  char *slopes[2];
  fp_stored slope_type;
  double *sums;
  int lighter;
} fp_terms_job;

int fp_terms_run(const fp_terms_job *job);

/* Results in float32, rounded as everything else is, whatever the caller's floating-point environment. */
void fp_sum_narrow(const double *results, float *narrow, size_t n);

/* Totals of one kernel joined in the order of their data, and results of them. */
void fp_sum_join(int kernel, fp_totals *totals, const fp_totals *next);
void fp_sum_finish(int finish, double *results, const fp_totals *totals, const double *parameters);

#endif
