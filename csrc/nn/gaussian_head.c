/* The encoder's last step: q(z | x) = N(mean, scale^2), draws z = mean + scale eps from it, and how far q is from N(0, 1): the
 * divergence KL(q || N(0, 1)) and, at each draw, log q(z | x) - log N(z | 0, 1), whose mean it is. */
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

void NN(gaussian_head)(void *z_, void *eps_, void *scale_, double *kl, double *log_ratio, const void *raw_, const fp_stream *stream,
                       uint32_t first, size_t rows, size_t draws, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    REAL *const own_eps = (REAL *)eps_ + i * draws * units, *const own_z = (REAL *)z_ + i * draws * units;
    const REAL *const own_raw = (const REAL *)raw_ + 2 * i * units;
    if (stream) T(fp_fill_normal)(own_stream(stream, first + (uint32_t)i), 0, own_eps, draws * units);
    double total = 0.0;
    if (log_ratio) for (size_t d = 0; d < draws; d++) log_ratio[i * draws + d] = 0.0;
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict mean = own_raw + done, *restrict raw = mean + units;
      REAL *restrict scale = (REAL *)scale_ + i * units + done;
      REAL terms[FP_SUMMED], log_scale[FP_SUMMED];
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        log_scale[j] = bounded(raw[j]);
        scale[j] = T(exp_of)(log_scale[j]);
        terms[j] = T(kl_of)(mean[j], log_scale[j]);
      }
      total += T(sum)(terms, n);
      for (size_t d = 0; d < draws; d++) {
        const REAL *restrict eps = own_eps + d * units + done;
        REAL *restrict z = own_z + d * units + done;
        FP_IVDEP for (size_t j = 0; j < n; j++) z[j] = T(fma)(scale[j], eps[j], mean[j]);
        if (!log_ratio) continue;
        FP_IVDEP for (size_t j = 0; j < n; j++) terms[j] = T(fma)((REAL)0.5 * (z[j] - eps[j]), z[j] + eps[j], -log_scale[j]);
        log_ratio[i * draws + d] += T(sum)(terms, n);
      }
    }
    kl[i] = total;
  }
}

/* A row's gradient with respect to mean and scale times eps, summed over its draws: the first makes the sums, the others add. */
FP_INLINE void add_draw(REAL *restrict dmean, REAL *restrict dscale, const REAL *restrict dz, const REAL *restrict scale,
                        const REAL *restrict eps, int first, size_t n)
{
  if (first) { FP_IVDEP for (size_t j = 0; j < n; j++) { dmean[j] = dz[j]; dscale[j] = dz[j] * scale[j] * eps[j]; } }
  else { FP_IVDEP for (size_t j = 0; j < n; j++) { dmean[j] += dz[j]; dscale[j] += dz[j] * scale[j] * eps[j]; } }
}

void NN(gaussian_head_backward)(void *draw_, const void *dz_, const void *raw_, const void *eps_, const void *scale_,
                                const double *kl_weight, double free_bits, size_t rows, size_t draws, size_t units)
{
  const REAL least = (REAL)free_bits;
  for (size_t i = 0; i < rows; i++) {
    const REAL weight = (REAL)kl_weight[i];
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict mean = (const REAL *)raw_ + 2 * i * units + done, *restrict raw = mean + units;
      const REAL *restrict scale = (const REAL *)scale_ + i * units + done;
      REAL *restrict dmean = (REAL *)draw_ + 2 * i * units + done, *restrict dlog_scale = dmean + units;
      REAL along[FP_SUMMED], across[FP_SUMMED], weights[FP_SUMMED];
      for (size_t d = 0; d < draws; d++) {
        const size_t at = (i * draws + d) * units + done;
        add_draw(along, across, (const REAL *)dz_ + at, scale, (const REAL *)eps_ + at, d == 0, n);
      }
      if (least > 0) { FP_IVDEP for (size_t j = 0; j < n; j++) weights[j] = T(kl_of)(mean[j], bounded(raw[j])) < least ? 0 : weight; }
      else for (size_t j = 0; j < n; j++) weights[j] = weight;
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const REAL variance_less_one = T(fma)(scale[j], scale[j], (REAL)-1);
        dmean[j] = T(fma)(weights[j], mean[j], along[j]);
        dlog_scale[j] = T(fma)(weights[j], variance_less_one, across[j]) * bounded_slope(raw[j]);
      }
    }
  }
}

void NN(gaussian_head_backward_drawn)(void *draw_, const void *dz_, const void *z_, const void *raw_, const void *eps_, const void *scale_,
                                      const double *ratio_weight, const double *through, size_t rows, size_t draws, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    double weights = 0.0;
    for (size_t d = 0; d < draws; d++) weights += through ? 0.0 : ratio_weight[i * draws + d];
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict raw = (const REAL *)raw_ + 2 * i * units + units + done, *restrict scale = (const REAL *)scale_ + i * units + done;
      REAL *restrict dmean = (REAL *)draw_ + 2 * i * units + done, *restrict dlog_scale = dmean + units;
      REAL along[FP_SUMMED], across[FP_SUMMED], slopes[FP_SUMMED];
      for (size_t d = 0; d < draws; d++) {
        const size_t at = (i * draws + d) * units + done;
        const REAL *restrict dz = (const REAL *)dz_ + at, *restrict z = (const REAL *)z_ + at, *restrict eps = (const REAL *)eps_ + at;
        const REAL weight = (REAL)ratio_weight[i * draws + d], part = through ? (REAL)through[i * draws + d] : 1;
        if (through) { FP_IVDEP for (size_t j = 0; j < n; j++) slopes[j] = T(fma)(weight, z[j] - eps[j] / scale[j], part * dz[j]); }
        else { FP_IVDEP for (size_t j = 0; j < n; j++) slopes[j] = T(fma)(weight, z[j], dz[j]); }
        add_draw(along, across, slopes, scale, eps, d == 0, n);
      }
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        dmean[j] = along[j];
        dlog_scale[j] = (across[j] - (REAL)weights) * bounded_slope(raw[j]);
      }
    }
  }
}
