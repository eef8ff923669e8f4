/* A kernel's loops over elements. */
#ifndef FASTPROB_KERNEL_H
#define FASTPROB_KERNEL_H

#include <stddef.h>

/* args: inputs, then outputs, in NumPy's order. */
typedef void (*fp_loop)(void *const *args, size_t n);

typedef struct {
  fp_loop array;        /* every argument contiguous */
  fp_loop fixed;        /* the parameters point to one number each; NULL for an operation without parameters */
} fp_kernel;

/* Rows of n elements each: of values and output one after the other, of each parameter one element a row, `steps` elements after that of
 * the row before. n: at most FP_SHORT_ROW bytes; streams: whether the output goes past the caches (core/stream.h). */
typedef void (*fp_row_loop)(void *const *args, const ptrdiff_t *steps, size_t rows, size_t n, int streams);
enum { FP_SHORT_ROW = 1024 };

enum { FP_F32, FP_F64, FP_TYPES };
enum { FP_MAX_ARGS = 12 };

#endif
