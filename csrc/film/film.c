/* Feature-wise linear modulation: y = gamma x + beta, and its gradients. */
#include "film/film.h"
#include "core/stream.h"
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
 * In f64 a term is dout x or dout exactly, in two parts, and what adding it loses is kept. Running sums in double of exact products of
 * floats are far finer than the last place of a float, and so are what f32 needs. */

enum { LANES = 8 };   /* running sums of a row: with those of both kinds and what they lose, half of an AVX2 CPU's registers */

FP_INLINE dd product_f64(double a, double b) { return two_product(a, b); }
FP_INLINE dd number_f64(double a) { return (dd){a, 0.0}; }
FP_INLINE void add_f64(double *sum, double *lost, dd term)
{
  const dd s = two_sum(*sum, term.hi);
  *sum = s.hi;
  *lost += s.lo + term.lo;
}

FP_INLINE dd total_f64(double sum, double lost) { return (dd){sum, lost}; }

FP_INLINE double product_f32(float a, float b) { return (double)a * (double)b; }
FP_INLINE double number_f32(float a) { return (double)a; }
FP_INLINE void add_f32(double *sum, double *lost, double term) { (void)lost; *sum += term; }
FP_INLINE double total_f32(double sum, double lost) { (void)lost; return sum; }

/* Half of the lanes to the other half, until all is in the first. */
FP_INLINE void fold_f64(double *sum, double *lost)
{
  FP_UNROLL for (size_t width = LANES / 2; width; width /= 2) {
    FP_UNROLL for (size_t k = 0; k < width; k++) {
      const dd s = two_sum(sum[k], sum[k + width]);
      sum[k] = s.hi;
      lost[k] += s.lo + lost[k + width];
    }
  }
}
FP_INLINE void fold_f32(double *sum, double *lost)
{
  (void)lost;
  FP_UNROLL for (size_t width = LANES / 2; width; width /= 2) {
    FP_UNROLL for (size_t k = 0; k < width; k++) sum[k] += sum[k + width];
  }
}

/* How dx is written: of columns beside the sums or by a loop after them, which finds dout in the L1 cache, of rows always so. */
#define FILM_LOOP(T, y, n, call) FP_IVDEP for (size_t i = 0; i < n; i++) y[i] = canonical_##T(call);
#define FILM_NOTHING(T, y, n, call)
#define FILM_BESIDE(T) dx[j] = canonical_##T(a * gamma[j]);
#define FILM_NOT_BESIDE(T)

#define FILM_TILES(T, suffix, BESIDE, AFTER_COLUMNS, AFTER_ROWS) \
  void FP_SYM(fp_film_columns_##T##suffix)(const fp_film_tile *); \
  void FP_SYM(fp_film_rows_##T##suffix)(const fp_film_tile *); \
  void FP_SYM(fp_film_columns_##T##suffix)(const fp_film_tile *t) \
  { \
    const FP_REAL_##T *const gamma = t->gamma; \
    double *const products = t->sums[FP_FILM_PRODUCTS], *const plain = t->sums[FP_FILM_PLAIN], \
           *const products_lost = t->sums[FP_FILM_PRODUCTS_LOST], *const plain_lost = t->sums[FP_FILM_PLAIN_LOST]; \
    const size_t cols = t->cols; \
    for (size_t row = 0; row < t->rows; row++) { \
      const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)row * t->dout_row, \
                        *x = (const FP_REAL_##T *)t->x + (ptrdiff_t)row * t->x_row; \
      FP_REAL_##T *const dx = (FP_REAL_##T *)t->dx + (ptrdiff_t)row * t->dx_row; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) { \
        const FP_REAL_##T a = dout[j]; \
        add_##T(&products[j], &products_lost[j], product_##T(a, x[j])); \
        add_##T(&plain[j], &plain_lost[j], number_##T(a)); \
        BESIDE(T) \
      } \
      AFTER_COLUMNS(T, dx, cols, dout[i] * gamma[i]) \
    } \
  } \
  void FP_SYM(fp_film_rows_##T##suffix)(const fp_film_tile *t) \
  { \
    const size_t cols = t->cols; \
    for (size_t row = 0; row < t->rows; row++) { \
      const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)row * t->dout_row, \
                        *const x = (const FP_REAL_##T *)t->x + (ptrdiff_t)row * t->x_row, gamma = ((const FP_REAL_##T *)t->gamma)[row]; \
      FP_REAL_##T *const dx = (FP_REAL_##T *)t->dx + (ptrdiff_t)row * t->dx_row; \
      double products[LANES] = {0.0}, plain[LANES] = {0.0}, products_lost[LANES] = {0.0}, plain_lost[LANES] = {0.0}; \
      size_t j = 0; \
      for (; j + LANES <= cols; j += LANES) { \
        FP_IVDEP for (size_t k = 0; k < LANES; k++) { \
          const FP_REAL_##T a = dout[j + k]; \
          add_##T(&products[k], &products_lost[k], product_##T(a, x[j + k])); \
          add_##T(&plain[k], &plain_lost[k], number_##T(a)); \
        } \
      } \
      for (size_t k = 0; j + k < cols; k++) { \
        const FP_REAL_##T a = dout[j + k]; \
        add_##T(&products[k], &products_lost[k], product_##T(a, x[j + k])); \
        add_##T(&plain[k], &plain_lost[k], number_##T(a)); \
      } \
      AFTER_ROWS(T, dx, cols, dout[i] * gamma) \
      fold_##T(products, products_lost); \
      fold_##T(plain, plain_lost); \
      add_##T(&t->sums[FP_FILM_PRODUCTS][row], &t->sums[FP_FILM_PRODUCTS_LOST][row], total_##T(products[0], products_lost[0])); \
      add_##T(&t->sums[FP_FILM_PLAIN][row], &t->sums[FP_FILM_PLAIN_LOST][row], total_##T(plain[0], plain_lost[0])); \
    } \
  }

#define FILM_KERNELS(T) \
  FILM_TILES(T, , FILM_BESIDE, FILM_NOTHING, FILM_LOOP) \
  FILM_TILES(T, _streamed, FILM_NOT_BESIDE, FP_STREAMED_LOOP, FP_STREAMED_LOOP) \
  extern const fp_film_kernels FP_SYM(fp_film_kernels_##T); \
  void FP_SYM(fp_film_finish_##T)(void *, const double *, const double *, size_t); \
  void FP_SYM(fp_film_backward_each_##T)(void *, void *, void *, const void *, const void *, const void *, size_t); \
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
  const fp_film_kernels FP_SYM(fp_film_kernels_##T) = { \
    FP_SYM(fp_film_columns_##T), FP_SYM(fp_film_rows_##T), FP_SYM(fp_film_columns_##T##_streamed), FP_SYM(fp_film_rows_##T##_streamed), \
    FP_SYM(fp_film_finish_##T), FP_SYM(fp_film_backward_each_##T), \
    {FP_SYM(fp_film_##T##_array_streamed), FP_SYM(fp_film_##T##_fixed_streamed)}};
FILM_KERNELS(f32)
FILM_KERNELS(f64)
