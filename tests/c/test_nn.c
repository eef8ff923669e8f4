/* A network's kernels: the same bits from every CPU target that runs here, at sizes on both sides of a vector and of a block, in
 * arrays that end where the data end (for AddressSanitizer), and a row's result is the same alone. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dispatch.h"
#include "core/table.h"
#include "fastprob.h"

static const size_t widths[] = {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 255, 256, 257, 400, 517};
enum { WIDTHS = sizeof widths / sizeof widths[0], ROWS = 5 };

static size_t size_of(int type) { return type == FP_F32 ? 4 : 8; }

/* Any numbers: mostly of usual size, some large, some zero, between low and high. */
static void *make(int type, size_t n, uint64_t seed, double low, double high)
{
  void *const made = malloc(n * size_of(type));
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  if (!made) abort();
  for (size_t i = 0; i < n; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    const double unit = (double)(state >> 11) * 0x1p-53, spread = state % 8 == 0 ? 1.0 : 0.1;
    const double x = state % 97 == 0 ? 0.0 : low + (high - low) * (0.5 + spread * (unit - 0.5));
    if (type == FP_F32) ((float *)made)[i] = (float)x;
    else ((double *)made)[i] = x;
  }
  return made;
}

static void *copy(const void *from, size_t bytes)
{
  void *const made = malloc(bytes);
  if (!made) abort();
  return memcpy(made, from, bytes);
}

/* What the kernels wrote for each row, one after the other. */
typedef struct { unsigned char *bytes; size_t size; } row;
typedef struct { row of[ROWS]; size_t rows; } written;

static void keep(written *w, void *array, size_t bytes)
{
  for (size_t i = 0; i < w->rows; i++) {
    row *const r = &w->of[i];
    r->bytes = realloc(r->bytes, r->size + bytes);
    if (!r->bytes) abort();
    memcpy(r->bytes + r->size, (char *)array + i * bytes, bytes);
    r->size += bytes;
  }
  free(array);
}

static int differ(const row *a, const row *b) { return a->size != b->size || memcmp(a->bytes, b->bytes, a->size); }

static void discard(written *w) { for (size_t i = 0; i < w->rows; i++) free(w->of[i].bytes); }

