/* Several draws a row as samples of an importance estimate of p(x): the bound log (mean of w), and each draw's share in the sum. */
#include "nn/real.h"

#include "math/exp.h"
#include "math/log.h"
#include "nn/functions.h"

void NN(importance)(double *share, double *bound, const double *loss, const double *log_ratio, size_t rows, size_t draws)
{
  for (size_t i = 0; i < rows; i++) {
    double *restrict own = share + i * draws;
    const double *restrict losses = loss + i * draws, *restrict ratios = log_ratio + i * draws;
    double most = -(losses[0] + ratios[0]), total = 0.0;
    for (size_t d = 1; d < draws; d++) most = -(losses[d] + ratios[d]) > most ? -(losses[d] + ratios[d]) : most;
    /* from the largest on, none overflows; e^-700 beside 1 is nothing */
    FP_IVDEP for (size_t d = 0; d < draws; d++) own[d] = exp_of_f64(at_least(-(losses[d] + ratios[d]) - most, -700.0));
    for (size_t d = 0; d < draws; d++) total += own[d];
    for (size_t d = 0; d < draws; d++) own[d] /= total;
    const dd mean = log_positive(total / (double)draws);
    bound[i] = most + (mean.hi + mean.lo);
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
