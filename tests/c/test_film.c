/* The gradients of feature-wise linear modulation: the same bits from every CPU target that runs here, for data that lie in any way, with
 * any number of threads, at sizes on both sides of the running sums of a row, a strip, a length, a piece and a chunk; and those of every
 * compiler and CPU that they were ever computed with. Data end where their memory ends (for AddressSanitizer). */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/stream.h"
#include "fastprob.h"
#include "film/run.h"

#include "core/dispatch.h"

enum { AXES = 3, SPACE = 3, LAYOUTS = 4 };

static const struct { size_t shape[AXES]; unsigned char kept[AXES]; } cases[] = {
  {{1, 1, 1}, {1, 1, 1}}, {{3, 5, 2}, {1, 1, 1}}, {{7, 1, 3}, {0, 0, 1}}, {{4, 9, 5}, {1, 0, 1}}, {{4, 3, 5}, {0, 1, 0}},
  {{2, 3, 64}, {1, 1, 0}}, {{2, 3, 257}, {0, 1, 0}}, {{3, 1, 2100}, {1, 1, 0}}, {{5, 2, 513}, {0, 1, 1}}, {{2, 70, 9}, {0, 0, 0}},
  {{6, 7, 8}, {0, 1, 1}}, {{70001, 1, 3}, {0, 0, 1}}, {{1, 2, 150001}, {1, 1, 0}}, {{300, 5, 130}, {0, 1, 0}}, {{90, 3, 700}, {0, 0, 1}},
  {{20000, 4, 3}, {1, 0, 1}}, {{1, 1, 40000}, {1, 1, 1}},
  {{60, 40, 49}, {0, 1, 0}}, {{700, 2, 49}, {1, 1, 0}}, {{1, 3, 1025}, {0, 1, 0}},
  {{30, 5, 203}, {1, 0, 1}}, {{2, 8, 1030}, {1, 0, 1}}, {{3, 9, 20}, {1, 0, 1}}, {{205, 1, 5}, {1, 1, 0}}, {{83, 1, 13}, {1, 1, 0}},
  {{37, 1, 16}, {1, 1, 0}}, {{29, 1, 300}, {1, 1, 0}},
};
enum { CASES = sizeof cases / sizeof cases[0] };
/* Of all results in this order, by type. */
static const uint64_t golden[FP_TYPES] = {[FP_F32] = UINT64_C(0xeaeffc154890485c), [FP_F64] = UINT64_C(0xe63abccc7b6ef056)};

static int failures;

static void *filled(int type, size_t n, uint64_t seed, size_t space)
{
  const size_t size = type == FP_F32 ? sizeof(float) : sizeof(double);
  char *const made = malloc(((n - 1) * space + 1) * size);
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  if (!made) abort();
  memset(made, 0xff, ((n - 1) * space + 1) * size);      /* NaN */
  for (size_t i = 0; i < n; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    const double scale[] = {1.0, 0x1p-40, 0x1p30, 1.0}, value = ((double)(state >> 11) * 0x1p-52 - 1.0) * scale[state & 3];
    if (type == FP_F32) ((float *)(void *)made)[i * space] = (float)value;
    else ((double *)(void *)made)[i * space] = value;
  }
  return made;
}

/* FNV-1a over a little-endian view of the numbers */
static uint64_t hashed(uint64_t h, int type, const void *data, size_t n, size_t space)
{
  for (size_t i = 0; i < n; i++) {
    uint64_t bits = 0;
    uint32_t short_bits;
    if (type == FP_F32) {
      memcpy(&short_bits, (const float *)data + i * space, sizeof short_bits);
      bits = short_bits;
    } else memcpy(&bits, (const double *)data + i * space, sizeof bits);
    for (int b = 0; b < (type == FP_F32 ? 32 : 64); b += 8) h = (h ^ (bits >> b & 255)) * 0x100000001b3;
  }
  return h;
}

