/* log p(x | mean) of independent normal variables whose log scales are parameters of the model, and its gradients. */
#include "nn/real.h"

#include "core/sum.h"
#include "nn/functions.h"

void NN(gaussian)(void *dmean_, void *dscale_, double *loss, const void *mean_, const void *x_, const void *log_scale_, int shared,
                  double least_, const double *weights, size_t rows, size_t draws, size_t cols)
{
  const REAL least = (REAL)least_, half_log_2pi = (REAL)HALF_LOG_2PI * LOSS_UNIT;
  for (size_t i = 0; i < rows * draws; i++) {
    const REAL weight = (REAL)weights[i];
    double total = 0.0;
    for (size_t done = 0; done < cols; done += FP_SUMMED) {
      const size_t n = cols - done < FP_SUMMED ? cols - done : FP_SUMMED, at = i * cols + done;
      const REAL *mean = (const REAL *)mean_ + at, *x = (const REAL *)x_ + i / draws * cols + done;
      REAL *dmean = (REAL *)dmean_ + at, *dscale = (REAL *)dscale_ + at, losses[FP_SUMMED], log_scale[FP_SUMMED];
      if (shared) for (size_t j = 0; j < n; j++) log_scale[j] = *(const REAL *)log_scale_;
      else memcpy(log_scale, (const REAL *)log_scale_ + done, n * sizeof(REAL));
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const int below = log_scale[j] < least;
        const REAL s = below ? least : log_scale[j], inverse = T(inverse_scale)(s), r = (x[j] - mean[j]) * inverse;
        const REAL slope = T(fma)(-r, r, (REAL)1);
        const int missing = x[j] != x[j];
        losses[j] = missing ? 0 : T(fma)((REAL)0.5 * LOSS_UNIT * r, r, T(fma)(s, LOSS_UNIT, half_log_2pi));
        dmean[j] = missing ? 0 : -weight * r * inverse;
        dscale[j] = weight * (missing | (below & (slope > 0)) ? (REAL)0 : slope);
      }
      total += T(sum)(losses, n);
    }
    loss[i] = total / LOSS_UNIT;
  }
}
