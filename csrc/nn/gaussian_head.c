/* The encoder's last step: q(z | x) = N(mean, scale^2), a draw z = mean + scale eps from it, and KL(q || N(0, 1)). */
#include "nn/real.h"

#include "core/sum.h"
#include "nn/functions.h"
#include "random/normal.h"

/* The log scale that the network gives is taken as it is up to +-8, and from there on bent towards +-16, smoothly up to the second
 * derivative: e^16 squared is finite in f32, and no scale that a sensible model has is changed. */
#define FREE ((REAL)8)
#define BEND ((REAL)8)

FP_INLINE REAL excess(REAL raw) { const REAL t = T(abs)(raw) - FREE; return t > 0 ? t : 0; }

FP_INLINE REAL bounded(REAL raw)
{
  const REAL t = excess(raw), inside = T(abs)(raw) - t;   /* NaN stays NaN */
  return (REAL)T(copysign)(inside + BEND * T(tanh)(t / BEND), raw);
}
FP_INLINE REAL bounded_slope(REAL raw)
{
  const REAL y = T(tanh)(excess(raw) / BEND);
  return 1 - y * y;
}

void NN(gaussian_head)(void *z_, void *eps_, void *scale_, double *kl, const void *raw_, const fp_stream *stream, uint32_t first,
                       size_t rows, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    REAL *restrict z = (REAL *)z_ + i * units, *restrict eps = (REAL *)eps_ + i * units, *restrict scale = (REAL *)scale_ + i * units;
    const REAL *restrict mean = (const REAL *)raw_ + 2 * i * units, *restrict raw = mean + units;
    if (stream) T(fp_fill_normal)(own_stream(stream, first + (uint32_t)i), 0, eps, units);
    double total = 0.0;
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      REAL terms[FP_SUMMED];
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const size_t k = done + j;
        const REAL s = bounded(raw[k]);
        scale[k] = T(exp_of)(s);
        z[k] = T(fma)(scale[k], eps[k], mean[k]);
        terms[j] = T(kl_of)(mean[k], s);
      }
      total += T(sum)(terms, n);
    }
    kl[i] = total;
  }
}

void NN(gaussian_head_backward)(void *draw_, const void *dz_, const void *raw_, const void *eps_, const void *scale_, double kl_weight,
                                size_t rows, size_t units)
{
  const REAL weight = (REAL)kl_weight;
  for (size_t i = 0; i < rows; i++) {
    REAL *restrict dmean = (REAL *)draw_ + 2 * i * units, *restrict dlog_scale = dmean + units;
    const REAL *restrict dz = (const REAL *)dz_ + i * units, *restrict mean = (const REAL *)raw_ + 2 * i * units, *restrict raw = mean + units,
               *restrict eps = (const REAL *)eps_ + i * units, *restrict scale = (const REAL *)scale_ + i * units;
    FP_IVDEP for (size_t j = 0; j < units; j++) {
      const REAL variance_less_one = T(fma)(scale[j], scale[j], (REAL)-1);
      dmean[j] = T(fma)(weight, mean[j], dz[j]);
      dlog_scale[j] = T(fma)(weight, variance_less_one, dz[j] * scale[j] * eps[j]) * bounded_slope(raw[j]);
    }
  }
}