static uint64_t run(int c, int type, int layout, uint64_t h)
{
  const size_t *const shape = cases[c].shape, n = shape[0] * shape[1] * shape[2], space = layout & 1 ? SPACE : 1;
  const ptrdiff_t size = type == FP_F32 ? sizeof(float) : sizeof(double);
  const fp_stored stored = type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64;
  ptrdiff_t strides[AXES], gamma_strides[AXES], step = size * (ptrdiff_t)space, gamma_step = size;
  size_t kept = 1;
  for (int d = AXES - 1; d >= 0; d--) {
    strides[d] = step;
    step *= (ptrdiff_t)shape[d];
    gamma_strides[d] = cases[c].kept[d] ? gamma_step : 0;
    if (cases[c].kept[d]) gamma_step *= (ptrdiff_t)shape[d], kept *= shape[d];
  }
  void *const dout = filled(type, n, 1, space), *const x = filled(type, n, 2, space), *const dx = filled(type, n, 3, space),
       *const gamma = filled(type, kept, 4, 1), *const dgamma = filled(type, kept, 5, 1), *const dbeta = filled(type, kept, 6, 1);
  const fp_film_job job = {
    .type = type, .ndim = AXES, .shape = shape, .kept = cases[c].kept, .dx = {dx, strides, stored}, .dout = {dout, strides, stored},
    .x = {x, strides, stored}, .gamma = {gamma, gamma_strides, stored}, .dgamma = dgamma, .dbeta = dbeta,
  };
  fp_limit_threads(layout & 2 ? 3 : 1);
  if (fp_film_run(&job)) abort();
  fp_limit_threads(0);
  h = hashed(hashed(hashed(h, type, dx, n, space), type, dgamma, kept, 1), type, dbeta, kept, 1);
  free(dout), free(x), free(dx), free(gamma), free(dgamma), free(dbeta);
  return h;
}

/* Of results that no cache holds, whole lines go past the caches, unless they overwrite an input: both ways give the same bits, in rows
 * that begin anywhere in a line. */
enum { LARGE_ROW = 1001, LARGE = (FP_STREAM_MIN / sizeof(float) / LARGE_ROW + 1) * LARGE_ROW };

enum { LONG_SHAPES = 3, LARGE_SHAPES = 6 };   /* the first have long rows */
static const struct { size_t shape[AXES]; unsigned char kept[AXES]; } large_shapes[LARGE_SHAPES] = {
  {{1, LARGE / LARGE_ROW, LARGE_ROW}, {1, 0, 1}}, {{LARGE / LARGE_ROW, 1, LARGE_ROW}, {1, 0, 0}},
  {{LARGE / LARGE_ROW, 1, LARGE_ROW}, {1, 1, 1}}, {{LARGE / 1015, 5, 203}, {1, 0, 1}}, {{LARGE / 98, 2, 49}, {0, 1, 0}},
  {{LARGE / 5, 1, 5}, {1, 1, 0}},
};

static int large_backward(int type, int c, int threads)
{
  const size_t size = type == FP_F32 ? sizeof(float) : sizeof(double), *const shape = large_shapes[c].shape;
  const unsigned char *const kept = large_shapes[c].kept;
  ptrdiff_t strides[AXES], gamma_strides[AXES];
  size_t n = 1, sums = 1;
  for (int d = AXES - 1; d >= 0; d--) {
    strides[d] = (ptrdiff_t)(n * size);
    gamma_strides[d] = kept[d] ? (ptrdiff_t)(sums * size) : 0;
    n *= shape[d];
    if (kept[d]) sums *= shape[d];
  }
  const fp_stored stored = type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64;
  char *const dout = filled(type, n, 1, 1), *const x = filled(type, n, 2, 1), *const dx = filled(type, n, 3, 1),
       *const gamma = filled(type, sums, 4, 1), *const results = calloc(4 * sums, size);
  if (!results) abort();
  fp_film_job job = {
    .type = type, .ndim = AXES, .shape = shape, .kept = kept, .dx = {dx, strides, stored}, .dout = {dout, strides, stored},
    .x = {x, strides, stored}, .gamma = {gamma, gamma_strides, stored}, .dgamma = results, .dbeta = results + sums * size,
  };
  fp_limit_threads(threads);
  if (fp_film_run(&job)) abort();
  job.dx.data = dout;
  job.dgamma = results + 2 * sums * size;
  job.dbeta = results + 3 * sums * size;
  if (fp_film_run(&job)) abort();
  fp_limit_threads(0);
  const int same = !memcmp(dx, dout, n * size) && !memcmp(results, results + 2 * sums * size, 2 * sums * size);
  free(dout), free(x), free(dx), free(gamma), free(results);
  return same;
}

/* offset: elements before the first one of the result; numbers: whether gamma and beta are one each */
static int large_forward(const fp_op *op, int type, size_t offset, int numbers, int threads)
{
  const ptrdiff_t size = type == FP_F32 ? sizeof(float) : sizeof(double), step = numbers ? 0 : size;
  const ptrdiff_t strides[4] = {size, step, step, size};
  char *const x = filled(type, LARGE, 1, 1), *const gamma = filled(type, LARGE, 2, 1), *const beta = filled(type, LARGE, 3, 1),
       *const made = filled(type, LARGE + offset, 4, 1), *const y = made + (ptrdiff_t)offset * size;
  fp_limit_threads(threads);
  fp_run_row(op, type, (char *const[]){x, gamma, beta, y}, strides, LARGE);
  fp_run_row(op, type, (char *const[]){x, gamma, beta, x}, strides, LARGE);
  fp_limit_threads(0);
  const int same = !memcmp(x, y, LARGE * (size_t)size);
  free(x), free(gamma), free(beta), free(made);
  return same;
}

