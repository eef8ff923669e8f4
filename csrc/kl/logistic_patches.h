/* Divergence of logistic distributions: polynomials of two variables. Written by tools/coefficients/derive.py, as is
 * math/coefficients.h: change it there. */
#ifndef FASTPROB_LOGISTIC_PATCHES_H
#define FASTPROB_LOGISTIC_PATCHES_H

/* Powers of b in blocks; to each belong as many powers of a, in patches that need few and in the others. */
enum { KL_LOGISTIC_BLOCK = 8 };
#define KL_LOGISTIC_FEW 16, 12, 4, 0
#define KL_LOGISTIC_MANY 16, 16, 16, 8
/* a = factor_x (x - center_x)/(x + shift), da/dx = slope_x/(x + shift)^2, and b with y, of lambda, alike. Without the
 * divisor in the patch for tiny lambda apart and, of lambda, in both for tiny lambda. */
typedef struct {
  double center_x, factor_x, slope_x, center_y, factor_y, slope_y;
  double constant, constant_low, linear;   /* of a^0: instead of the first two coefficients */
} kl_logistic_patch;

#define KL_LOGISTIC_TINY 0x1.eb851eb851eb8p-4
#define KL_LOGISTIC_SPLIT 0x1.7ae147ae147aep-2
#define KL_LOGISTIC_WIDE 2.0
#define KL_LOGISTIC_NARROW 3.5
#define KL_LOGISTIC_NEAR_SHIFT 16.0
#define KL_LOGISTIC_APART_SHIFT 8.0
#define KL_LOGISTIC_FIRST 3.0
#define KL_LOGISTIC_SECOND 5.0
#define KL_LOGISTIC_THIRD 8.0
#define KL_LOGISTIC_FOURTH 13.0
#define KL_LOGISTIC_FIFTH 23.0
/* Patches: near, two for each range of eta; apart, two with few powers; two for tiny lambda; those with many. */
#define KL_LOGISTIC_APART_PATCH 4.0
#define KL_LOGISTIC_TINY_PATCH 6.0
#define KL_LOGISTIC_MANY_PATCH 8.0

extern const kl_logistic_patch fp_kl_logistic_patches[13];
extern _Alignas(64) const double fp_kl_logistic_few[8][256];
extern _Alignas(64) const double fp_kl_logistic_many[5][448];

#endif
