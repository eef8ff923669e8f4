/* Several draws a row as samples of an importance estimate of p(x): the bound log (mean of w), and each draw's share in the sum. */
#include "nn/real.h"

#include "math/exp.h"
#include "math/log.h"
#include "nn/functions.h"

/* Functions of their own: within the loop over rows Clang does not vectorize the loop over draws. */

/* e^(x - most) in place; from the largest on, none overflows, and e^-700 beside 1 is nothing. */
void NN(exponentials)(double *x, double most, size_t n);
__attribute__((noinline)) void NN(exponentials)(double *x, double most, size_t n)
{
  FP_IVDEP for (size_t i = 0; i < n; i++) x[i] = exp_of_f64(at_least(x[i] - most, -700.0));
}

static __attribute__((noinline)) double logarithm(double x)
{
  const dd y = log_positive(x);
  return y.hi + y.lo;
}

void NN(importance)(double *share, double *bound, const double *loss, const double *log_ratio, size_t rows, size_t draws)
{
  for (size_t i = 0; i < rows; i++) {
    double *restrict own = share + i * draws;
    const double *restrict losses = loss + i * draws, *restrict ratios = log_ratio + i * draws;
    FP_IVDEP for (size_t d = 0; d < draws; d++) own[d] = -(losses[d] + ratios[d]);
    double most = own[0], total = 0.0;
    for (size_t d = 1; d < draws; d++) most = own[d] > most ? own[d] : most;
    NN(exponentials)(own, most, draws);
    for (size_t d = 0; d < draws; d++) total += own[d];
    for (size_t d = 0; d < draws; d++) own[d] /= total;
    bound[i] = most + logarithm(total / (double)draws);
  }
}

void NN(scale_rows)(void *x_, const double *factors, size_t rows, size_t cols)
{
  for (size_t i = 0; i < rows; i++) {
    REAL *restrict x = (REAL *)x_ + i * cols;
    const REAL factor = (REAL)factors[i];
    FP_IVDEP for (size_t j = 0; j < cols; j++) x[j] *= factor;
  }
}
