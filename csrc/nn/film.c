/* Bias, feature-wise linear modulation and activation in one pass, and the way back.
 *
 * h = product + bias, y = activation((1 + D) h + B), with D and B of a row from its condition, shared by the row's draws. h is kept:
 * taken back from y it would be divided by 1 + D, which may be 0. */
#include "nn/activations.h"

#define DEFINE(name, value, slope) \
  void NN(name##_film)(void *y_, void *h_, void *modulation_, const void *bias_, const void *offset_, size_t rows, size_t draws, size_t cols) \
  { \
    const REAL *bias = bias_, *offset = offset_; \
    for (size_t i = 0; i < rows; i++) { \
      REAL *factor = (REAL *)modulation_ + 2 * i * cols, *shift = factor + cols; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) factor[j] = 1 + (factor[j] + offset[j]); \
      FP_IVDEP for (size_t j = 0; j < cols; j++) shift[j] += offset[cols + j]; \
      for (size_t k = i * draws; k < (i + 1) * draws; k++) { \
        REAL *y = (REAL *)y_ + k * cols, *h = (REAL *)h_ + k * cols; \
        FP_IVDEP for (size_t j = 0; j < cols; j++) { \
          const REAL own = y[j] + bias[j], x = T(fma)(factor[j], own, shift[j]); \
          h[j] = own; \
          y[j] = value; \
        } \
      } \
    } \
  }
ACTIVATIONS(DEFINE)

void NN(film_backward)(void *dh_, void *dmodulation_, const void *h_, const void *modulation_, size_t rows, size_t draws, size_t cols)
{
  for (size_t i = 0; i < rows; i++) {
    const REAL *factor = (const REAL *)modulation_ + 2 * i * cols;
    REAL *dfactor = (REAL *)dmodulation_ + 2 * i * cols, *dshift = dfactor + cols;
    for (size_t j = 0; j < 2 * cols; j++) dfactor[j] = 0;
    for (size_t k = i * draws; k < (i + 1) * draws; k++) {
      REAL *dh = (REAL *)dh_ + k * cols;
      const REAL *h = (const REAL *)h_ + k * cols;
      FP_IVDEP for (size_t j = 0; j < cols; j++) {
        const REAL g = dh[j];
        dfactor[j] = T(fma)(g, h[j], dfactor[j]);
        dshift[j] += g;
        dh[j] = g * factor[j];
      }
    }
  }
}
