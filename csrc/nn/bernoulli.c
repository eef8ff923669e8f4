/* log p(x | logits) of independent Bernoulli variables, for x anywhere in [0, 1], and its gradient.
 *
 * With e = e^-|l| and q = e/(1 + e): -log p = |l| (l > 0 ? 1 - x : x) + log(1 + e), d/dl = l > 0 ? (1 - x) - q : q - x. Neither
 * cancels at x = 0 and x = 1. */
#include "nn/real.h"

#include "core/sum.h"
#include "math/logistic.h"

typedef struct { REAL q, log1p_e; } tail_terms;

FP_INLINE tail_terms terms_f64(double t) { return (tail_terms){(REAL)expit_one(-t), (REAL)softplus_one(-t)}; }

/* In float throughout, for the sake of speed; log(1 + e) = -log(1 - q). About 3 ULP each. */
FP_INLINE tail_terms terms_f32(float t)
{
  const float cut = -(t > 87.0f ? 87.0f : t), shifted = fma_f32(cut, (float)LOG2E, 0x1.8p23f), n = shifted - 0x1.8p23f;
  const float r = fma_f32(-n, 0x1.7f7d1cp-20f, fma_f32(-n, 0x1.62e4p-1f, cut)), square = r * r;   /* log 2 in two parts, the first of 15 bits */
  float cubic = (float)exp_rest_short[4];
  FP_UNROLL for (int i = 3; i >= 0; i--) cubic = fma_f32(cubic, r, (float)exp_rest_short[i]);
  const float power = fma_f32(fma_f32(cubic, r, 0.5f), square, r);
  const float scale = from_bits_f32((bits_f32(shifted) - (0x4b400000u - 127u)) << 23), e = fma_f32(power, scale, scale);
  const float q = e / (1.0f + e);
  const int top = sizeof(minus_log1m_short)/sizeof(minus_log1m_short[0]) - 1;
  float p = (float)minus_log1m_short[top];
  FP_UNROLL for (int i = top - 1; i >= 0; i--) p = fma_f32(p, q, (float)minus_log1m_short[i]);
  return (tail_terms){(REAL)q, (REAL)(q * p)};
}

void NN(bernoulli)(void *dlogits_, double *loss, const void *logits_, const void *x_, double weight_, size_t rows, size_t cols)
{
  const REAL weight = (REAL)weight_;
  for (size_t i = 0; i < rows; i++) {
    double total = 0.0;
    for (size_t done = 0; done < cols; done += FP_BLOCK) {
      const size_t n = cols - done < FP_BLOCK ? cols - done : FP_BLOCK;
      const REAL *logits = (const REAL *)logits_ + i * cols + done, *x = (const REAL *)x_ + i * cols + done;
      REAL *dlogits = (REAL *)dlogits_ + i * cols + done, losses[FP_BLOCK];
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const REAL l = logits[j], size = T(abs)(l), rest = l > 0 ? 1 - x[j] : x[j];
        const tail_terms t = T(terms)(size);
        losses[j] = T(fma)(size, rest, t.log1p_e);
        dlogits[j] = weight * (l > 0 ? rest - t.q : t.q - rest);
      }
      total += T(sum)(losses, n);
    }
    loss[i] = total;
  }
}
