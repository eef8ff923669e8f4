/* Blocks of truncated normal distributions, and steps over them: see truncnormal.c, where they are made, and truncnormal_moments.c. */
#ifndef FASTPROB_TRUNCNORMAL_BLOCK_H
#define FASTPROB_TRUNCNORMAL_BLOCK_H

#include "dist/truncnormal.h"
#define FP_STEPS truncnormal
#include "math/steps.h"

#define LIFT 0x1p200            /* distances and masses are kept times this, so that subnormal ones have all their digits */
#define LOG_LIFT_HI (200.0 * LN2_HI)
#define LOG_LIFT_LO (200.0 * LN2_MID)

/* The distributions of a block: all members are arrays of BLOCK doubles, of whole lines of the cache. Quantiles need those from low on. */
typedef struct {
  _Alignas(64) double least[BLOCK];
  double most[BLOCK], middle[BLOCK], unit[BLOCK];   /* with least: low, high, loc, scale; usual ones where those are none */
  double f1[BLOCK], f2[BLOCK], exponent[BLOCK];   /* 1/scale = f1 f2 inverse, as in location_scale.h */
  pairs inverse;
  double sum[BLOCK];             /* a + b */
  double mass_rest[BLOCK];       /* for logpdf and mean: what V lacks, relative to it */
  double low[BLOCK], high[BLOCK], loc[BLOCK], scale[BLOCK];
  double bad[BLOCK];             /* NaN unless low <= high, 0 < scale < inf, loc finite; else 0 */
  double point[BLOCK];           /* NaN for low = high, else 0 */
  double sign[BLOCK];            /* -1 where it is turned */
  pairs a, b, width;             /* the ends and their distance in units of scale, turned; width times LIFT */
  double mass[BLOCK];            /* V, as all masses times LIFT */
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
  _Alignas(64) double given[BLOCK];           /* x or q */
  double upper[BLOCK];           /* whether the mass wanted is that beyond z, in the frame */
  pairs z, below, above;         /* position, and times LIFT the distances from a and b */
  pairs exponent;                /* (z^2 - r^2)/2, r the reference of the whole */
  pairs u, v;                    /* what a mass is wanted between, */
  double width[BLOCK];           /* v - u times LIFT, */
  pairs first, second;           /* and what it is made of, as in normal_mass.h: the exponents of both parts, not below NOTHING, */
  double w[BLOCK], w_upper[BLOCK], across[BLOCK], unit[BLOCK];   /* how far its parts go, whether it has two, what it is times, */
  double inverse_p[BLOCK], inverse_q[BLOCK], inverse_upper[BLOCK], tail_p[BLOCK], difference1[BLOCK], difference2[BLOCK];
  double mass[BLOCK], drop[BLOCK];   /* V of one side of z; whether e^-exponent comes on top of it */
  double share[BLOCK], other[BLOCK]; /* q as the fraction of that side; of the other one */
  double depth[BLOCK], direction[BLOCK];   /* -log of a tail beyond z, as far as it is known before z; on which side of loc z is then */
  double start[BLOCK];           /* for 0 <= a: z - a, where it has been found otherwise; or -1 */
  double anchor[BLOCK], step[BLOCK]; /* z = a, b or 0 (anchor 0, 1, 2) + step/LIFT */
  double missing[BLOCK];         /* mass over the density, with its sign, times LIFT */
  double result[BLOCK];
} places;

/* Mean, variance or entropy of m distributions, for results of a type. Their masses are needed for the mean and where some of the others
 * are wide. */
flag FP_SYM(fp_truncnormal_some_wide)(int type, const distributions *d, size_t groups);
void FP_SYM(fp_truncnormal_moment)(truncnormal_function function, int type, double *result, const distributions *d, size_t m);

#endif
