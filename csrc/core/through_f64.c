#include "core/through_f64.h"

enum { PART = 256 };   /* elements */

/* Inputs are read before outputs are written, a part after the other: an output may be an input, or begin before one. */
void FP_SYM(fp_through_f64)(fp_loop loop, int inputs, int outputs, void *const *args, size_t n)
{
  double parts[FP_MAX_ARGS][PART];
  void *at[FP_MAX_ARGS];
  for (int k = 0; k < inputs + outputs; k++) at[k] = parts[k];
  for (size_t done = 0; done < n; done += PART) {
    const size_t m = n - done < PART ? n - done : PART;
    for (int k = 0; k < inputs; k++) {
      const float *const from = (const float *)args[k] + done;
      double *const to = parts[k];
      FP_IVDEP for (size_t i = 0; i < m; i++) to[i] = from[i];
    }
    loop(at, m);
    for (int k = inputs; k < inputs + outputs; k++) {
      const double *const from = parts[k];
      float *const to = (float *)args[k] + done;
      FP_IVDEP for (size_t i = 0; i < m; i++) to[i] = (float)from[i];
    }
  }
}
