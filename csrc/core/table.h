/* The table of operations that each CPU target fills, and the one in use. */
#ifndef FASTPROB_TABLE_H
#define FASTPROB_TABLE_H

#include "core/kernel.h"
#include "film/film.h"
#include "nn/nn.h"
#include "random/random.h"
#include "sums/sums.h"

typedef struct {
  const char *name;
  int values, parameters, outputs;
  const char *input_names, *output_names;
  double bound[FP_TYPES];
  const char *formula;
  fp_kernel kernel[FP_TYPES];
  fp_kernel streamed[FP_TYPES];   /* the same for a result that no cache holds and that is no input; NULL for most operations */
  fp_row_loop rows[FP_TYPES];     /* for short rows with parameters of their own; NULL for the same operations */
} fp_op;

typedef struct {
  const char *target;
  size_t count;
  const fp_op *ops;
  const fp_random_kernels *random;
  const fp_nn_kernels *nn[FP_TYPES];
  fp_sum_kernel sums[FP_SUMS_COUNT];
  fp_weigh_kernel weigh;
  fp_join_kernel join;
  fp_finish_kernel finish;
  const fp_film_kernels *film[FP_TYPES];
} fp_table;

#endif
