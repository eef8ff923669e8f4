/* Draws into arrays, by several threads, and the state from which they take their places. */
#ifndef FASTPROB_DRAW_H
#define FASTPROB_DRAW_H

#include "core/run.h"
#include "random/domains.h"
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
/* Takes n units for this caller alone, and returns the first, or UINT64_MAX if that would reach the end of the stream's
 * FP_WORDS words. Any number of threads may do so at once. */
#define FP_WORDS (UINT64_C(1) << 61)
uint64_t fp_reserve(fp_generator *generator, fp_layout layout, uint64_t n);
uint64_t fp_get_place(const fp_generator *generator);
void fp_set_place(fp_generator *generator, uint64_t place);

enum { FP_MAX_PARAMETERS = 4 };

/* Parameters that are arrays of any layout and broadcast to the draws' shape, which has at least one element. */
typedef struct { int ndim; const size_t *shape; const fp_operand *operands; } fp_parameters;

typedef struct {
  fp_stream stream;
  uint64_t first;                              /* unit */
  size_t n;
  int fill, transform;                         /* FP_FILL_..., FP_TRANSFORM_... */
  int parameters;
  const void *parameter[FP_MAX_PARAMETERS];    /* one number each, or n in a row for those whose bit is set in */
  unsigned rows;                               /* 1 << k; of the type that is drawn either way, unless there are */
  const fp_parameters *arrays;                 /* or NULL; what is written shares no memory with parameters */
  void *noise;                                 /* where the fill goes too, or NULL */
  void *out;
} fp_draw;

void fp_draw_run(const fp_draw *draw);

/* A gradient's loop over arrays of any layout, inputs, then outputs; type: FP_F32 or FP_F64. */
void fp_gradient_run(int gradient, int type, int ndim, const size_t *shape, const fp_operand *operands);

/* Whether a, or the pair, is in the domain as it is and when it is rounded to the type that is drawn. */
int fp_in_domain(int domain, int type, double a, double b);
/* What the parameters of a method may be, each, and the first two together. */
typedef struct { int count, pairs, domains[FP_MAX_PARAMETERS], both[2]; } fp_rules;
/* The first parameter that is not in its domain, or count and the first of the domains that the first two are not in; -1 if there is
 * none. Each is a number, or where there is a row, n elements of the type that is drawn. Among rows it may also be one at which a
 * closer look is needed. */
int fp_first_outside(int type, const fp_rules *rules, const double *numbers, const void *const *rows, size_t n);
/* Whether all elements of one operand are, or of two that broadcast; if not, found gets the first that is not. */
int fp_all_in_domain(int domain, int type, int count, int ndim, const size_t *shape, const fp_operand *operands, double found[2]);

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
