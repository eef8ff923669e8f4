/* Steps of the optimizers on a slice of the parameters. */
#include "nn/real.h"

#include "core/sum.h"

/* What is too small to matter is 0: a moment whose gradients have stopped (a pixel that is always black, say) would otherwise fade into
 * subnormal numbers, on which a CPU spends a hundred times as long. Squares of what remains are normal. */
#define TINY_f32 0x1p-60f
#define TINY_f64 0x1p-500
FP_INLINE REAL kept(REAL x, REAL least) { return T(abs)(x) < least ? (REAL)0 : x; }

/* Kingma and Ba, with the bias corrections in rate and root, and eps beside the corrected root. */
void NN(adam)(void *parameter_, void *first_, void *second_, const void *gradient_, const fp_adam *settings, double keep_, double factor_,
              size_t n)
{
  REAL *restrict parameter = parameter_, *restrict first = first_, *restrict second = second_;
  const REAL *restrict gradient = gradient_;
  const REAL beta1 = (REAL)settings->beta1, beta2 = (REAL)settings->beta2, rest1 = (REAL)(1.0 - settings->beta1),
             rest2 = (REAL)(1.0 - settings->beta2), rate = (REAL)settings->rate, root = (REAL)settings->root, eps = (REAL)settings->eps,
             keep = (REAL)keep_, factor = (REAL)factor_;
  FP_IVDEP for (size_t i = 0; i < n; i++) {
    const REAL g = kept(factor * gradient[i], T(TINY)), m = kept(T(fma)(rest1, g, beta1 * first[i]), T(TINY));
    const REAL v = kept(T(fma)(rest2 * g, g, beta2 * second[i]), T(TINY) * T(TINY));
    first[i] = m;
    second[i] = v;
    parameter[i] = keep * parameter[i] - rate * m / T(fma)(T(root)(v), root, eps);
  }
}

void NN(sgd)(void *parameter_, void *velocity_, const void *gradient_, double rate_, double momentum_, double factor_,
             size_t n)
{
  REAL *restrict parameter = parameter_, *restrict velocity = velocity_;
  const REAL *restrict gradient = gradient_;
  const REAL rate = (REAL)rate_, momentum = (REAL)momentum_, factor = (REAL)factor_;
  FP_IVDEP for (size_t i = 0; i < n; i++) {
    velocity[i] = kept(T(fma)(momentum, velocity[i], factor * gradient[i]), T(TINY));
    parameter[i] = T(fma)(-rate, velocity[i], parameter[i]);
  }
}

double NN(squares)(const void *x_, size_t n)
{
  double total = 0.0;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const size_t count = n - done < FP_SUMMED ? n - done : FP_SUMMED;
    const REAL *x = (const REAL *)x_ + done;
    double squared[FP_SUMMED];
    FP_IVDEP for (size_t i = 0; i < count; i++) squared[i] = (double)x[i] * (double)x[i];
    total += sum_f64(squared, count);
  }
  return total;
}
