/* The gradients of y = gamma x + beta over arrays of any layout. */
#ifndef FASTPROB_FILM_RUN_H
#define FASTPROB_FILM_RUN_H

#include "core/run.h"

/* dout, x and dx of shape [ndim]. gamma has an element for each index of the axes that are kept, and a stride of 0 along the
 * others, over which is summed. dx may be the array of dout or x, and else shares no memory with them; it is stored as a native
 * float or double of `type`, and so are dgamma and dbeta, [the axes that are kept] in C order. */
typedef struct {
  int type, ndim;
  const size_t *shape;
  const unsigned char *kept;
  fp_operand dx, dout, x, gamma;
  void *dgamma, *dbeta;
} fp_film_job;

/* 0, or -1 where memory is short. */
int fp_film_run(const fp_film_job *job);

#endif
