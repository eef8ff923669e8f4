/* What the layers of a network do, their matrix products included: one table of kernels for each CPU target and type.
 *
 * "real" is float or double, by the table. Matrices lie row after row without gaps unless a stride is given. Draws come from a
 * stream whose high[1] is the step; high[0] becomes the row's place in the batch. Arguments: outputs, then inputs, then sizes.
 * Nothing here allocates, and no kernel's result for one row depends on the rows beside it.
 */
#ifndef FASTPROB_NN_H
#define FASTPROB_NN_H

#include <stddef.h>
#include <stdint.h>

#include "random/random.h"

enum { FP_IDENTITY, FP_RELU, FP_TANH, FP_SIGMOID, FP_SOFTPLUS, FP_ACTIVATIONS };

typedef struct { double beta1, beta2, rate, root, eps; } fp_adam;   /* rate = learning rate/(1 - beta1^t), root = 1/sqrt(1 - beta2^t) */

typedef struct {
  /* y real [rows, cols] from row index[i] of data, float or double by source (FP_F32, FP_F64), rows stride bytes apart;
   * with shift, factor real [cols]: (x - shift) factor, computed in double. */
  void (*gather)(void *y, const char *data, ptrdiff_t stride, int source, const int64_t *index, const double *shift, const double *factor,
                 size_t rows, size_t cols);
  /* x real [rows, cols] -> 1 with probability x, 0 else, NaN if x is; drawn for rows first, first + 1, ... of the batch. */
  void (*binarize)(void *x, const fp_stream *stream, uint32_t first, size_t rows, size_t cols);

  /* y = x, and 0 where x is NaN; real [n]. */
  void (*fill_missing)(void *y, const void *x, size_t n);

  /* y real [rows, units]: row number labels[i] of table real [classes, units]; labels real [rows]. NaN where there is no such row. */
  void (*embed)(void *y, const void *table, const void *labels, size_t rows, size_t classes, size_t units);
  /* dtable real [count, units]: the gradient with respect to rows first to first + count of the table. */
  void (*embed_backward)(void *dtable, const void *dy, const void *labels, size_t rows, size_t classes, size_t first, size_t count,
                         size_t units);

  /* y = activation(y + bias), in place; bias real [cols]. */
  void (*activate[FP_ACTIVATIONS])(void *y, const void *bias, size_t rows, size_t cols);
  /* dy = dy activation'(), from the activation's value y; both real [n]. */
  void (*activate_backward[FP_ACTIVATIONS])(void *dy, const void *y, size_t n);
  /* h = y + bias, y = activation((1 + D) h + B), in place; y, h real [rows draws, cols], draws of a row one after the other. modulation
   * real [rows, 2 cols], D and B of a row without their offset real [2 cols], becomes 1 + D and B with it. */
  void (*film[FP_ACTIVATIONS])(void *y, void *h, void *modulation, const void *bias, const void *offset, size_t rows, size_t draws,
                               size_t cols);
  /* The way back, with that modulation. dh real [rows draws, cols], the gradient with respect to (1 + D) h + B, becomes that with respect to h; dmodulation real [rows,
   * 2 cols], that with respect to D and B, sums over draws in their order. */
  void (*film_backward)(void *dh, void *dmodulation, const void *h, const void *modulation, size_t rows, size_t draws, size_t cols);
  /* y += x; real [n]. */
  void (*add)(void *y, const void *x, size_t n);
  /* y real [rows, cols], its rows stride elements apart, from x real [cols, rows]. */
  void (*transpose)(void *y, size_t stride, const void *x, size_t rows, size_t cols);
  /* c real [rows, cols], its rows stride elements apart: products of left [rows, k] and right [k, cols], whose elements lie so far apart
   * in each direction, 1 in one of right's. An element is one sum in the order of k, whatever is beside it; fused where the CPU can. */
  void (*product)(void *c, size_t stride, const void *left, size_t left_row, size_t left_k, const void *right, size_t right_k,
                  size_t right_col, size_t rows, size_t cols, size_t k);
  /* sums real [cols]: the columns of x real [rows, cols], its rows stride elements apart. */
  void (*column_sums)(void *sums, const void *x, size_t rows, size_t cols, size_t stride);

  /* raw and prior real [rows, 2 units]: mean, then log scale before its bound, of q and of p, which is N(0, 1) where prior is NULL; scale
   * and prior_scale real [rows, units], theirs; kl double [rows]: KL(q || p). Draws of a row lie one after the other: z = mean + scale eps
   * and eps real [rows draws, units], eps drawn for rows first, first + 1, ... if stream is given and otherwise as it is; log_ratio double
   * [rows draws], if given: log q(z) - log p(z). */
  void (*gaussian_head)(void *z, void *eps, void *scale, void *prior_scale, double *kl, double *log_ratio, const void *raw,
                        const void *prior, const fp_stream *stream, uint32_t first, size_t rows, size_t draws, size_t units);
  /* draw and, if given, dprior real [rows, 2 units], the gradients with respect to raw and prior, of the loss behind dz and of
   * kl_weight[row] times the sum over units of the divergence or, where that is less, free_bits. */
  void (*gaussian_head_backward)(void *draw, void *dprior, const void *dz, const void *raw, const void *prior, const void *eps,
                                 const void *scale, const void *prior_scale, const double *kl_weight, double free_bits, size_t rows,
                                 size_t draws, size_t units);
  /* The same of the loss behind dz and of ratio_weight[row, draw] times log_ratio. With through: of what reaches raw through z alone,
   * q held fixed as a density, all of it times through[row, draw] once more; dprior is as without. */
  void (*gaussian_head_backward_drawn)(void *draw, void *dprior, const void *dz, const void *z, const void *raw, const void *prior,
                                       const void *eps, const void *scale, const void *prior_scale, const double *ratio_weight,
                                       const double *through, size_t rows, size_t draws, size_t units);

  /* log w = -loss - log_ratio of each draw; bound double [rows] = log of the mean of w, share double [rows draws] = w over their sum. */
  void (*importance)(double *share, double *bound, const double *loss, const double *log_ratio, size_t rows, size_t draws);
  /* x real [rows, cols], each row times its factor. */
  void (*scale_rows)(void *x, const double *factors, size_t rows, size_t cols);

  /* Likelihoods: x real [rows, cols], what the decoder gave real [rows draws, cols], draws of a row one after the other; loss double and
   * weights double [rows draws]. Where x is NaN it is missing: nothing is added to loss and gradients.
   *
   * loss = -log p(x | logits); dlogits = weight dloss/dlogits, which may be the array of the logits; x in [0, 1]. */
  void (*bernoulli)(void *dlogits, double *loss, const void *logits, const void *x, const double *weights, size_t rows, size_t draws,
                    size_t cols);
  /* loss = -log N(x | mean, scale^2), scale = e^log_scale; log_scale real, by column or, with shared, one for all, and taken as least
   * where it is below: there what an element adds to its gradient never pushes it further down.
   * dmean = weight dloss/dmean, which may be the array of the mean; dscale real [rows draws, cols]: weight dloss/dlog_scale by element. */
  void (*gaussian)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                   double least, const double *weights, size_t rows, size_t draws, size_t cols);

  /* The same for levels from -1 to 1, the middles of bins of width 2 half, under a logistic distribution: loss = -log P(x's bin). */
  void (*discretized)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                      double least, double half, const double *weights, size_t rows, size_t draws, size_t cols);

  /* x real [rows, 2 units], two parts a and b: y = a sigmoid(b) real [rows, units]; dx from dy. */
  void (*gate)(void *y, const void *x, size_t rows, size_t units);
  void (*gate_backward)(void *dx, const void *dy, const void *x, size_t rows, size_t units);

  /* One step on n parameters, which adam multiplies by keep before it; factor is what the gradient is multiplied by. */
  void (*adam)(void *parameter, void *first, void *second, const void *gradient, const fp_adam *settings, double keep, double factor,
               size_t n);
  void (*sgd)(void *parameter, void *velocity, const void *gradient, double rate, double momentum, double factor, size_t n);
  /* The sum of squares, in one fixed order. */
  double (*squares)(const void *x, size_t n);
} fp_nn_kernels;

#endif
