/* f32 arrays through an f64 loop, a part at a time: every f32 result is that of the f64 kernel, rounded. */
#ifndef FASTPROB_THROUGH_F64_H
#define FASTPROB_THROUGH_F64_H

#include "core/kernel.h"
#include "core/target.h"

void FP_SYM(fp_through_f64)(fp_loop loop, int inputs, int outputs, void *const *args, size_t n);

#endif
