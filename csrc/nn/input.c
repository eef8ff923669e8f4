/* A batch's rows: gathered from the data, standardized, binarized. */
#include "nn/real.h"

#include "core/sum.h"
#include "core/table.h"
#include "random/uniform.h"

/* One row, from data of either type. */
#define DEFINE_CONVERT(source) \
  static void convert_##source(REAL *restrict y, const FP_REAL_##source *restrict x, const double *shift, const double *factor, size_t cols) \
  { \
    if (shift) { FP_IVDEP for (size_t j = 0; j < cols; j++) y[j] = (REAL)(((double)x[j] - shift[j]) * factor[j]); } \
    else { FP_IVDEP for (size_t j = 0; j < cols; j++) y[j] = (REAL)x[j]; } \
  }
DEFINE_CONVERT(f32)
DEFINE_CONVERT(f64)

void NN(gather)(void *y, const char *data, ptrdiff_t stride, int source, const int64_t *index, const double *shift, const double *factor,
                size_t rows, size_t cols)
{
  for (size_t i = 0; i < rows; i++) {
    const void *row = data + index[i] * stride;
    if (source == FP_F32) convert_f32((REAL *)y + i * cols, row, shift, factor, cols);
    else convert_f64((REAL *)y + i * cols, row, shift, factor, cols);
  }
}

void NN(binarize)(void *x_, const fp_stream *stream, uint32_t first, size_t rows, size_t cols)
{
  for (size_t i = 0; i < rows; i++) {
    const fp_stream own = own_stream(stream, first + (uint32_t)i);
    for (size_t done = 0; done < cols; done += FP_SUMMED) {
      const size_t n = cols - done < FP_SUMMED ? cols - done : FP_SUMMED;
      REAL *x = (REAL *)x_ + i * cols + done;
      float u[FP_SUMMED];
      fp_fill_unit_f32(own, done, u, n);
      FP_IVDEP for (size_t j = 0; j < n; j++) x[j] = (REAL)u[j] < x[j] ? 1 : x[j] != x[j] ? x[j] : 0;
    }
  }
}

void NN(fill_missing)(void *y_, const void *x_, size_t n)
{
  REAL *restrict y = y_;
  const REAL *restrict x = x_;
  FP_IVDEP for (size_t i = 0; i < n; i++) y[i] = x[i] != x[i] ? 0 : x[i];
}
