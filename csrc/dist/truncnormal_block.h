/* Blocks of truncated normal distributions, and steps over them: see truncnormal.c, where they are made, and truncnormal_moments.c. */
#ifndef FASTPROB_TRUNCNORMAL_BLOCK_H
#define FASTPROB_TRUNCNORMAL_BLOCK_H

#include "dist/truncnormal.h"
#define FP_STEPS truncnormal
#include "math/steps.h"

#define LIFT 0x1p200            /* distances and masses are kept times this, so that subnormal ones have all their digits */
#define LOG_LIFT_HI (200.0 * LN2_HI)
#define LOG_LIFT_LO (200.0 * LN2_MID)

/* The distributions of a block: all members are arrays of PITCH doubles, of whole lines of the cache. Quantiles need those from low on. */
typedef struct {
  _Alignas(64) double least[PITCH];
  double most[PITCH], middle[PITCH], unit[PITCH];   /* with least: low, high, loc, scale; usual ones where those are none */
  double f1[PITCH], f2[PITCH], exponent[PITCH];   /* 1/scale = f1 f2 inverse, as in location_scale.h */
  pairs inverse;
  double sum[PITCH];             /* a + b */
  double mass_rest[PITCH];       /* for logpdf and mean: what V lacks, relative to it */
  double low[PITCH], high[PITCH], loc[PITCH], scale[PITCH];
  double bad[PITCH];             /* NaN unless low <= high, 0 < scale < inf, loc finite; else 0 */
  double point[PITCH];           /* NaN for low = high, else 0 */
  double sign[PITCH];            /* -1 where it is turned */
  pairs a, b, width;             /* the ends and their distance in units of scale, turned; width times LIFT */
  double mass[PITCH];            /* V, as all masses times LIFT */
} distributions;

/* Whether one has loc outside. */
FP_INLINE flag some_outer(const distributions *d, size_t groups)
{
  flag outer = 0;
  EACH(i, groups) outer |= d->a.hi[i] >= 0;
  return outer;
}

/* Values within the distributions of a block. */
typedef struct {
  _Alignas(64) double given[PITCH];           /* x or q */
  double upper[PITCH];           /* whether the mass wanted is that beyond z, in the frame */
  pairs z, below, above;         /* position, and times LIFT the distances from a and b */
  pairs exponent;                /* (z^2 - r^2)/2, r the reference of the whole */
  pairs u, v;                    /* what a mass is wanted between, */
  double width[PITCH];           /* v - u times LIFT, */
  pairs first, second;           /* and what it is made of, as in normal_mass.h: the exponents of both parts, not below NOTHING, */
  double w[PITCH], w_upper[PITCH], across[PITCH], unit[PITCH];   /* how far its parts go, whether it has two, what it is times, */
  double inverse_p[PITCH], inverse_q[PITCH], inverse_upper[PITCH], tail_p[PITCH], difference1[PITCH], difference2[PITCH];
  double fall[PITCH];            /* by how much of itself T is less at p than at its inverse's point */
  double mass[PITCH], drop[PITCH];   /* V of one side of z; whether e^-exponent comes on top of it */
  double share[PITCH], other[PITCH]; /* q as the fraction of that side; of the other one */
  pairs tail;                    /* the depth is `lifted` less its logarithm */
  double lifted[PITCH];
  double depth[PITCH], direction[PITCH];   /* -log of a tail beyond z, as far as it is known before z; on which side of loc z is then */
  double start[PITCH];           /* for 0 <= a: z - a, where it has been found otherwise; or -1 */
  double anchor[PITCH], step[PITCH]; /* z = a, b or 0 (anchor 0, 1, 2) + step/LIFT */
  double missing[PITCH];         /* mass over the density, with its sign, times LIFT */
  double result[PITCH];
} places;

/* Mean, variance or entropy of m distributions, for results of a type. Their masses are needed for the mean and where some of the others
 * are wide. */
flag FP_SYM(fp_truncnormal_some_wide)(int type, const distributions *d, size_t groups);
void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, int type, double *result, const distributions *d, size_t m);

#endif
