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

/* One row: args and strides of inputs, then outputs, all of the kernel's type. */
void fp_run_row(const fp_op *op, int type, char *const *args, const ptrdiff_t *strides, size_t n);

/* shape[ndim], operands of inputs, then outputs; the last dimension runs fastest. Large runs are split over threads. No output
 * may overlap an input, unless it is the same array. */
void fp_run(const fp_op *op, int type, int ndim, const size_t *shape, const fp_operand *operands);

#endif
