/* Divergence of logistic distributions: polynomials of two variables. Written by tools/coefficients/derive.py, as is
 * math/coefficients.h: change it there. */
#ifndef FASTPROB_LOGISTIC_PATCHES_H
#define FASTPROB_LOGISTIC_PATCHES_H

/* a = factor_x (x - center_x)/(x + shift), da/dx = slope_x/(x + shift)^2, and b with y, of lambda, alike. Without the
 * divisor in the last patch and, of lambda, in the last two. */
enum { KL_LOGISTIC_ROWS = 16, KL_LOGISTIC_COLUMNS = 24 };   /* powers of a, of b */
#define KL_LOGISTIC_APART_PATCH 2.0   /* the first; then those for tiny lambda, near and apart */
#define KL_LOGISTIC_TINY_PATCH 8.0
typedef struct {
  _Alignas(64) double c[KL_LOGISTIC_ROWS][KL_LOGISTIC_COLUMNS];
  double center_x, factor_x, slope_x, center_y, factor_y, slope_y;
  double constant, constant_low, linear;   /* instead of c[0][0] and c[0][1] */
} kl_logistic_patch;

#define KL_LOGISTIC_TINY 0x1.eb851eb851eb8p-4
#define KL_LOGISTIC_NARROW 3.0
#define KL_LOGISTIC_NEAR_SHIFT 16.0
#define KL_LOGISTIC_APART_SHIFT 8.0
#define KL_LOGISTIC_APART 2.0
#define KL_LOGISTIC_SECOND 3.25
#define KL_LOGISTIC_THIRD 5.0
#define KL_LOGISTIC_FOURTH 8.0
#define KL_LOGISTIC_FIFTH 13.0
#define KL_LOGISTIC_SIXTH 23.0

extern const kl_logistic_patch fp_kl_logistic_patches[10];

#endif