/* Every kernel on rows from `first` to `last` of the same data of ROWS rows, with several draws of z for each. */
static written run(const fp_nn_kernels *k, int type, size_t cols, size_t draws, size_t first, size_t last)
{
  const size_t s = size_of(type), rows = last - first, n = rows * cols, at = first * cols * s;
  char *const x = make(type, draws * ROWS * cols, 1, -40, 40), *const p = make(type, draws * ROWS * cols, 2, 0, 1);
  char *const bias = make(type, cols, 3, -1, 1), *const offset = make(type, 2 * cols, 11, -1, 1);
  char *const narrow = make(type, 2 * ROWS * cols, 12, -9, 9);
  char *const raw = make(type, 2 * ROWS * cols, 4, -12, 12), *const scales = make(type, cols, 5, -12, 3);
  double *const shift = make(FP_F64, cols, 6, -1, 1), *const factor = make(FP_F64, cols, 7, 0.5, 2);
  double *const weights = make(FP_F64, draws * ROWS, 10, -1, 1);
  const fp_stream stream = {{1, 2, 3, 4}, {0, 9}};
  const fp_adam adam = {0.9, 0.999, 1e-3, 1.5, 1e-8};
  int64_t index[ROWS];
  written w = {.rows = rows};
  for (size_t i = 0; i < rows; i++) index[i] = (int64_t)(ROWS - 1 - first - i);
  for (int a = 0; a < FP_ACTIVATIONS; a++) {
    void *const y = copy(x + at, n * s), *const dy = copy(p + at, n * s);
    k->activate[a](y, bias, rows, cols);
    k->activate_backward[a](dy, y, n);
    keep(&w, y, cols * s);
    keep(&w, dy, cols * s);
    void *const modulated = copy(x + draws * at, draws * n * s), *const h = malloc(draws * n * s);
    void *const modulation = copy(raw + 2 * at, 2 * n * s);
    void *const dh = copy(p + draws * at, draws * n * s), *const dmodulation = malloc(2 * n * s);
    k->film[a](modulated, h, modulation, bias, offset, rows, draws, cols);
    k->film_backward(dh, dmodulation, h, modulation, rows, draws, cols);
    keep(&w, modulated, draws * cols * s), keep(&w, h, draws * cols * s), keep(&w, modulation, 2 * cols * s);
    keep(&w, dh, draws * cols * s), keep(&w, dmodulation, 2 * cols * s);
  }
  for (int source = 0; source < FP_TYPES; source++) {
    char *const data = make(source, ROWS * cols, 8, -3, 3);
    for (int standardized = 0; standardized < 2; standardized++) {
      void *const y = malloc(n * s);
      k->gather(y, data, (ptrdiff_t)(cols * size_of(source)), source, index, standardized ? shift : NULL, standardized ? factor : NULL,
                rows, cols);
      keep(&w, y, cols * s);
    }
    free(data);
  }
  {
    void *const filled = malloc(n * s);
    k->fill_missing(filled, x + at, n);
    keep(&w, filled, cols * s);
  }
  {
    void *const found = malloc(n * s), *const label = malloc(rows * s);
    for (size_t i = 0; i < rows; i++) {
      const double of = (double)((first + i) % 3) - (cols % 2 ? 0.0 : 1.0);      /* -1 is none of them */
      if (type == FP_F32) ((float *)label)[i] = (float)of;
      else ((double *)label)[i] = of;
    }
    k->embed(found, x, label, rows, 3, cols);
    keep(&w, found, cols * s), keep(&w, label, s);
  }
  {
    void *const sum = copy(p + at, n * s);
    k->add(sum, x + at, n);
    keep(&w, sum, cols * s);
  }
  if (cols % 2 == 0) {
    void *const y = malloc(n / 2 * s), *const slopes = malloc(n * s);
    k->gate(y, x + at, rows, cols / 2);
    k->gate_backward(slopes, y, x + at, rows, cols / 2);
    keep(&w, y, cols / 2 * s), keep(&w, slopes, cols * s);
  }
  {
    void *const drawn = copy(p + at, n * s);
    k->binarize(drawn, &stream, (uint32_t)first, rows, cols);
    keep(&w, drawn, cols * s);
  }
  for (int given = 0; given < 2; given++) {
    void *const z = malloc(draws * n * s), *const eps = malloc(draws * n * s), *const scale = malloc(n * s);
    char *const prior = given ? copy(narrow + 2 * at, 2 * n * s) : NULL, *const prior_scale = given ? malloc(n * s) : NULL;
    double *const kl = malloc(rows * sizeof *kl), *const ratio = malloc(draws * rows * sizeof *ratio);
    double *const bound = malloc(rows * sizeof *bound), *const share = malloc(draws * rows * sizeof *share);
    k->gaussian_head(z, eps, scale, prior_scale, kl, ratio, raw + 2 * at, prior, &stream, (uint32_t)first, rows, draws, cols);
    k->importance(share, bound, weights + draws * first, ratio, rows, draws);
    for (int free_bits = 0; free_bits < 2; free_bits++) {
      void *const slopes = malloc(2 * n * s), *const others = given ? malloc(2 * n * s) : NULL;
      k->gaussian_head_backward(slopes, others, p + draws * at, raw + 2 * at, prior, eps, scale, prior_scale, kl, 0.5 * free_bits, rows,
                                draws, cols);
      keep(&w, slopes, 2 * cols * s);
      if (given) keep(&w, others, 2 * cols * s);
    }
    for (int through = 0; through < 2; through++) {
      void *const slopes = malloc(2 * n * s), *const others = given ? malloc(2 * n * s) : NULL;
      k->gaussian_head_backward_drawn(slopes, others, p + draws * at, z, raw + 2 * at, prior, eps, scale, prior_scale,
                                      weights + draws * first, through ? weights + draws * first : NULL, rows, draws, cols);
      keep(&w, slopes, 2 * cols * s);
      if (given) keep(&w, others, 2 * cols * s);
    }
    if (given) keep(&w, prior_scale, cols * s), free(prior);
    keep(&w, z, draws * cols * s), keep(&w, eps, draws * cols * s), keep(&w, scale, cols * s), keep(&w, kl, sizeof *kl);
    keep(&w, ratio, draws * sizeof *ratio), keep(&w, share, draws * sizeof *share), keep(&w, bound, sizeof *bound);
  }
  {
    void *const slopes = copy(x + draws * at, draws * n * s);
    double *const loss = malloc(draws * rows * sizeof *loss);
    k->bernoulli(slopes, loss, slopes, p + at, weights + draws * first, rows, draws, cols);
    k->scale_rows(slopes, weights + draws * first, draws * rows, cols);
    keep(&w, slopes, draws * cols * s), keep(&w, loss, draws * sizeof *loss);
  }
  for (int shared = 0; shared < 2; shared++) {
    void *const slopes = copy(x + draws * at, draws * n * s), *const dscale = malloc(draws * n * s);
    double *const loss = malloc(draws * rows * sizeof *loss);
    k->gaussian(slopes, dscale, loss, slopes, p + at, scales, shared, -10.0, weights + draws * first, rows, draws, cols);
    keep(&w, slopes, draws * cols * s), keep(&w, dscale, draws * cols * s), keep(&w, loss, draws * sizeof *loss);
  }
  for (int shared = 0; shared < 2; shared++) {
    void *const slopes = copy(p + draws * at, draws * n * s), *const dscale = malloc(draws * n * s);
    double *const loss = malloc(draws * rows * sizeof *loss);
    k->discretized(slopes, dscale, loss, slopes, p + at, scales, shared, -10.0, 1.0 / 255.0, weights + draws * first, rows, draws, cols);
    keep(&w, slopes, draws * cols * s), keep(&w, dscale, draws * cols * s), keep(&w, loss, draws * sizeof *loss);
  }
  {
    void *const parameter = copy(x + at, n * s), *const first_moment = copy(p + at, n * s), *const second = copy(p + at, n * s);
    k->adam(parameter, first_moment, second, x + at, &adam, 0.99, 0.3, n);
    keep(&w, parameter, cols * s), keep(&w, first_moment, cols * s), keep(&w, second, cols * s);
  }
  {
    void *const parameter = copy(x + at, n * s), *const velocity = copy(p + at, n * s);
    k->sgd(parameter, velocity, x + at, 1e-2, 0.9, 0.3, n);
    keep(&w, parameter, cols * s), keep(&w, velocity, cols * s);
  }
  free(x), free(p), free(bias), free(offset), free(raw), free(narrow), free(scales), free(shift), free(factor), free(weights);
  return w;
}

