/* Kernels of many steps: a block of elements goes through one after the other, with what lies between two of them in arrays. A file
 * says before it includes this, in FP_STEPS, what its steps' names begin with. */
#ifndef FASTPROB_STEPS_H
#define FASTPROB_STEPS_H

#include "core/target.h"
#include "math/dd.h"
#include "math/flag.h"

enum {
  BLOCK = 64,   /* elements whose values between the steps stay in the L1 cache */
  PITCH = BLOCK + 8,   /* what an array of them has: a line more, so that not all of them begin in the same few sets of the cache */
  GROUP = FP_LANES   /* doubles a vector: blocks are padded to whole ones, so that loops have no scalar rest */
};

/* A step is a function of its own and stays one. */
#define STEP(name, ...) \
  void RUN(name, __VA_ARGS__); \
  __attribute__((noinline)) void RUN(name, __VA_ARGS__)
#define RUN(name, ...) FP_SYM(FP_CAT3(FP_CAT(fp_, FP_STEPS), _, name))(__VA_ARGS__)
/* A vector a turn. A load in an arm of a select is control flow where a CPU has no masked loads: what is selected is loaded before. */
#if defined(__clang__)
#define FP_ONE_VECTOR _Pragma("clang loop vectorize(assume_safety) interleave_count(1)")
#else
#define FP_ONE_VECTOR FP_FEW   /* of at most BLOCK/GROUP turns GCC would unroll short ones */
#endif
#define EACH(i, groups) FP_ONE_VECTOR for (size_t i = 0; i < GROUP * (groups); i++)

typedef struct { double hi[PITCH], lo[PITCH]; } pairs;
FP_INLINE dd pair_at(const pairs *p, size_t i) { return (dd){p->hi[i], p->lo[i]}; }
FP_INLINE void set_pair(pairs *p, size_t i, dd value) { p->hi[i] = value.hi; p->lo[i] = value.lo; }

#endif
