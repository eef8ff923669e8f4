/* The encoder's last step: q(z | x) = N(mean, scale^2), draws z = mean + scale eps from it, and how far q is from the prior p, N(0, 1)
 * or a normal distribution that a network gives: the divergence KL(q || p) and, at each draw, log q(z | x) - log p(z), whose mean it is.
 *
 * Both are those from N(0, 1) in the prior's own units: of the mean d = (mean - prior's)/prior_scale, the scale r = scale/prior_scale and
 * the draw u = d + r eps. So there is one formula, and a step of its own that goes to these units where there is a prior. */
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

/* The first of the normals that a block makes. */
#define FIRST_NORMAL_f64(w, x, y, z) normal_pair_f64(w, x, y, z).a
#define FIRST_NORMAL_f32(w, x, y, z) ((void)(y), (void)(z), normal_pair_f32(w, x).a)

/* Steps that several of the kernels have: functions of their own, for the sake of size. */
#define STEP static __attribute__((noinline)) void

STEP log_scales_of(REAL *restrict log_scale, const REAL *restrict raw, size_t n)
{
  FP_IVDEP for (size_t j = 0; j < n; j++) log_scale[j] = bounded(raw[j]);
}

STEP scales_of(REAL *restrict scale, const REAL *restrict log_scale, size_t n)
{
  FP_IVDEP for (size_t j = 0; j < n; j++) scale[j] = T(exp_of)(log_scale[j]);
}

/* Derivatives by log scales become those by what the network gives. */
STEP times_slopes(REAL *restrict dlog_scale, const REAL *restrict raw, size_t n)
{
  FP_IVDEP for (size_t j = 0; j < n; j++) dlog_scale[j] *= bounded_slope(raw[j]);
}

STEP divergences(REAL *restrict terms, const REAL *restrict mean, const REAL *restrict log_scale, size_t n)
{
  FP_IVDEP for (size_t j = 0; j < n; j++) terms[j] = T(kl_loss)(mean[j], log_scale[j]);
}

/* Mean and scale of some units in the units of their prior; and their log scale, if there is one. */
static void relate(REAL *restrict d, REAL *restrict r, REAL *restrict log_scale, const REAL *restrict mean, const REAL *restrict scale,
                   const REAL *restrict prior, const REAL *restrict prior_scale, const REAL *restrict prior_raw, size_t n)
{
  REAL prior_log_scale[FP_SUMMED];
  FP_IVDEP for (size_t j = 0; j < n; j++) {
    d[j] = (mean[j] - prior[j]) / prior_scale[j];
    r[j] = scale[j] / prior_scale[j];
  }
  if (!log_scale) return;
  log_scales_of(prior_log_scale, prior_raw, n);
  FP_IVDEP for (size_t j = 0; j < n; j++) log_scale[j] -= prior_log_scale[j];
}

/* eps of rows of few units, several rows side by side: a stream's first FP_GROUP units are the first normals of as many blocks, and
 * the rest of a group would be made for nothing. */
static __attribute__((noinline)) void draw_short_rows(REAL *restrict eps, const fp_stream *stream, uint32_t first, size_t n, size_t units)
{
  uint32_t row[FP_SUMMED], block[FP_SUMMED], a[FP_SUMMED], b[FP_SUMMED], c[FP_SUMMED], d[FP_SUMMED];
  size_t unit = 0;
  for (size_t done = 0; done < n; done += FP_SUMMED) {
    const size_t some = n - done < FP_SUMMED ? n - done : FP_SUMMED;
    for (size_t j = 0; j < some; j++) {
      row[j] = first, block[j] = (uint32_t)unit;
      if (++unit == units) unit = 0, first++;
    }
    FP_IVDEP for (size_t j = 0; j < some; j++) {
      const fp_words w = threefry(own_stream(stream, row[j]), block[j]);
      a[j] = w.a, b[j] = w.b, c[j] = w.c, d[j] = w.d;
    }
    FP_IVDEP for (size_t j = 0; j < some; j++) eps[done + j] = T(FIRST_NORMAL)(a[j], b[j], c[j], d[j]);
  }
}

