/* log p(x | mean) of whole levels from a logistic variable rounded to them, and its gradients.
 *
 * With a and b the upper and lower end of x's bin about the mean in units of the scale, and d = a - b:
 * F(a) - F(b) = F(a) F(-b) (1 - e^-d), each factor without cancellation at any distance from the mean. The lowest bin has no lower
 * end, the highest no upper one. */
#include "nn/real.h"

#include "core/sum.h"
#include "nn/functions.h"

void NN(discretized)(void *dmean_, void *dscale_, double *loss, const void *mean_, const void *x_, const void *log_scale_, int shared,
                     double least_, double half_, const double *weights, size_t rows, size_t draws, size_t cols)
{
  const REAL least = (REAL)least_, half = (REAL)half_, lowest = -1 + half, highest = 1 - half;
  for (size_t done = 0; done < cols; done += FP_SUMMED) {
    const size_t n = cols - done < FP_SUMMED ? cols - done : FP_SUMMED;
    REAL inverse[FP_SUMMED], reach[FP_SUMMED], log_mass[FP_SUMMED], widening[FP_SUMMED], losses[FP_SUMMED], log_scale[FP_SUMMED];
    if (shared) for (size_t j = 0; j < n; j++) log_scale[j] = *(const REAL *)log_scale_;
    else memcpy(log_scale, (const REAL *)log_scale_ + done, n * sizeof(REAL));
    FP_IVDEP for (size_t j = 0; j < n; j++) {
      inverse[j] = T(inverse_scale)(log_scale[j] < least ? least : log_scale[j]);
      reach[j] = half * inverse[j];
      const T(width_terms) bin = T(bin)(2 * reach[j]);
      log_mass[j] = bin.log_mass;
      widening[j] = bin.slope;
    }
    for (size_t i = 0; i < rows * draws; i++) {
      const REAL weight = (REAL)weights[i];
      const REAL *mean = (const REAL *)mean_ + i * cols + done, *x = (const REAL *)x_ + i / draws * cols + done;
      REAL *dmean = (REAL *)dmean_ + i * cols + done, *dscale = (REAL *)dscale_ + i * cols + done;
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const int missing = x[j] != x[j], low = x[j] < lowest, high = x[j] > highest;
        const REAL center = (x[j] - mean[j]) * inverse[j], a = center + reach[j], b = center - reach[j];
        const T(tail_terms) above = T(terms)(T(abs)(a)), below = T(terms)(T(abs)(b));
        const REAL beyond = high ? 0 : a > 0 ? above.q : 1 - above.q, before = low ? 0 : b > 0 ? 1 - below.q : below.q;
        const REAL upper = high ? 0 : (a < 0 ? -a : 0) + above.log1p_e, lower = low ? 0 : (b > 0 ? b : 0) + below.log1p_e;
        const REAL slope = T(fma)(a, beyond, (low | high ? 0 : widening[j]) - b * before);
        losses[j] = missing ? 0 : upper + lower - (low | high ? 0 : log_mass[j]);
        dmean[j] = missing ? 0 : weight * inverse[j] * (beyond - before);
        dscale[j] = missing | ((log_scale[j] < least) & (slope > 0)) ? 0 : weight * slope;
      }
      const double total = T(sum)(losses, n);
      loss[i] = done ? loss[i] + total : total;
    }
  }
}
