/* An operation over arrays of any layout. */
#ifndef FASTPROB_RUN_H
#define FASTPROB_RUN_H

#include "core/table.h"

enum { FP_MAX_DIMS = 64 };
/* Elements from which threads are used: below, waking one costs more than it brings. */
enum { FP_PARALLEL_MIN = 32768 };

/* How the elements of an operand are stored. Anything that is not the kernel's own aligned type is converted a block at a time. */
typedef enum {
  FP_STORED_F32, FP_STORED_F64, FP_STORED_F16, FP_STORED_BOOL,
  FP_STORED_I8, FP_STORED_I16, FP_STORED_I32, FP_STORED_I64,
  FP_STORED_U8, FP_STORED_U16, FP_STORED_U32, FP_STORED_U64,
  FP_STORED_F32_SWAPPED, FP_STORED_F64_SWAPPED, FP_STORED_TYPES
} fp_stored;

typedef struct {
  char *data;
  const ptrdiff_t *strides;   /* bytes, one a dimension; 0 repeats */
  fp_stored stored;           /* outputs: one of the four floating types of 4 or 8 bytes */
} fp_operand;

/* A run in its simplest form: axes of length one dropped, neighboring axes joined where all operands allow it. */
typedef struct {
  const fp_kernel *kernel;
  fp_row_loop rows;                 /* NULL if there is none */
  int type, values, inputs, args;   /* inputs: values and parameters; args: inputs and outputs */
  int ndim, streams;                /* streams: whether the kernel's stores need a fence (core/stream.h) */
  size_t size, shape[FP_MAX_DIMS];
  ptrdiff_t strides[FP_MAX_ARGS][FP_MAX_DIMS];
  char *data[FP_MAX_ARGS];
  fp_stored stored[FP_MAX_ARGS];
} fp_plan;

/* One row: args and strides of inputs, then outputs, all of the kernel's type. */
void fp_run_row(const fp_op *op, int type, char *const *args, const ptrdiff_t *strides, size_t n);

/* shape[ndim], operands of inputs, then outputs; the last dimension runs fastest. Large runs are split over threads. No output
 * may overlap an input, unless it is the same array. */
void fp_run(const fp_op *op, int type, int ndim, const size_t *shape, const fp_operand *operands);

/* The same in steps, for kernels that are no operation. A plan whose kernel, type, values, inputs and args are set is laid over
 * arrays; then it is run, or elements begin to end of it in flat order by the calling thread, or a block is filled with m elements of
 * the k-th input. */
void fp_plan_lay(fp_plan *plan, int ndim, const size_t *shape, const fp_operand *operands);
void fp_plan_run(const fp_plan *plan);
void fp_plan_run_part(const fp_plan *plan, size_t begin, size_t end);
void fp_plan_load(const fp_plan *plan, int k, size_t begin, size_t m, void *block);

#endif