/* One draw of rows of few units under N(0, 1): as many rows at a time as fill the arrays, since a row may be shorter than a vector. */
static __attribute__((noinline)) void short_rows(REAL *z, const REAL *eps, REAL *scale, double *kl, const REAL *both, size_t rows, size_t units)
{
  const size_t most = FP_SUMMED / units;
  for (size_t done = 0; done < rows; done += most) {
    const size_t some = rows - done < most ? rows - done : most, n = some * units, at = done * units;
    REAL mean[FP_SUMMED], raw[FP_SUMMED], log_scale[FP_SUMMED], terms[FP_SUMMED];
    for (size_t i = 0; i < some; i++) {
      memcpy(mean + i * units, both + 2 * (at + i * units), units * sizeof *mean);
      memcpy(raw + i * units, both + 2 * (at + i * units) + units, units * sizeof *raw);
    }
    REAL *restrict own_scale = scale + at, *restrict own_z = z + at;
    const REAL *restrict own_eps = eps + at;
    log_scales_of(log_scale, raw, n);
    scales_of(own_scale, log_scale, n);
    divergences(terms, mean, log_scale, n);
    FP_IVDEP for (size_t j = 0; j < n; j++) own_z[j] = T(fma)(own_scale[j], own_eps[j], mean[j]);
    for (size_t i = 0; i < some; i++) kl[done + i] = T(sum)(terms + i * units, units) / LOSS_UNIT;
  }
}

void NN(gaussian_head)(void *z_, void *eps_, void *scale_, void *prior_scale_, double *kl, double *log_ratio, const void *raw_,
                       const void *prior_, const fp_stream *stream, uint32_t first, size_t rows, size_t draws, size_t units)
{
  const int few = draws * units <= FP_GROUP;
  if (stream && few) draw_short_rows(eps_, stream, first, rows * draws * units, draws * units);
  if (few && draws == 1 && !prior_ && !log_ratio) {
    short_rows(z_, eps_, scale_, kl, raw_, rows, units);
    return;
  }
  for (size_t i = 0; i < rows; i++) {
    REAL *const own_eps = (REAL *)eps_ + i * draws * units, *const own_z = (REAL *)z_ + i * draws * units;
    const REAL *const own_raw = (const REAL *)raw_ + 2 * i * units;
    if (stream && !few) T(fp_fill_normal)(own_stream(stream, first + (uint32_t)i), 0, own_eps, draws * units);
    double total = 0.0;
    if (log_ratio) for (size_t d = 0; d < draws; d++) log_ratio[i * draws + d] = 0.0;
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict mean = own_raw + done, *restrict raw = mean + units, *restrict prior = NULL;
      REAL *restrict scale = (REAL *)scale_ + i * units + done, *restrict prior_scale = NULL;
      REAL terms[FP_SUMMED], log_scale[FP_SUMMED], distance[FP_SUMMED], ratio[FP_SUMMED];
      log_scales_of(log_scale, raw, n);
      scales_of(scale, log_scale, n);
      const REAL *from = mean;
      if (prior_) {
        prior = (const REAL *)prior_ + 2 * i * units + done, prior_scale = (REAL *)prior_scale_ + i * units + done;
        log_scales_of(ratio, prior + units, n);
        scales_of(prior_scale, ratio, n);
        relate(distance, ratio, log_scale, mean, scale, prior, prior_scale, prior + units, n);
        from = distance;
      }
      divergences(terms, from, log_scale, n);
      total += T(sum)(terms, n);
      for (size_t d = 0; d < draws; d++) {
        const REAL *restrict eps = own_eps + d * units + done;
        REAL *restrict z = own_z + d * units + done;
        FP_IVDEP for (size_t j = 0; j < n; j++) z[j] = T(fma)(scale[j], eps[j], mean[j]);
        if (!log_ratio) continue;
        const REAL *u = z;
        if (prior) {
          FP_IVDEP for (size_t j = 0; j < n; j++) ratio[j] = (z[j] - prior[j]) / prior_scale[j];
          u = ratio;
        }
        FP_IVDEP for (size_t j = 0; j < n; j++) terms[j] = T(fma)((REAL)0.5 * (u[j] - eps[j]), u[j] + eps[j], -log_scale[j]);
        log_ratio[i * draws + d] += T(sum)(terms, n);
      }
    }
    kl[i] = total / LOSS_UNIT;
  }
}

