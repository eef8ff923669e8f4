/* Activations: bias and activation in one pass, and the way back from the activation's value alone. */
#include "nn/activations.h"

#define DEFINE(name, value, slope) \
  void NN(name##_activate)(void *y_, const void *bias_, size_t rows, size_t cols) \
  { \
    const REAL *bias = bias_; \
    for (size_t i = 0; i < rows; i++) { \
      REAL *row = (REAL *)y_ + i * cols; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) { const REAL x = row[j] + bias[j]; row[j] = value; } \
    } \
  } \
  void NN(name##_activate_backward)(void *dy_, const void *y_, size_t n) \
  { \
    REAL *dy = dy_; \
    const REAL *from = y_; \
    FP_IVDEP for (size_t i = 0; i < n; i++) { const REAL y = from[i]; (void)y; dy[i] *= slope; } \
  }
ACTIVATIONS(DEFINE)

void NN(add)(void *y_, const void *x_, size_t n)
{
  REAL *restrict y = y_;
  const REAL *restrict x = x_;
  FP_IVDEP for (size_t i = 0; i < n; i++) y[i] += x[i];
}

void NN(column_sums)(void *sums_, const void *x_, size_t rows, size_t cols, size_t stride)
{
  REAL *sums = sums_;
  for (size_t j = 0; j < cols; j++) sums[j] = 0;
  for (size_t i = 0; i < rows; i++) {
    const REAL *row = (const REAL *)x_ + i * stride;
    FP_IVDEP for (size_t j = 0; j < cols; j++) sums[j] += row[j];
  }
}
