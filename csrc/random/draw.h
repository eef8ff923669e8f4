/* Draws into arrays, by several threads, and the state from which they take their places. */
#ifndef FASTPROB_DRAW_H
#define FASTPROB_DRAW_H

#include "random/random.h"

#include <stdatomic.h>

/* How units lie in a stream: the words each takes, and whether neighbors share theirs. Draws of the same layout follow one
 * another without a gap; the first of another one starts a new group of 64 words, so that no word is ever used twice. */
typedef enum { FP_LAYOUT_NONE, FP_LAYOUT_ONE, FP_LAYOUT_TWO, FP_LAYOUT_PAIRS_OF_ONE, FP_LAYOUT_PAIRS_OF_TWO } fp_layout;

typedef struct {
  fp_stream stream;
  _Atomic uint64_t place;   /* words used, times 8, plus the layout of the last draw */
} fp_generator;

fp_layout fp_layout_of(int fill);
/* Takes n units for this caller alone, and returns the first. Any number of threads may do so at once. */
uint64_t fp_reserve(fp_generator *generator, fp_layout layout, uint64_t n);
uint64_t fp_get_place(const fp_generator *generator);
void fp_set_place(fp_generator *generator, uint64_t place);

enum { FP_MAX_PARAMETERS = 4 };

typedef struct {
  fp_stream stream;
  uint64_t first;                              /* unit */
  size_t n;
  int fill, transform;                         /* FP_FILL_..., FP_TRANSFORM_... */
  int parameters;
  const void *parameter[FP_MAX_PARAMETERS];    /* n numbers, or one for all: */
  int one[FP_MAX_PARAMETERS];
  void *noise;                                 /* where the fill goes too, or NULL */
  void *out;
} fp_draw;

void fp_draw_run(const fp_draw *draw);

/* A gradient's loop over arrays of n numbers each, inputs, then outputs; type: FP_F32 or FP_F64. */
void fp_gradient_run(int gradient, int type, void *const *args, size_t n);

/* out[i] = i, then shuffled: element i, from n - 1 down to 1, changes places with one of 0 to i, chosen by the high half of
 * the product of i + 1 with the 64-bit word of unit n - 1 - i. */
void fp_permute(fp_stream stream, uint64_t first, int64_t *out, size_t n);

/* One word after the other, for those who ask for them singly: NumPy's bit generators. Not for several threads at once. */
typedef struct {
  fp_stream stream;
  uint64_t next;            /* unit */
  uint32_t words[64];       /* of the group of next, if that has begun */
} fp_words_one_by_one;

uint32_t fp_next32(void *state);
uint64_t fp_next64(void *state);
double fp_next_double(void *state);

#endif
