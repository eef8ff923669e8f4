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

enum {
  LANES = 8,           /* running sums of a row */
  BLOCK_f64 = FP_LANES < 4 ? 4 : FP_LANES, BLOCK_f32 = 2 * BLOCK_f64,   /* columns whose sums of both kinds are in registers, */
  SPAN_f64 = BLOCK_f64, SPAN_f32 = LANES,   /* of a row's running sums, those that are, with what they lose: a chain each; */
  PART = 128,          /* elements of a row, after which the next of them have their turn */
  ROWS = 8,            /* rows whose running sums are added to each other side by side */
  NARROW = 2 * LANES,  /* elements of a row, below which rows are summed side by side altogether */
  SHORT = 2048         /* bytes of short rows after which, about, their dx is computed */
};

/* a + b by a multiplier: of the 15 additions that an element's sums are, 7 take the place that adders leave idle (many CPUs with AVX2 have
 * two of either; elsewhere both are one, or fma is a function). To a compiler that knew of the 1.0 it would be an addition again. */
#if FP_LANES > 2
FP_INLINE double add_fused(double a, double b, double one) { return fma_f64(a, one, b); }
#else
FP_INLINE double add_fused(double a, double b, double one) { (void)one; return a + b; }
#endif
/* What is times one below would be moved only: a compiler's memcpy does so in pieces of 16 bytes, for which loads of whole vectors wait. */
static const volatile double unknown_one = 1.0;

/* A loop whose body is a few vectors, and stays one. */
#if defined(__clang__)
#define FP_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define FP_ROLLED _Pragma("GCC unroll 1")
#endif

FP_INLINE dd product_f64(double a, double b) { return two_product(a, b); }
FP_INLINE dd sum_f64(double a, double b, double one)
{
  const double s = a + b, t = s - a;
  return (dd){s, add_fused(a - add_fused(-t, s, one), b - t, one)};
}
FP_INLINE void add_f64(double *sum, double *lost, dd term, double one)
{
  const dd s = sum_f64(*sum, term.hi, one);
  *sum = s.hi;
  *lost = add_fused(add_fused(s.lo, term.lo, one), *lost, one);
}
/* What is lost never is -0.0: that a number has no second part makes no difference to it. */
FP_INLINE void count_f64(double *sum, double *lost, double number, double one)
{
  const dd s = sum_f64(*sum, number, one);
  *sum = s.hi;
  *lost = add_fused(s.lo, *lost, one);
}
/* The first term of a sum, which was 0.0 and had lost nothing: -0.0 becomes 0.0. */
FP_INLINE void begin_f64(double *sum, double *lost, dd term) { *sum = term.hi + 0.0; *lost = term.lo + 0.0; }

FP_INLINE double product_f32(float a, float b) { return (double)a * (double)b; }
FP_INLINE void add_f32(double *sum, double *lost, double term, double one) { (void)lost, (void)one; *sum += term; }
FP_INLINE void begin_f32(double *sum, double *lost, double term) { *sum = term + 0.0; *lost = 0.0; }
FP_INLINE void count_f32(double *sum, double *lost, float number, double one) { (void)lost, (void)one; *sum += (double)number; }

/* One of the running sums to another. */
FP_INLINE void join_f64(double *sum, double *lost, double other, double other_lost, double one)
{
  add_f64(sum, lost, (dd){other, other_lost}, one);
}
FP_INLINE void join_f32(double *sum, double *lost, double other, double other_lost, double one)
{
  (void)other_lost;
  add_f32(sum, lost, other, one);
}
FP_INLINE double result_f64(double sum, double lost) { return canonical_f64(sum + (is_finite(sum) ? lost : 0.0)); }
FP_INLINE float result_f32(double sum, double lost) { (void)lost; return canonical_f32((float)sum); }

#define FILM_DO(code) code
#define FILM_LEAVE(code)
/* What is lost is nothing to f32. */
#define FILM_LOST_f32 FILM_LEAVE
#define FILM_LOST_f64 FILM_DO

/* Products with a factor a row. */
typedef struct { double factor; } factor_f64;
typedef struct { float factor; } factor_f32;
FP_INLINE factor_f64 factor_prepare_f64(double factor) { return (factor_f64){factor}; }
FP_INLINE factor_f32 factor_prepare_f32(float factor) { return (factor_f32){factor}; }
FP_INLINE double scaled_f64(double x, factor_f64 p) { return x * p.factor; }
FP_INLINE float scaled_f32(float x, factor_f32 p) { return x * p.factor; }

