/* The table of operations that each CPU target fills, and the one in use. */
#ifndef FASTPROB_TABLE_H
#define FASTPROB_TABLE_H

#include <stddef.h>

#include "nn/nn.h"
#include "random/random.h"

/* args: inputs, then outputs, in NumPy's order. */
typedef void (*fp_loop)(void *const *args, size_t n);

typedef struct {
  fp_loop array;        /* every argument contiguous */
  fp_loop fixed;        /* the parameters point to one number each; NULL for an operation without parameters */
} fp_kernel;

enum { FP_F32, FP_F64, FP_TYPES };
enum { FP_MAX_ARGS = 12 };

typedef struct {
  const char *name;
  int values, parameters, outputs;
  const char *input_names, *output_names;
  double bound[FP_TYPES];
  const char *formula;
  fp_kernel kernel[FP_TYPES];
} fp_op;

typedef struct {
  const char *target;
  size_t count;
  const fp_op *ops;
  const fp_random_kernels *random;
  const fp_nn_kernels *nn[FP_TYPES];
} fp_table;

#endif
