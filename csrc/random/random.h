/* What a CPU target's library draws: fills of consecutive units of a stream (engine.h says which words are whose). */
#ifndef FASTPROB_RANDOM_H
#define FASTPROB_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t key[4], high[2]; } fp_stream;

/* F(name, type of a unit): see uniform.h and normal.h. */
#define FP_RANDOM_FILLS(F) \
  F(words, uint32_t) \
  F(unit_f32, float) \
  F(unit_f64, double) \
  F(open_f32, float) \
  F(open_f64, double) \
  F(normal_f32, float) \
  F(normal_f64, double)

/* Units first to first + n - 1 of the stream. */
typedef struct {
#define FP_FILL_MEMBER(name, type) void (*name)(fp_stream stream, uint64_t first, type *out, size_t n);
  FP_RANDOM_FILLS(FP_FILL_MEMBER)
#undef FP_FILL_MEMBER
} fp_random_kernels;

#endif