/* A row's gradient with respect to mean and scale times eps, summed over its draws: the first makes the sums, the others add. */
FP_INLINE void add_draw(REAL *restrict dmean, REAL *restrict dscale, const REAL *restrict dz, const REAL *restrict scale,
                        const REAL *restrict eps, int first, size_t n)
{
  if (first) { FP_IVDEP for (size_t j = 0; j < n; j++) { dmean[j] = dz[j]; dscale[j] = dz[j] * scale[j] * eps[j]; } }
  else { FP_IVDEP for (size_t j = 0; j < n; j++) { dmean[j] += dz[j]; dscale[j] += dz[j] * scale[j] * eps[j]; } }
}

void NN(gaussian_head_backward)(void *draw_, void *dprior_, const void *dz_, const void *raw_, const void *prior_, const void *eps_,
                                const void *scale_, const void *prior_scale_, const double *kl_weight, double free_bits, size_t rows,
                                size_t draws, size_t units)
{
  const REAL least = (REAL)free_bits;
  for (size_t i = 0; i < rows; i++) {
    const REAL weight = (REAL)kl_weight[i];
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict mean = (const REAL *)raw_ + 2 * i * units + done, *restrict raw = mean + units;
      const REAL *restrict scale = (const REAL *)scale_ + i * units + done;
      REAL *restrict dmean = (REAL *)draw_ + 2 * i * units + done, *restrict dlog_scale = dmean + units;
      REAL along[FP_SUMMED], across[FP_SUMMED], weights[FP_SUMMED], log_scale[FP_SUMMED];
      REAL distance[FP_SUMMED], ratio[FP_SUMMED], pull[FP_SUMMED];
      for (size_t d = 0; d < draws; d++) {
        const size_t at = (i * draws + d) * units + done;
        add_draw(along, across, (const REAL *)dz_ + at, scale, (const REAL *)eps_ + at, d == 0, n);
      }
      const REAL *prior = NULL, *prior_scale = NULL, *from = mean, *relative = scale;
      if (least > 0) log_scales_of(log_scale, raw, n);
      if (prior_) {
        prior = (const REAL *)prior_ + 2 * i * units + done, prior_scale = (const REAL *)prior_scale_ + i * units + done;
        relate(distance, ratio, least > 0 ? log_scale : NULL, mean, scale, prior, prior_scale, prior + units, n);
        from = distance, relative = ratio;
      }
      if (least > 0) { FP_IVDEP for (size_t j = 0; j < n; j++) weights[j] = T(kl_of)(from[j], log_scale[j]) < least ? 0 : weight; }
      else for (size_t j = 0; j < n; j++) weights[j] = weight;
      const REAL *pulls = weights;
      if (prior) {
        FP_IVDEP for (size_t j = 0; j < n; j++) pull[j] = weights[j] / prior_scale[j];
        pulls = pull;
      }
      FP_IVDEP for (size_t j = 0; j < n; j++) {
        const REAL variance_less_one = T(fma)(relative[j], relative[j], (REAL)-1);
        dmean[j] = T(fma)(pulls[j], from[j], along[j]);
        dlog_scale[j] = T(fma)(weights[j], variance_less_one, across[j]);
      }
      times_slopes(dlog_scale, raw, n);
      if (dprior_) {
        REAL *restrict dprior = (REAL *)dprior_ + 2 * i * units + done, *restrict dprior_log_scale = dprior + units;
        FP_IVDEP for (size_t j = 0; j < n; j++) {
          const REAL variance_less_one = T(fma)(ratio[j], ratio[j], (REAL)-1);
          dprior[j] = -(pull[j] * distance[j]);
          dprior_log_scale[j] = -(weights[j] * T(fma)(distance[j], distance[j], variance_less_one));
        }
        times_slopes(dprior_log_scale, prior + units, n);
      }
    }
  }
}

