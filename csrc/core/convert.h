/* Converts elements between storage types, any stride and alignment; the type of a block is f32 or f64. */
#ifndef FASTPROB_CONVERT_H
#define FASTPROB_CONVERT_H

#include "core/run.h"

typedef void (*fp_convert)(const char *from, ptrdiff_t from_stride, char *to, ptrdiff_t to_stride, size_t n);

/* stored -> f32 or f64. */
fp_convert fp_load(fp_stored stored, int type);
/* f32 or f64 -> stored (a floating type of 4 or 8 bytes). */
fp_convert fp_save(int type, fp_stored stored);

#endif
