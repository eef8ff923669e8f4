/* How a loop of several streams of whole vectors goes over any number of elements: in passes, each over elements where they are, or
 * over copies of them, put aside in the form of a block. */
#ifndef FASTPROB_PASSES_H
#define FASTPROB_PASSES_H

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

enum { FP_MAX_STREAMS = 4 };

typedef struct {
  /* A pass: */
  void *const *at;               /* arrays of its elements */
  size_t vectors;                /* a stream has in a block, */
  size_t end;                    /* and blocks begin before this one */
  size_t begins[FP_MAX_STREAMS]; /* where in a block each stream begins; of a single one, where its last vector does */
  int complete;                  /* whether it is the last */
  /* All of them: */
  int twice, in_place;           /* elements may be worked on twice, and where they are */
  fp_block_form form;
  void *const *args;             /* those of the loop */
  void *elements;                /* room for a block of each */
  size_t n, done;                /* elements, and those before the pass */
  size_t taken, each;            /* elements of the pass; bytes of them a stream, but for the last ones, that are aside */
  void *aside[FP_MAX_ARGS];      /* their arrays */
} fp_passes;

/* 0 if there is none. */
int FP_SYM(fp_first_pass)(fp_passes *passes, uint64_t form, void *const *args, void *elements, size_t n);
/* After one that is not the last: puts what was aside where it belongs. */
int FP_SYM(fp_next_pass)(fp_passes *passes);

/* Whether an input begins within an output. NumPy lets an output lie behind an input: element by element, it is written after it
 * has been read. A block is not written in that order. */
FP_INLINE int begins_within(const void *input, const void *output, size_t bytes) { return (uintptr_t)input - (uintptr_t)output < bytes; }

#endif
