/* log p(x | logits) of independent Bernoulli variables, for x anywhere in [0, 1], and its gradient.
 *
 * With e = e^-|l| and q = e/(1 + e): -log p = |l| (l > 0 ? 1 - x : x) + log(1 + e), d/dl = l > 0 ? (1 - x) - q : q - x. Neither
 * cancels at x = 0 and x = 1. */
#include "nn/real.h"

#include "core/sum.h"
#include "nn/functions.h"

void NN(bernoulli)(void *dlogits_, double *loss, const void *logits_, const void *x_, const double *weights, size_t rows, size_t draws,
                   size_t cols)
{
  for (size_t i = 0; i < rows * draws; i++) {
    const REAL weight = (REAL)weights[i];
    double total = 0.0;
    for (size_t done = 0; done < cols; done += FP_SUMMED) {
      const size_t n = cols - done < FP_SUMMED ? cols - done : FP_SUMMED;
      const REAL *logits = (const REAL *)logits_ + i * cols + done, *x = (const REAL *)x_ + i / draws * cols + done;
      REAL *dlogits = (REAL *)dlogits_ + i * cols + done, losses[FP_SUMMED];
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const REAL l = logits[j], size = T(abs)(l), rest = l > 0 ? 1 - x[j] : x[j];
        const T(tail_terms) t = T(terms)(size);
        const int missing = x[j] != x[j];
        losses[j] = missing ? 0 : T(fma)(size, rest, t.log1p_e);
        dlogits[j] = missing ? 0 : weight * (l > 0 ? rest - t.q : t.q - rest);
      }
      total += T(sum)(losses, n);
    }
    loss[i] = total;
  }
}