/* Rows become columns: numbers of 1, 2, 3, ... in the order of x, whose rows have so many elements. */
static void check_transpose(const fp_nn_kernels *k, int type, size_t rows, size_t cols)
{
  const size_t s = size_of(type), stride = cols + 3;
  char *const x = malloc(rows * cols * s), *const y = calloc(rows * stride - 3, s);
  if (!x || !y) abort();
  for (size_t i = 0; i < rows * cols; i++) {
    if (type == FP_F32) ((float *)x)[i] = (float)(i + 1);
    else ((double *)x)[i] = (double)(i + 1);
  }
  k->transpose(y, stride, x, rows, cols);
  for (size_t i = 0; i < rows * stride - 3; i++) {
    const size_t row = i / stride, col = i % stride;
    const double found = type == FP_F32 ? ((float *)y)[i] : ((double *)y)[i];
    if (found != (col < cols ? (double)(col * rows + row + 1) : 0.0))
      printf("transpose: %zu rows, %zu columns, type %d: %g at row %zu, column %zu\n", rows, cols, type, found, row, col), abort();
  }
  free(x), free(y);
}

static double number(const void *array, int type, size_t i) { return type == FP_F32 ? ((const float *)array)[i] : ((const double *)array)[i]; }

/* One product more to a sum, rounded once if fused. */
static double add_product(int type, int fused, double sum, double a, double b)
{
  if (fused) return type == FP_F32 ? fmaf((float)a, (float)b, (float)sum) : fma(a, b, sum);
  const volatile double product = type == FP_F32 ? (float)(a * b) : a * b;
  return type == FP_F32 ? (float)(product + sum) : product + sum;
}