#define FILM_ROWS(T) \
  static void scale_rows_##T(void *const *args, const ptrdiff_t *steps, size_t rows, size_t n, int streams) \
  { FP_ROWS_LOOP(T, factor, scaled, 1, 1) } \
  /* Rows, eight elements at a time, while those that come `ahead` are fetched: computing dx a CPU forgets to. */ \
  FP_INLINE void wide_rows_##T(const fp_film_tile *t, size_t first, size_t rows, size_t ahead, double one) \
  { \
    enum { HALF = LANES / 2 }; \
    const double zero = one - 1.0; \
    const size_t whole = t->cols / LANES * LANES, rest = t->cols - whole; \
    double halves[FP_FILM_SUMS][ROWS * HALF]; \
    FP_ROLLED for (size_t row = 0; row < rows; row++) { \
      const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)(first + row) * t->dout_row, \
                        *const x = (const FP_REAL_##T *)t->x + (ptrdiff_t)(first + row) * t->x_row; \
      double products[LANES], plain[LANES], products_lost[LANES], plain_lost[LANES]; \
      FP_VECTORS(LANES) for (size_t k = 0; k < LANES; k++) products[k] = plain[k] = products_lost[k] = plain_lost[k] = zero; \
      for (size_t begin = 0, end; begin < whole; begin = end) { \
        end = SPAN_##T < LANES && whole - begin > PART ? begin + PART : whole; \
        FP_UNROLL for (size_t lane = 0; lane < LANES; lane += SPAN_##T) { \
          FP_ROLLED for (size_t j = begin + lane; j < end; j += LANES) { \
            FP_VECTORS(SPAN_##T) for (size_t k = 0; k < SPAN_##T; k++) { \
              const FP_REAL_##T a = dout[j + k]; \
              add_##T(&products[lane + k], &products_lost[lane + k], product_##T(a, x[j + k]), one); \
              count_##T(&plain[lane + k], &plain_lost[lane + k], a, one); \
            } \
            if (lane == 0) { \
              __builtin_prefetch(dout + j + ahead); \
              __builtin_prefetch(x + j + ahead); \
            } \
          } \
        } \
      } \
      FP_UNROLL for (size_t lane = 0; lane < LANES; lane += SPAN_##T) { \
        if (lane < rest) { \
          FP_VECTORS(SPAN_##T) for (size_t k = 0; k < SPAN_##T; k++) { \
            const FP_REAL_##T a = lane + k < rest ? dout[whole + lane + k] : 0, b = lane + k < rest ? x[whole + lane + k] : 0; \
            add_##T(&products[lane + k], &products_lost[lane + k], product_##T(a, b), one); \
            count_##T(&plain[lane + k], &plain_lost[lane + k], a, one); \
          } \
        } \
      } \
      FP_VECTORS(HALF) for (size_t k = 0; k < HALF; k++) { \
        join_##T(&products[k], &products_lost[k], products[HALF + k], products_lost[HALF + k], one); \
        join_##T(&plain[k], &plain_lost[k], plain[HALF + k], plain_lost[HALF + k], one); \
        halves[FP_FILM_PRODUCTS][row * HALF + k] = products[k]; \
        halves[FP_FILM_PLAIN][row * HALF + k] = plain[k]; \
        FILM_LOST_##T(halves[FP_FILM_PRODUCTS_LOST][row * HALF + k] = products_lost[k];) \
        FILM_LOST_##T(halves[FP_FILM_PLAIN_LOST][row * HALF + k] = plain_lost[k];) \
      } \
    } \
    for (int s = FP_FILM_PRODUCTS; s <= FP_FILM_PLAIN; s++) { \
      double *const sums = t->sums[s] + first, *const lost = t->sums[s + FP_FILM_PRODUCTS_LOST] + first; \
      FP_IVDEP for (size_t k = 0; k < rows; k++) { \
        const double *const half = halves[s] + k * HALF, *const half_lost = halves[s + FP_FILM_PRODUCTS_LOST] + k * HALF; \
        double a = half[0], b = half[1], a_lost = half_lost[0], b_lost = half_lost[1]; \
        join_##T(&a, &a_lost, half[2], half_lost[2], one); \
        join_##T(&b, &b_lost, half[3], half_lost[3], one); \
        join_##T(&a, &a_lost, b, b_lost, one); \
        join_##T(&sums[k], &lost[k], a, a_lost, one); \
      } \
    } \
  } \
  /* ROWS narrow rows side by side, in the same order: a running sum that has no element is left out. */ \
  FP_INLINE void narrow_rows_##T(const fp_film_tile *t, size_t row, double one) \
  { \
    FILM_LOST_##T(const double zero = one - 1.0;) \
    const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)row * t->dout_row, \
                      *const x = (const FP_REAL_##T *)t->x + (ptrdiff_t)row * t->x_row; \
    const ptrdiff_t dout_row = t->dout_row, x_row = t->x_row; \
    double products[LANES][ROWS], plain[LANES][ROWS], products_lost[LANES][ROWS], plain_lost[LANES][ROWS]; \
    size_t lanes = t->cols < LANES ? t->cols : LANES; \
    for (size_t lane = 0; lane < lanes; lane++) { \
      FP_VECTORS(ROWS) for (size_t k = 0; k < ROWS; k++) { \
        const FP_REAL_##T a = dout[(ptrdiff_t)k * dout_row + (ptrdiff_t)lane], b = x[(ptrdiff_t)k * x_row + (ptrdiff_t)lane]; \
        begin_##T(&products[lane][k], &products_lost[lane][k], product_##T(a, b)); \
        plain[lane][k] = (double)a + 0.0; \
        FILM_LOST_##T(plain_lost[lane][k] = zero;) \
      } \
      for (size_t j = lane + LANES; j < t->cols; j += LANES) { \
        FP_VECTORS(ROWS) for (size_t k = 0; k < ROWS; k++) { \
          const FP_REAL_##T a = dout[(ptrdiff_t)k * dout_row + (ptrdiff_t)j], b = x[(ptrdiff_t)k * x_row + (ptrdiff_t)j]; \
          add_##T(&products[lane][k], &products_lost[lane][k], product_##T(a, b), one); \
          count_##T(&plain[lane][k], &plain_lost[lane][k], a, one); \
        } \
      } \
    } \
    for (size_t width = LANES / 2; width; width /= 2) { \
      for (size_t lane = 0; lane + width < lanes; lane++) { \
        FP_VECTORS(ROWS) for (size_t k = 0; k < ROWS; k++) { \
          join_##T(&products[lane][k], &products_lost[lane][k], products[lane + width][k], products_lost[lane + width][k], one); \
          join_##T(&plain[lane][k], &plain_lost[lane][k], plain[lane + width][k], plain_lost[lane + width][k], one); \
        } \
      } \
      if (lanes > width) lanes = width; \
    } \
    double *const all[] = {t->sums[FP_FILM_PRODUCTS] + row, t->sums[FP_FILM_PLAIN] + row, t->sums[FP_FILM_PRODUCTS_LOST] + row, \
                           t->sums[FP_FILM_PLAIN_LOST] + row}; \
    FP_VECTORS(ROWS) for (size_t k = 0; k < ROWS; k++) { \
      join_##T(&all[FP_FILM_PRODUCTS][k], &all[FP_FILM_PRODUCTS_LOST][k], products[0][k], products_lost[0][k], one); \
      join_##T(&all[FP_FILM_PLAIN][k], &all[FP_FILM_PLAIN_LOST][k], plain[0][k], plain_lost[0][k], one); \
    } \
  } \
  void FP_SYM(fp_film_rows_##T)(const fp_film_tile *); \
  void FP_SYM(fp_film_rows_##T)(const fp_film_tile *t) \
  { \
    enum { LINE = FP_STREAM_LINE / sizeof(FP_REAL_##T) }; \
    const double one = unknown_one; \
    const size_t cols = t->cols, bytes = cols * sizeof(FP_REAL_##T); \
    const int together = t->dx_row == (ptrdiff_t)cols && t->dout_row == (ptrdiff_t)cols; \
    /* Short rows, so many at a time as are elements in some lines: they end where in a line they began. */ \
    const size_t most = !together || bytes >= FP_STREAMED_ROW ? 1 : (SHORT / (LINE * bytes) + 1) * LINE; \
    for (size_t done = 0, end; done < t->rows; done = end) { \
      end = t->rows - done < most ? t->rows : done + most; \
      size_t row = done; \
      if (cols < NARROW) for (; row + ROWS <= end; row += ROWS) narrow_rows_##T(t, row, one); \
      for (size_t m; row < end; row += m) wide_rows_##T(t, row, m = end - row < ROWS ? end - row : ROWS, most * cols, one); \
      void *const args[] = {(FP_REAL_##T *)t->dout + (ptrdiff_t)done * t->dout_row, (FP_REAL_##T *)t->gamma + done, \
                            (FP_REAL_##T *)t->dx + (ptrdiff_t)done * t->dx_row}; \
      scale_rows_##T(args, (const ptrdiff_t[]){1}, end - done, cols, t->streams); \
    } \
  }

/* Columns of many rows, a row at a time, as memory has them. */
#define FILM_COLUMNS(T, suffix, BESIDE, AFTER) \
  void FP_SYM(fp_film_columns_##T##suffix)(const fp_film_tile *); \
  void FP_SYM(fp_film_columns_##T##suffix)(const fp_film_tile *t) \
  { \
    const FP_REAL_##T *const gamma = t->gamma; \
    double *const products = t->sums[FP_FILM_PRODUCTS], *const plain = t->sums[FP_FILM_PLAIN], \
           *const products_lost = t->sums[FP_FILM_PRODUCTS_LOST], *const plain_lost = t->sums[FP_FILM_PLAIN_LOST]; \
    const size_t cols = t->cols; \
    const double one = unknown_one; \
    for (size_t row = 0; row < t->rows; row++) { \
      const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)row * t->dout_row, \
                        *x = (const FP_REAL_##T *)t->x + (ptrdiff_t)row * t->x_row; \
      FP_REAL_##T *const dx = (FP_REAL_##T *)t->dx + (ptrdiff_t)row * t->dx_row; \
      FP_IVDEP for (size_t j = 0; j < cols; j++) { \
        const FP_REAL_##T a = dout[j]; \
        add_##T(&products[j], &products_lost[j], product_##T(a, x[j]), one); \
        count_##T(&plain[j], &plain_lost[j], a, one); \
        BESIDE(dx[j] = canonical_##T(a * gamma[j]);) \
      } \
      AFTER(FP_STREAMED_LOOP(T, dx, cols, dout[i] * gamma[i])) \
    } \
  }

/* dx of a group past the caches: whole lines, where its rows follow one another also those that a row ends in. */
#define FILM_SCALED_COLUMNS(T) \
  FP_INLINE void scale_columns_##T(const fp_film_tile *t, size_t group) \
  { \
    enum { LINE = FP_STREAM_LINE / sizeof(FP_REAL_##T) }; \
    const size_t cols = t->cols, rows = t->rows, first = group * rows; \
    const FP_REAL_##T *const gamma = (const FP_REAL_##T *)t->gamma + group * cols; \
    const int together = cols >= LINE && t->dx_row == (ptrdiff_t)cols && t->dout_row == (ptrdiff_t)cols; \
    const size_t runs = together ? 1 : rows, n = together ? rows * cols : cols; \
    FP_REAL_##T turn[2 * LINE];   /* the end of a row and the begin of the next */ \
    for (size_t k = 0; together && k < LINE; k++) turn[k] = gamma[cols - LINE + k], turn[LINE + k] = gamma[k]; \
    for (size_t run = 0; run < runs; run++) { \
      FP_REAL_##T *const dx = (FP_REAL_##T *)t->dx + (ptrdiff_t)(first + run) * t->dx_row; \
      const FP_REAL_##T *const dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)(first + run) * t->dout_row; \
      size_t done = stream_head(dx, n, sizeof *dx), column = done; \
      FP_IVDEP for (size_t i = 0; i < done; i++) dx[i] = canonical_##T(dout[i] * gamma[i]); \
      for (; done + LINE <= n; done += LINE) { \
        _Alignas(FP_STREAM_LINE) FP_REAL_##T line[LINE]; \
        const FP_REAL_##T *const factors = column + LINE <= cols ? gamma + column : turn + (column + LINE - cols); \
        FP_VECTORS(LINE) for (size_t k = 0; k < LINE; k++) line[k] = canonical_##T(dout[done + k] * factors[k]); \
        stream_line(dx + done, line); \
        column += LINE; \
        if (column >= cols) column -= cols; \
      } \
      FP_IVDEP for (size_t i = done; i < n; i++) dx[i] = canonical_##T(dout[i] * gamma[column + i - done]); \
    } \
  }

/* Columns of few rows, BLOCK at a time, of which the first are `there`: their sums stay in registers. A CPU that fetches what follows in
 * memory does not see rows beside each other; so it is told what the next group is. */
#define FILM_FEW_ROW(T, BESIDE, code) \
    FP_VECTORS(BLOCK) for (size_t k = 0; k < BLOCK; k++) { \
      const FP_REAL_##T a = k < there ? dout[k] : 0, b = k < there ? x[k] : 0; \
      code \
      BESIDE(if (k < there) dx[k] = canonical_##T(a * gamma[k]);) \
    } \
    __builtin_prefetch(dout + (ptrdiff_t)rows * t->dout_row); \
    __builtin_prefetch(x + (ptrdiff_t)rows * t->x_row); \
    dout += t->dout_row; \
    x += t->x_row; \
    BESIDE(dx += t->dx_row;)
#define FILM_FEW(T, suffix, BESIDE, AFTER) \
  FP_INLINE void block_##T##suffix(const fp_film_tile *t, size_t group, size_t j, size_t there, double one) \
  { \
    enum { BLOCK = BLOCK_##T }; \
    const size_t rows = t->rows, first = group * rows, at = group * t->cols + j; \
    const FP_REAL_##T *dout = (const FP_REAL_##T *)t->dout + (ptrdiff_t)first * t->dout_row + (ptrdiff_t)j, \
                      *x = (const FP_REAL_##T *)t->x + (ptrdiff_t)first * t->x_row + (ptrdiff_t)j; \
    BESIDE(FP_REAL_##T *dx = (FP_REAL_##T *)t->dx + (ptrdiff_t)first * t->dx_row + (ptrdiff_t)j; \
           const FP_REAL_##T *const gamma = (const FP_REAL_##T *)t->gamma + at;) \
    double products[BLOCK], plain[BLOCK], products_lost[BLOCK], plain_lost[BLOCK]; \
    FILM_LOST_##T(const double zero = one - 1.0;) \
    FILM_FEW_ROW(T, BESIDE, { \
      begin_##T(&products[k], &products_lost[k], product_##T(a, b)); \
      plain[k] = (double)a + 0.0; \
      FILM_LOST_##T(plain_lost[k] = zero;) \
    }) \
    FP_ROLLED for (size_t row = 1; row < rows; row++) { \
      FILM_FEW_ROW(T, BESIDE, { \
        add_##T(&products[k], &products_lost[k], product_##T(a, b), one); \
        count_##T(&plain[k], &plain_lost[k], a, one); \
      }) \
    } \
    FP_REAL_##T *const dgamma = (FP_REAL_##T *)t->dgamma + at, *const dbeta = (FP_REAL_##T *)t->dbeta + at; \
    FP_VECTORS(BLOCK) for (size_t k = 0; k < BLOCK; k++) { \
      if (k < there) dgamma[k] = result_##T(products[k], products_lost[k]); \
      if (k < there) dbeta[k] = result_##T(plain[k], plain_lost[k]); \
    } \
  } \
  void FP_SYM(fp_film_few_##T##suffix)(const fp_film_tile *); \
  void FP_SYM(fp_film_few_##T##suffix)(const fp_film_tile *t) \
  { \
    const double one = unknown_one; \
    const size_t cols = t->cols, whole = cols / BLOCK_##T * BLOCK_##T; \
    for (size_t group = 0; group < t->groups; group++) { \
      for (size_t j = 0; j < whole; j += BLOCK_##T) block_##T##suffix(t, group, j, BLOCK_##T, one); \
      if (whole < cols) block_##T##suffix(t, group, whole, cols - whole, one); \
      AFTER(scale_columns_##T(t, group);) \
    } \
  }

#define FILM_KERNELS(T) \
  FILM_ROWS(T) \
  FILM_SCALED_COLUMNS(T) \
  FILM_COLUMNS(T, , FILM_DO, FILM_LEAVE) \
  FILM_COLUMNS(T, _streamed, FILM_LEAVE, FILM_DO) \
  FILM_FEW(T, , FILM_DO, FILM_LEAVE) \
  FILM_FEW(T, _streamed, FILM_LEAVE, FILM_DO) \
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
    FP_SYM(fp_film_columns_##T), FP_SYM(fp_film_columns_##T##_streamed), FP_SYM(fp_film_few_##T), \
    FP_SYM(fp_film_few_##T##_streamed), FP_SYM(fp_film_rows_##T), \
    FP_SYM(fp_film_finish_##T), FP_SYM(fp_film_backward_each_##T), \
    {FP_SYM(fp_film_##T##_array_streamed), FP_SYM(fp_film_##T##_fixed_streamed)}};
FILM_KERNELS(f32)
FILM_KERNELS(f64)
