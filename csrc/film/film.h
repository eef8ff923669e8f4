/* The way back through y = gamma x + beta (feature-wise linear modulation): what is kept of dout x and dout is summed.
 *
 * A sum has one order, whatever the layout, the CPU and the number of threads: columns are summed in the order of their elements, rows
 * in a few running sums that are added to each other at the end. What a rounding loses is kept in f64; the products of f32 are exact
 * in double. */
#ifndef FASTPROB_FILM_H
#define FASTPROB_FILM_H

#include "core/kernel.h"

#include <stddef.h>

#define FP_STREAMED_film ,1   /* forward's loops for large results (core/family.h) */

/* The running sums: of dout x, of dout, and what the roundings of the two lose, which f32 leaves alone. */
enum { FP_FILM_PRODUCTS, FP_FILM_PLAIN, FP_FILM_PRODUCTS_LOST, FP_FILM_PLAIN_LOST, FP_FILM_SUMS };
/* Rows that are few: their columns are summed side by side. */
enum { FP_FILM_FEW = 8 };

/* real [rows, cols] in dx, dout and x, with rows that lie some elements apart; an element of gamma and of each of the sums, double, for
 * each column or row. dx may be the array of dout or x. */
typedef struct {
  void *dx;
  const void *dout, *x, *gamma;
  ptrdiff_t dx_row, dout_row, x_row;
  size_t rows, cols;
  double *sums[FP_FILM_SUMS];
  int streams;              /* `rows` only: whether dx goes past the caches */
  size_t groups;            /* `few` only: of that many rows each, one after the other, as are those of gamma's elements, */
  void *dgamma, *dbeta;     /* and of results, real [groups, cols], instead of sums */
} fp_film_tile;

typedef struct {
  /* dx = gamma dout, and adds the columns of dout x and of dout to the sums; for a dx that no cache holds and that is neither dout nor x
   * past the caches (core/stream.h). */
  void (*columns)(const fp_film_tile *tile);
  void (*columns_streamed)(const fp_film_tile *tile);
  /* The same with the columns of groups of few rows, of which nothing else is summed: the results, not the sums. */
  void (*few)(const fp_film_tile *tile);
  void (*few_streamed)(const fp_film_tile *tile);
  /* The same as `columns` with rows. */
  void (*rows)(const fp_film_tile *tile);
  /* results real [n] of running sums, with what they lost. */
  void (*finish)(void *results, const double *sums, const double *lost, size_t n);
  /* Where nothing is summed: dx = gamma dout, dgamma = dout x, dbeta = dout, all real [n]. */
  void (*backward_each)(void *dx, void *dgamma, void *dbeta, const void *dout, const void *x, const void *gamma, size_t n);
  /* Forward's loops for large results: with a beta of -0.0 they give products to the bit. */
  fp_kernel forward_streamed;
} fp_film_kernels;

#endif
