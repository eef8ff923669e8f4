/* What a CPU target's library draws: fills of consecutive units of a stream (engine.h says which words are whose), and the
 * transforms that make a distribution of them. */
#ifndef FASTPROB_RANDOM_H
#define FASTPROB_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "core/kernel.h"
#include "random_fills.h"

typedef struct { uint32_t key[4], high[2]; } fp_stream;

/* F(name, number of parameters): from noise and parameters to a draw, see transforms.c. */
#define FP_RANDOM_LOCAL_TRANSFORMS(F) \
  F(uniform, 2) \
  F(location_scale, 2) \
  F(location_log_scale, 2) \
  F(location_logvar, 2) \
  F(bernoulli, 1) \
  F(bernoulli_logits, 1) \
  F(concrete, 2)
/* and that which is dist/truncnormal.c's */
#define FP_RANDOM_TRANSFORMS(F) \
  FP_RANDOM_LOCAL_TRANSFORMS(F) \
  F(truncnormal, 4)

/* F(name, number of inputs, number of outputs): the gradients of transforms, see gradients.c. */
#define FP_RANDOM_GRADIENTS(F) \
  F(scale_grad, 2, 2) \
  F(log_scale_grad, 3, 2) \
  F(logvar_grad, 3, 2) \
  F(uniform_grad, 2, 2) \
  F(concrete_grad, 4, 2) \
  F(truncnormal_grad, 7, 4)

enum {
#define FP_NUMBER(name, ...) FP_FILL_##name,
  FP_RANDOM_FILLS(FP_NUMBER)
#undef FP_NUMBER
#define FP_NUMBER(name, ...) FP_TRANSFORM_##name,
  FP_TRANSFORM_NONE = -1,
  FP_RANDOM_TRANSFORMS(FP_NUMBER)
#undef FP_NUMBER
  FP_TRANSFORMS,
#define FP_NUMBER(name, ...) FP_GRADIENT_##name,
  FP_GRADIENT_NONE = -1,
  FP_RANDOM_GRADIENTS(FP_NUMBER)
#undef FP_NUMBER
  FP_GRADIENTS
};

typedef struct {
  /* Units first to first + n - 1 of the stream. */
#define FP_FILL_MEMBER(name, type) void (*name)(fp_stream stream, uint64_t first, type *out, size_t n);
  FP_RANDOM_FILLS(FP_FILL_MEMBER)
#undef FP_FILL_MEMBER
  fp_kernel transforms[FP_TRANSFORMS][FP_TYPES];
  fp_loop gradients[FP_GRADIENTS][FP_TYPES];
  /* Whether all are in the domain, see domains.h; for a domain of one number the second array is not looked at. */
  int (*inside[FP_TYPES])(int domain, const void *first, const void *second, size_t n);
} fp_random_kernels;

#endif