/* Sums in the order of k, whichever way the matrices lie, beside what c has between its rows; how many others are found. */
static int wrong_sums(const fp_nn_kernels *k, int type, int fused, size_t rows, size_t cols, size_t depth, int left_turned, int right_turned)
{
  const size_t s = size_of(type), stride = cols + 3;
  const size_t left_row = left_turned ? 1 : depth, left_k = left_turned ? rows : 1, right_k = right_turned ? 1 : cols, right_col = right_turned ? depth : 1;
  void *const left = make(type, rows * depth, 21, -3, 3), *const right = make(type, depth * cols, 22, -3, 3), *const c = calloc(rows * stride - 3, s);
  int wrong = 0;
  if (!c) abort();
  k->product(c, stride, left, left_row, left_k, right, right_k, right_col, rows, cols, depth);
  for (size_t i = 0; i < rows * stride - 3; i++) {
    const size_t row = i / stride, col = i % stride;
    double sum = 0;
    for (size_t l = 0; l < depth && col < cols; l++)
      sum = add_product(type, fused, sum, number(left, type, row * left_row + l * left_k), number(right, type, l * right_k + col * right_col));
    wrong += number(c, type, i) != sum;
  }
  free(left), free(right), free(c);
  return wrong;
}

static int check_product(const fp_nn_kernels *k, int type, const char *target)
{
  static const size_t some_rows[] = {1, 2, 5, 6, 7, 8, 11, 12, 13, 20}, depths[] = {1, 2, 9, 64, 500, 1700};
  const int fused = strcmp(target, "generic") != 0;   /* the one target without the instruction */
  int problems = 0;
  for (size_t r = 0; r < sizeof some_rows / sizeof *some_rows; r++)
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
      for (size_t cols = 1 + d; cols < 75; cols += depths[d] > 100 ? 13 : 3)
        for (int way = 0; way < 4; way++) {
          const int wrong = wrong_sums(k, type, fused, some_rows[r], cols, depths[d], way & 1, way >> 1);
          if (wrong) printf("%s, type %d, product of [%zu, %zu] and [%zu, %zu], way %d: %d other sums\n", target, type, some_rows[r], depths[d], depths[d], cols, way, wrong), problems++;
        }
  return problems;
}

/* Rows of few units go side by side where they have one draw and nothing is asked of it: as the first of many draws with all asked. */
static int short_rows_differ(const fp_nn_kernels *k, int type, size_t cols)
{
  enum { DRAWS = 17 };
  const size_t s = size_of(type), row_size = cols * s, n = ROWS * row_size;
  char *const raw = make(type, 2 * ROWS * cols, 13, -12, 12), *const z = malloc(n), *const eps = malloc(n), *const scale = malloc(n);
  char *const all_z = malloc(DRAWS * n), *const all_eps = malloc(DRAWS * n), *const all_scale = malloc(n);
  double kl[ROWS], all_kl[ROWS], ratio[DRAWS * ROWS];
  const fp_stream stream = {{1, 2, 3, 4}, {0, 9}};
  k->gaussian_head(z, eps, scale, NULL, kl, NULL, raw, NULL, &stream, 7, ROWS, 1, cols);
  k->gaussian_head(all_z, all_eps, all_scale, NULL, all_kl, ratio, raw, NULL, &stream, 7, ROWS, DRAWS, cols);
  int differs = memcmp(scale, all_scale, n) || memcmp(kl, all_kl, sizeof kl);
  for (size_t i = 0; i < ROWS; i++) {
    differs |= memcmp(eps + i * row_size, all_eps + i * DRAWS * row_size, row_size) != 0;
    differs |= memcmp(z + i * row_size, all_z + i * DRAWS * row_size, row_size) != 0;
  }
  free(raw), free(z), free(eps), free(scale), free(all_z), free(all_eps), free(all_scale);
  return differs;
}