void NN(gaussian_head_backward_drawn)(void *draw_, void *dprior_, const void *dz_, const void *z_, const void *raw_, const void *prior_,
                                      const void *eps_, const void *scale_, const void *prior_scale_, const double *ratio_weight,
                                      const double *through, size_t rows, size_t draws, size_t units)
{
  for (size_t i = 0; i < rows; i++) {
    double weights = 0.0;
    for (size_t d = 0; d < draws; d++) weights += through ? 0.0 : ratio_weight[i * draws + d];
    for (size_t done = 0; done < units; done += FP_SUMMED) {
      const size_t n = units - done < FP_SUMMED ? units - done : FP_SUMMED;
      const REAL *restrict raw = (const REAL *)raw_ + 2 * i * units + units + done, *restrict scale = (const REAL *)scale_ + i * units + done;
      const REAL *restrict prior = NULL, *restrict prior_scale = NULL;
      REAL *restrict dmean = (REAL *)draw_ + 2 * i * units + done, *restrict dlog_scale = dmean + units;
      REAL slopes[FP_SUMMED], pull[FP_SUMMED], unused[2][FP_SUMMED], *restrict dprior = unused[0], *restrict dprior_log_scale = unused[1];
      if (prior_) {
        prior = (const REAL *)prior_ + 2 * i * units + done, prior_scale = (const REAL *)prior_scale_ + i * units + done;
        if (dprior_) dprior = (REAL *)dprior_ + 2 * i * units + done, dprior_log_scale = dprior + units;
        for (size_t j = 0; j < n; j++) dprior[j] = dprior_log_scale[j] = 0;
      }
      for (size_t d = 0; d < draws; d++) {
        const size_t at = (i * draws + d) * units + done;
        const REAL *restrict dz = (const REAL *)dz_ + at, *restrict z = (const REAL *)z_ + at, *restrict eps = (const REAL *)eps_ + at;
        const REAL part = through ? (REAL)through[i * draws + d] : 1, own = (REAL)ratio_weight[i * draws + d];
        const REAL weight = through ? (REAL)(ratio_weight[i * draws + d] * through[i * draws + d]) : own;
        const REAL *down = z;                                  /* -d log p(z)/dz */
        if (prior) {
          FP_IVDEP for (size_t j = 0; j < n; j++) {
            const REAL u = (z[j] - prior[j]) / prior_scale[j];
            pull[j] = u / prior_scale[j];
            dprior[j] = T(fma)(-own, pull[j], dprior[j]);
            dprior_log_scale[j] = T(fma)(own, T(fma)(-u, u, (REAL)1), dprior_log_scale[j]);
          }
          down = pull;
        }
        if (through) { FP_IVDEP for (size_t j = 0; j < n; j++) slopes[j] = T(fma)(weight, down[j] - eps[j] / scale[j], part * dz[j]); }
        else { FP_IVDEP for (size_t j = 0; j < n; j++) slopes[j] = T(fma)(weight, down[j], dz[j]); }
        add_draw(dmean, dlog_scale, slopes, scale, eps, d == 0, n);
      }
      FP_IVDEP for (size_t j = 0; j < n; j++) dlog_scale[j] -= (REAL)weights;
      times_slopes(dlog_scale, raw, n);
      if (dprior_) times_slopes(dprior_log_scale, prior + units, n);
    }
  }
}
