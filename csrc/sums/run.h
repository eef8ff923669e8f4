/* Sums over data of any layout, and what they are made into. */
#ifndef FASTPROB_SUMS_RUN_H
#define FASTPROB_SUMS_RUN_H

#include "core/run.h"
#include "sums/sums.h"

enum { FP_SUM_TASK = FP_PARALLEL_MIN / 2, FP_MAX_RESULTS = 8 };

/* Weights may be 2^-600 of what they were, where sums with those would overflow: `lighter` jobs give the results of those. */
#define FP_LIGHTER 0x1p-600

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

#endif