/* The sums of the columns depend on all rows. */
static written run_sums(const fp_nn_kernels *k, int type, size_t cols)
{
  const size_t s = size_of(type), some = (cols + 1) / 2;
  char *const x = make(type, ROWS * cols, 9, -40, 40);
  void *const all = malloc(cols * s), *const half = malloc(some * s);
  written w = {.rows = 1};
  k->column_sums(all, x, ROWS, cols, cols);
  k->column_sums(half, x + (cols - some) * s, ROWS, some, cols);
  /* classes 1 and 2 of 4: rows 1 and 3, and row 2 */
  void *const label = malloc(ROWS * s), *const table = malloc(2 * cols * s);
  for (size_t i = 0; i < ROWS; i++) {
    const double of = i == 4 ? 7.0 : i % 2 ? 1.0 : (double)i;
    if (type == FP_F32) ((float *)label)[i] = (float)of;
    else ((double *)label)[i] = of;
  }
  k->embed_backward(table, x, label, ROWS, 4, 1, 2, cols);
  if (memcmp((char *)table + cols * s, x + 2 * cols * s, cols * s)) printf("embed_backward: class 2 is not row 2\n"), abort();
  keep(&w, table, 2 * cols * s), free(label);
  double *const squares = malloc(sizeof *squares);
  *squares = k->squares(x, ROWS * cols);
  keep(&w, all, cols * s), keep(&w, half, some * s), keep(&w, squares, sizeof *squares);
  free(x);
  return w;
}

int main(void)
{
  int problems = 0, compared = 0;
  for (int type = 0; type < FP_TYPES; type++) {
    int there;
    const char *name;
    for (int t = 0; (name = fp_target_at(t, &there)) != NULL; t++) {
      if (!there) continue;
      if (fp_select(name)) return 1;
      problems += check_product(fp_active->nn[type], type, name);
    }
    for (size_t i = 0; i < WIDTHS; i++) {
      written first = {.rows = 0}, first_sums = {.rows = 0};
      int supported;
      const char *target;
      for (int t = 0; (target = fp_target_at(t, &supported)) != NULL; t++) {
        if (!supported) continue;
        if (fp_select(target)) return 1;
        const fp_nn_kernels *const k = fp_active->nn[type];
        for (size_t rows = 1; rows < 20; rows += 3) check_transpose(k, type, rows, widths[i]);
        if (short_rows_differ(k, type, widths[i])) {
          printf("%s, type %d, %zu units: one draw has other bits than the first of many\n", target, type, widths[i]);
          problems++;
        }
        written all = run(k, type, widths[i], 1 + i % 3, 0, ROWS), alone = run(k, type, widths[i], 1 + i % 3, 3, 4), sums = run_sums(k, type, widths[i]);
        if (differ(&all.of[3], &alone.of[0])) {
          printf("%s, type %d, %zu columns: a row has other bits alone\n", target, type, widths[i]);
          problems++;
        }
        for (size_t r = 0; r < first.rows; r++) {
          if (differ(&first.of[r], &all.of[r]) || differ(&first_sums.of[0], &sums.of[0])) {
            printf("%s, type %d, %zu columns: other bits than the first target's\n", target, type, widths[i]);
            problems++;
          }
          compared++;
        }
        discard(&alone);
        if (first.rows) {
          discard(&all);
          discard(&sums);
        } else {
          first = all;
          first_sums = sums;
        }
      }
      discard(&first);
      discard(&first_sums);
    }
  }
  printf("%d comparisons, %d problems\n", compared, problems);
  return problems != 0;
}
