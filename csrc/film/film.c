/* Feature-wise linear modulation: y = gamma x + beta, and its gradients. */
#include "film/film.h"
#include "math/dd.h"

/* ---- y, rounded once: 0.5 ULP */

typedef struct { double gamma, beta; } modulation_f64;
typedef struct { float gamma, beta; } modulation_f32;
FP_INLINE modulation_f64 modulation_prepare_f64(double gamma, double beta) { return (modulation_f64){gamma, beta}; }
FP_INLINE modulation_f32 modulation_prepare_f32(float gamma, float beta) { return (modulation_f32){gamma, beta}; }

FP_INLINE double film_f64(double x, modulation_f64 p) { return fma_f64(p.gamma, x, p.beta); }
FP_INLINE float film_f32(float x, modulation_f32 p) { return fma_f32(p.gamma, x, p.beta); }

#define FP_FAMILY_modulation ,1
#include "core/family.h"

/* ---- gradients: dx rounded once; sums as film.h has them
 *
 * In f64 a term is dout x or dout exactly, in two parts. Running sums in double of exact products of floats are far finer than the
 * last place of a float, and so are what f32 needs. */

FP_INLINE dd plus_f64(dd a, dd b)
{
  const dd s = two_sum(a.hi, b.hi);
  return (dd){s.hi, s.lo + (a.lo + b.lo)};
}
FP_INLINE dd product_f64(double a, double b) { return two_product(a, b); }
FP_INLINE dd number_f64(double a) { return (dd){a, 0.0}; }
FP_INLINE void add_f64(double *sum, double *lost, dd term)
{
  const dd s = two_sum(*sum, term.hi);
  *sum = s.hi;
  *lost += s.lo + term.lo;
}

FP_INLINE double plus_f32(double a, double b) { return a + b; }
FP_INLINE double product_f32(float a, float b) { return (double)a * (double)b; }
FP_INLINE double number_f32(float a) { return (double)a; }
FP_INLINE void add_f32(double *sum, double *lost, double term) { (void)lost; *sum += term; }

static void fold(double *restrict sums, double *restrict lost, size_t width)
{
  for (width /= 2; width; width /= 2) {
    FP_IVDEP for (size_t k = 0; k < width; k++) {
      const dd s = two_sum(sums[k], sums[k + width]);
      sums[k] = s.hi;
      lost[k] += s.lo + lost[k + width];
    }
  }
}

#define FILM_KERNELS(T) \
  extern const fp_film_kernels FP_SYM(fp_film_kernels_##T); \
  void FP_SYM(fp_film_backward_##T)(const fp_film_tile *); \
  void FP_SYM(fp_film_finish_##T)(void *, const double *, const double *, size_t); \
  void FP_SYM(fp_film_backward_each_##T)(void *, void *, void *, const void *, const void *, const void *, size_t); \
  void FP_SYM(fp_film_backward_##T)(const fp_film_tile *t) \
  { \
    const FP_REAL_##T *const gamma = t->gamma; \
    double *const products = t->sums[FP_FILM_PRODUCTS], *const plain = t->sums[FP_FILM_PLAIN], \
           *const products_lost = t->sums[FP_FILM_PRODUCTS_LOST], *const plain_lost = t->sums[FP_FILM_PLAIN_LOST]; \
    const size_t cols = t->cols; \
    size_t i = 0; \
    for (; i + FP_FILM_ROWS <= t->rows; i += FP_FILM_ROWS) { \
      const FP_REAL_##T *const d0 = (const FP_REAL_##T *)t->dout + (ptrdiff_t)i * t->dout_row, *const d1 = d0 + t->dout_row, \
                        *const d2 = d1 + t->dout_row, *const d3 = d2 + t->dout_row; \
      const FP_REAL_##T *const x0 = (const FP_REAL_##T *)t->x + (ptrdiff_t)i * t->x_row, *const x1 = x0 + t->x_row, \
                        *const x2 = x1 + t->x_row, *const x3 = x2 + t->x_row; \
      FP_REAL_##T *const y0 = (FP_REAL_##T *)t->dx + (ptrdiff_t)i * t->dx_row, *const y1 = y0 + t->dx_row, \
                  *const y2 = y1 + t->dx_row, *const y3 = y2 + t->dx_row; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) { \
        const FP_REAL_##T a = d0[j], b = d1[j], c = d2[j], d = d3[j], g = gamma[j]; \
        add_##T(&products[j], &products_lost[j], plus_##T(plus_##T(product_##T(a, x0[j]), product_##T(b, x1[j])), \
                                                          plus_##T(product_##T(c, x2[j]), product_##T(d, x3[j])))); \
        add_##T(&plain[j], &plain_lost[j], plus_##T(plus_##T(number_##T(a), number_##T(b)), plus_##T(number_##T(c), number_##T(d)))); \
        y0[j] = canonical_##T(a * g); \
        y1[j] = canonical_##T(b * g); \
        y2[j] = canonical_##T(c * g); \
        y3[j] = canonical_##T(d * g); \
      } \
    } \
    for (; i < t->rows; i++) { \
      const FP_REAL_##T *const d0 = (const FP_REAL_##T *)t->dout + (ptrdiff_t)i * t->dout_row, \
                        *const x0 = (const FP_REAL_##T *)t->x + (ptrdiff_t)i * t->x_row; \
      FP_REAL_##T *const y0 = (FP_REAL_##T *)t->dx + (ptrdiff_t)i * t->dx_row; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) { \
        const FP_REAL_##T a = d0[j]; \
        add_##T(&products[j], &products_lost[j], product_##T(a, x0[j])); \
        add_##T(&plain[j], &plain_lost[j], number_##T(a)); \
        y0[j] = canonical_##T(a * gamma[j]); \
      } \
    } \
  } \
  void FP_SYM(fp_film_finish_##T)(void *results_, const double *sums, const double *lost, size_t n) \
  { \
    FP_REAL_##T *results = results_; \
    FP_IVDEP for (size_t j = 0; j < n; j++) { \
      const double sum = sums[j], rest = lost[j]; \
      results[j] = canonical_##T((FP_REAL_##T)(sum + (is_finite(sum) ? rest : 0.0))); \
    } \
  } \
  void FP_SYM(fp_film_backward_each_##T)(void *dx_, void *dgamma_, void *dbeta_, const void *dout_, const void *x_, const void *gamma_, \
                                         size_t n) \
  { \
    FP_REAL_##T *dx = dx_, *dgamma = dgamma_, *dbeta = dbeta_; \
    const FP_REAL_##T *dout = dout_, *x = x_, *gamma = gamma_; \
    FP_IVDEP for (size_t j = 0; j < n; j++) { \
      const FP_REAL_##T d = dout[j]; \
      dgamma[j] = canonical_##T(d * x[j]); \
      dbeta[j] = canonical_##T(d); \
      dx[j] = canonical_##T(d * gamma[j]); \
    } \
  } \
  const fp_film_kernels FP_SYM(fp_film_kernels_##T) = {FP_SYM(fp_film_backward_##T), FP_SYM(fp_film_finish_##T), fold, \
                                                       FP_SYM(fp_film_backward_each_##T)};
FILM_KERNELS(f32)
FILM_KERNELS(f64)
