/* The activations, for what applies them to rows. */
#ifndef FASTPROB_ACTIVATIONS_H
#define FASTPROB_ACTIVATIONS_H

#include "nn/functions.h"
#include "nn/real.h"

/* NaN passes all of them, so that a loss shows it. */
/* name, value from x, slope from y */
#define ACTIVATIONS(A) \
  A(identity, x, 1) \
  A(relu, x < 0 ? (REAL)0 : x, y > 0 ? (REAL)1 : (REAL)0) \
  A(tanh, T(tanh)(x), 1 - y * y) \
  A(sigmoid, T(sigmoid)(x), y * (1 - y)) \
  A(softplus, T(softplus)(x), T(softplus_slope)(y))

#endif
