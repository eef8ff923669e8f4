/* Elements that a loop does not work on where they are: put aside in the form of one of its blocks, filled up to whole vectors. */
#ifndef FASTPROB_ASIDE_H
#define FASTPROB_ASIDE_H

#include "core/kernel.h"
#include "core/target.h"

typedef struct {
  int moving, inputs, outputs;   /* arguments: inputs, of which the first `moving` have an element each, then outputs */
  size_t size;                   /* bytes an element */
  size_t streams, apart;         /* a block: so many streams, each so many elements after the one before, */
  size_t vector;                 /* of whole vectors */
} fp_block_form;

/* The same in one number, which a loop has as a constant in its code: a table for each loop was 24 kB of the wheel. */
#define FP_BLOCK_FORM(moving, inputs, outputs, size, streams, apart, vector) \
  ((uint64_t)(moving) | (uint64_t)(inputs) << 8 | (uint64_t)(outputs) << 16 | (uint64_t)(size) << 24 | (uint64_t)(streams) << 32 \
   | (uint64_t)(apart) << 40 | (uint64_t)(vector) << 48)

typedef struct {
  fp_block_form form;
  void *const *args;             /* those of the loop */
  void *elements;                /* room for a block of each */
  size_t begin, taken, each;     /* what is aside: elements from begin on, `each` of them a stream, but for the last ones */
  void *at[FP_MAX_ARGS];         /* their arrays */
} fp_aside;

/* Elements, from the first one on, that a loop may work on in blocks where they are; the others go aside. */
size_t FP_SYM(fp_whole_blocks)(fp_aside *aside, uint64_t form, void *const *args, void *elements, size_t n);

/* Elements from begin on, at most a block of them and none from n on. Returns vectors a stream. */
size_t FP_SYM(fp_put_aside)(fp_aside *aside, size_t begin, size_t n);

/* Their outputs to where they belong. Returns where the next begin. */
size_t FP_SYM(fp_put_back)(const fp_aside *aside);

/* Whether an input begins within an output. NumPy lets an output lie behind an input: element by element, it is written after it
 * has been read. A block is not written in that order. */
FP_INLINE int begins_within(const void *input, const void *output, size_t bytes) { return (uintptr_t)input - (uintptr_t)output < bytes; }

#endif
