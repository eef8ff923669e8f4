/* Steps of the optimizers on a slice of the parameters. */
#include "nn/real.h"

/* Kingma and Ba, with the bias corrections in rate and root, and eps beside the corrected root. */
void NN(adam)(void *parameter_, void *first_, void *second_, const void *gradient_, const fp_adam *settings, size_t n)
{
  REAL *restrict parameter = parameter_, *restrict first = first_, *restrict second = second_;
  const REAL *restrict gradient = gradient_;
  const REAL beta1 = (REAL)settings->beta1, beta2 = (REAL)settings->beta2, rest1 = (REAL)(1.0 - settings->beta1),
             rest2 = (REAL)(1.0 - settings->beta2), rate = (REAL)settings->rate, root = (REAL)settings->root, eps = (REAL)settings->eps;
  FP_IVDEP for (size_t i = 0; i < n; i++) {
    const REAL g = gradient[i], m = T(fma)(rest1, g, beta1 * first[i]), v = T(fma)(rest2 * g, g, beta2 * second[i]);
    first[i] = m;
    second[i] = v;
    parameter[i] -= rate * m / T(fma)(T(root)(v), root, eps);
  }
}

void NN(sgd)(void *parameter_, void *velocity_, const void *gradient_, double rate_, double momentum_, size_t n)
{
  REAL *restrict parameter = parameter_, *restrict velocity = velocity_;
  const REAL *restrict gradient = gradient_;
  const REAL rate = (REAL)rate_, momentum = (REAL)momentum_;
  FP_IVDEP for (size_t i = 0; i < n; i++) {
    velocity[i] = T(fma)(momentum, velocity[i], gradient[i]);
    parameter[i] = T(fma)(-rate, velocity[i], parameter[i]);
  }
}
