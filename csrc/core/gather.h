/* Elements of an array of any layout by their flat position, in C order. */
#ifndef FASTPROB_GATHER_H
#define FASTPROB_GATHER_H

#include "core/run.h"

/* m elements from a position on into a block of f32 or f64, and from a block back. */
void fp_gather(const fp_operand *from, int ndim, const size_t *shape, size_t position, size_t m, int type, void *block);
void fp_scatter(const fp_operand *to, int ndim, const size_t *shape, size_t position, size_t m, int type, const void *block);

#endif
