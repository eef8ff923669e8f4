/* Blocks of truncated normal distributions, and steps over them: see truncnormal.c, where they are made, and truncnormal_moments.c. */
#ifndef FASTPROB_TRUNCNORMAL_BLOCK_H
#define FASTPROB_TRUNCNORMAL_BLOCK_H

#include "dist/truncnormal.h"
#define FP_STEPS truncnormal
#include "math/steps.h"

#define LIFT 0x1p200            /* distances and masses are kept times this, so that subnormal ones have all their digits */

/* The distributions of a block: all members are arrays of BLOCK doubles. */
typedef struct {
  double low[BLOCK], high[BLOCK], loc[BLOCK], scale[BLOCK];
  double bad[BLOCK];             /* NaN unless low <= high, 0 < scale < inf, loc finite; else 0 */
  double point[BLOCK];           /* NaN for low = high, else 0 */
  double least[BLOCK], most[BLOCK], middle[BLOCK], unit[BLOCK];   /* low, high, loc, scale; usual ones where those are none */
  double sign[BLOCK];            /* -1 where it is turned */
  double f1[BLOCK], f2[BLOCK], exponent[BLOCK];   /* 1/scale = f1 f2 inverse, as in location_scale.h */
  pairs inverse, a, b, width;    /* the ends and their distance in units of scale, turned; width times LIFT */
  double sum[BLOCK];             /* a + b */
  double mass[BLOCK];            /* V, as all masses times LIFT */
} distributions;

/* Mean, variance or entropy of each distribution, times and moved. mass is only needed for the mean. */
void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, double *result, const distributions *d, size_t groups);

#endif
