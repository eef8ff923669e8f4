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

enum { SQUARE = 8 };   /* rows and columns whose elements change places in the registers */

void NN(transpose)(void *y_, size_t stride, const void *x_, size_t rows, size_t cols)
{
  REAL *restrict y = y_;
  const REAL *restrict x = x_;
  const size_t whole_rows = rows - rows % SQUARE, whole_cols = cols - cols % SQUARE;
  for (size_t i = 0; i < whole_rows; i += SQUARE)
    for (size_t j = 0; j < whole_cols; j += SQUARE) {
      REAL square[SQUARE * SQUARE];
      for (size_t b = 0; b < SQUARE; b++) memcpy(square + b * SQUARE, x + (j + b) * rows + i, sizeof(square) / SQUARE);
      FP_UNROLL for (size_t a = 0; a < SQUARE; a++) for (size_t b = 0; b < SQUARE; b++) y[(i + a) * stride + j + b] = square[b * SQUARE + a];
    }
  for (size_t i = 0; i < rows; i++)
    for (size_t j = i < whole_rows ? whole_cols : 0; j < cols; j++) y[i * stride + j] = x[j * rows + i];
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
