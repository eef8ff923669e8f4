/* Every kernel file of this folder is compiled for f32 and for f64: FP_TYPE says which. */
#ifndef FASTPROB_REAL_H
#define FASTPROB_REAL_H

#include "core/target.h"
#include "nn/nn.h"

#define REAL FP_CAT(FP_REAL_, FP_TYPE)
/* exp_f64 for T(exp) */
#define T(name) FP_CAT3(name, _, FP_TYPE)
/* A kernel's symbol: fp_nn_adam_f64_generic for NN(adam) */
#define NN(name) FP_SYM(T(FP_CAT(fp_nn_, name)))

/* A row's own stream: draws depend on the step, the row's place in the batch and the unit, and on nothing else. */
FP_INLINE fp_stream own_stream(const fp_stream *step, uint32_t row)
{
  fp_stream own = *step;
  own.high[0] = row;
  return own;
}

/* The kernels, as nn.h describes them. */
extern const fp_nn_kernels NN(kernels);
#define ACTIVATION(name) \
  void NN(name##_activate)(void *y, const void *bias, size_t rows, size_t cols); \
  void NN(name##_activate_backward)(void *dy, const void *y, size_t n); \
  void NN(name##_film)(void *y, void *h, void *modulation, const void *bias, const void *offset, size_t rows, size_t draws, size_t cols);
ACTIVATION(identity) ACTIVATION(relu) ACTIVATION(tanh) ACTIVATION(sigmoid) ACTIVATION(softplus)

void NN(gather)(void *y, const char *data, ptrdiff_t stride, int source, const int64_t *index, const double *shift,
                       const double *factor, size_t rows, size_t cols);
void NN(binarize)(void *x, const fp_stream *stream, uint32_t first, size_t rows, size_t cols);
void NN(film_backward)(void *dh, void *dmodulation, const void *h, const void *modulation, size_t rows, size_t draws, size_t cols);
void NN(embed)(void *y, const void *table, const void *labels, size_t rows, size_t classes, size_t units);
void NN(embed_backward)(void *dtable, const void *dy, const void *labels, size_t rows, size_t classes, size_t first, size_t count,
                        size_t units);
void NN(fill_missing)(void *y, const void *x, size_t n);
void NN(add)(void *y, const void *x, size_t n);
void NN(transpose)(void *y, size_t stride, const void *x, size_t rows, size_t cols);
void NN(product)(void *c, size_t stride, const void *left, size_t left_row, size_t left_k, const void *right, size_t right_k,
                 size_t right_col, size_t rows, size_t cols, size_t k);
void NN(column_sums)(void *sums, const void *x, size_t rows, size_t cols, size_t stride);
void NN(gaussian_head)(void *z, void *eps, void *scale, void *prior_scale, double *kl, double *log_ratio, const void *raw,
                       const void *prior, const fp_stream *stream, uint32_t first, size_t rows, size_t draws, size_t units);
void NN(gaussian_head_backward)(void *draw, void *dprior, const void *dz, const void *raw, const void *prior, const void *eps,
                                const void *scale, const void *prior_scale, const double *kl_weight, double free_bits, size_t rows,
                                size_t draws, size_t units);
void NN(gaussian_head_backward_drawn)(void *draw, void *dprior, const void *dz, const void *z, const void *raw, const void *prior,
                                      const void *eps, const void *scale, const void *prior_scale, const double *ratio_weight,
                                      const double *through, size_t rows, size_t draws, size_t units);
void NN(bernoulli)(void *dlogits, double *loss, const void *logits, const void *x, const double *weights, size_t rows, size_t draws,
                   size_t cols);
void NN(gaussian)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                  double least, const double *weights, size_t rows, size_t draws, size_t cols);
void NN(importance)(double *share, double *bound, const double *loss, const double *log_ratio, size_t rows, size_t draws);
void NN(scale_rows)(void *x, const double *factors, size_t rows, size_t cols);
void NN(discretized)(void *dmean, void *dscale, double *loss, const void *mean, const void *x, const void *log_scale, int shared,
                     double least, double half, const double *weights, size_t rows, size_t draws, size_t cols);
void NN(gate)(void *y, const void *x, size_t rows, size_t units);
void NN(gate_backward)(void *dx, const void *dy, const void *x, size_t rows, size_t units);
void NN(adam)(void *parameter, void *first, void *second, const void *gradient, const fp_adam *settings, double keep, double factor,
              size_t n);
void NN(sgd)(void *parameter, void *velocity, const void *gradient, double rate, double momentum, double factor, size_t n);
double NN(squares)(const void *x, size_t n);
#undef ACTIVATION

#endif
