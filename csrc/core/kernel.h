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

enum { FP_F32, FP_F64, FP_TYPES };
enum { FP_MAX_ARGS = 12 };

#endif