/* Short rows with parameters of their own, longer than a line or not, one beta or one a row, against a row at a time. */
static int large_rows(const fp_op *op, int type, size_t length, size_t offset, ptrdiff_t beta_step, int threads)
{
  const ptrdiff_t size = type == FP_F32 ? sizeof(float) : sizeof(double), row = (ptrdiff_t)length * size;
  const size_t rows = LARGE / length, shape[2] = {rows, length};
  const ptrdiff_t strides[3][2] = {{row, size}, {size, 0}, {beta_step * size, 0}};
  const fp_stored stored = type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64;
  char *const x = filled(type, rows * length, 1, 1), *const gamma = filled(type, rows, 2, 1), *const beta = filled(type, rows, 3, 1),
       *const made = filled(type, rows * length + offset, 4, 1), *const y = made + (ptrdiff_t)offset * size,
       *const wanted = filled(type, rows * length, 5, 1);
  for (size_t i = 0; i < rows; i++) {
    const ptrdiff_t at = (ptrdiff_t)i;
    op->kernel[type].fixed((void *const[]){x + at * row, gamma + at * size, beta + at * beta_step * size, wanted + at * row}, length);
  }
  fp_operand operands[] = {{x, strides[0], stored}, {gamma, strides[1], stored}, {beta, strides[2], stored}, {y, strides[0], stored}};
  fp_limit_threads(threads);
  fp_run(op, type, 2, shape, operands);
  operands[3].data = x;
  fp_run(op, type, 2, shape, operands);
  fp_limit_threads(0);
  const size_t bytes = rows * (size_t)row;
  const int same = !memcmp(wanted, y, bytes) && !memcmp(wanted, x, bytes);
  free(x), free(gamma), free(beta), free(made), free(wanted);
  return same;
}

static void check_large(const char *target)
{
  size_t film = 0;
  while (strcmp(fp_active->ops[film].name, "film")) film++;
  for (int type = 0; type < FP_TYPES; type++) {
    for (int threads = 1; threads < 4; threads += 2) {
      int same = large_forward(&fp_active->ops[film], type, 0, 0, threads) & large_forward(&fp_active->ops[film], type, 1, 1, threads)
                 & large_rows(&fp_active->ops[film], type, 77, 3, threads > 1, threads)
                 & large_rows(&fp_active->ops[film], type, 5, 1, threads > 1, threads);
      for (int c = 0; c < (threads > 1 ? LARGE_SHAPES : LONG_SHAPES); c++) same &= large_backward(type, c, threads);
      if (!same) printf("%s: type %d, %d threads: other bits where results are large\n", target, type, threads);
      failures += !same;
    }
  }
}

/* Sums of nothing are 0. */
static void check_empty(const char *target)
{
  enum { SAMPLES = 2, CHANNELS = 3 };
  for (int axis = 0; axis < 2; axis++) {
    double dgamma[SAMPLES][CHANNELS], dbeta[SAMPLES][CHANNELS];
    const double gamma[SAMPLES][CHANNELS] = {{0}};
    int same = 1;
    memset(dgamma, 0xff, sizeof dgamma);
    memset(dbeta, 0xff, sizeof dbeta);
    same &= !fp_film_backward_f64(NULL, dgamma[0], dbeta[0], NULL, NULL, gamma[0], SAMPLES, axis == 0 ? 0 : 4, CHANNELS, axis == 1 ? 0 : 4);
    for (int i = 0; i < SAMPLES; i++) for (int j = 0; j < CHANNELS; j++) same &= dgamma[i][j] == 0 && dbeta[i][j] == 0;
    if (!same) printf("%s: sums of nothing are not 0\n", target);
    failures += !same;
  }
}

int main(void)
{
  int supported = 0, checked = 0;
  const char *name;
  for (int i = 0; (name = fp_target_at(i, &supported)); i++) {
    if (!supported || fp_select(name)) continue;
    for (int type = 0; type < FP_TYPES; type++) {
      for (int layout = 0; layout < LAYOUTS; layout++) {
        uint64_t h = 0xcbf29ce484222325;
        for (int c = 0; c < CASES; c++) h = run(c, type, layout, h);
        if (h == golden[type]) continue;
        printf("%s: type %d, layout %d: %016" PRIx64 " instead of %016" PRIx64 "\n", name, type, layout, h, golden[type]);
        failures++;
      }
    }
    check_large(name);
    check_empty(name);
    checked++;
  }
  printf("%d CPU targets, %d failures\n", checked, failures);
  return failures || !checked;
}
