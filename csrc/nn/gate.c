/* Gated units: y = a sigmoid(b) of two linear parts a and b that lie one after the other in a row. */
#include "nn/real.h"

#include "nn/functions.h"

void NN(gate)(void *y_, const void *x_, size_t rows, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    REAL *restrict y = (REAL *)y_ + i * units;
    const REAL *restrict a = (const REAL *)x_ + 2 * i * units, *restrict b = a + units;
    FP_IVDEP for (size_t j = 0; j < units; j++) y[j] = a[j] * T(sigmoid)(b[j]);
  }
}

void NN(gate_backward)(void *dx_, const void *dy_, const void *x_, size_t rows, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    REAL *restrict da = (REAL *)dx_ + 2 * i * units, *restrict db = da + units;
    const REAL *restrict dy = (const REAL *)dy_ + i * units, *restrict a = (const REAL *)x_ + 2 * i * units, *restrict b = a + units;
    FP_IVDEP for (size_t j = 0; j < units; j++) {
      const REAL open = T(sigmoid)(b[j]), shut = T(sigmoid)(-b[j]);
      da[j] = dy[j] * open;
      db[j] = dy[j] * a[j] * (open * shut);
    }
  }
}
