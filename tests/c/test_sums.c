/* Sums over data: the same bits from every CPU target that runs here, for data that lie in any way, with any number of threads,
 * at lengths on both sides of a block, a call and a task; data end where their memory ends (for AddressSanitizer). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "fastprob.h"
#include "sums/run.h"

#include "core/dispatch.h"

static const size_t lengths[] = {0, 1, 2, 3, 15, 16, 17, 33, 255, 256, 257, 1023, 1024, 1025, 2049, 16383, 16384, 16385, 40000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0], OUTPUTS = 3, SPACE = 3, COUNT = OUTPUTS * FP_MAX_RESULTS };

static const char *const finishes[] = {
#define ROW(name, kernel, parameters, results) #name,
  FP_SUM_FINISHES(ROW)
#undef ROW
};

static int failures;

/* Mostly usual numbers, some 0, 1 and large; every third one is followed by two that count for nothing. */
static double *make(size_t n, uint64_t seed, size_t space)
{
  double *const made = malloc(n ? ((n - 1) * space + 1) * sizeof *made : 1);
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  if (!made) abort();
  for (size_t i = 0; i < n; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    const double unit = (double)(state >> 11) * 0x1p-53;
    for (size_t k = 1; k < space && i; k++) made[i * space - k] = 1e300;
    made[i * space] = state % 5 == 0 ? (double)(state % 2) : state % 97 == 0 ? 1e5 * unit : 6.0 * (unit - 0.5);
  }
  return made;
}

/* What a job gives for OUTPUTS times length elements, `kept` saying whether to one result or to one for each length. */
static void run(int finish, size_t length, int kept, int weighted, size_t space, int threads, double *results)
{
  static const double parameters[5] = {0.3, 1.7, -0.5, 0.25, -2.0};
  const size_t n = OUTPUTS * length, shape[2] = {OUTPUTS, length};
  const ptrdiff_t step = (ptrdiff_t)(space * sizeof(double)), strides[2] = {step * (ptrdiff_t)length, step};
  double *const x = make(n, 1, space), *const w = make(n, 2, space);
  const fp_operand data = {(char *)x, strides, FP_STORED_F64}, weights = {weighted ? (char *)w : NULL, strides, FP_STORED_F64};
  const fp_sum_job job = {finish, 2, kept, shape, data, weights, parameters, results, 0};
  fp_limit_threads(threads);
  if (fp_sum_run(&job)) abort();
  fp_limit_threads(0);
  free(x);
  free(w);
}

/* The same of the sums over an operation's values, with an array of slopes. */
static void run_terms(size_t length, size_t space, int threads, double *results)
{
  const size_t n = OUTPUTS * length, shape[2] = {OUTPUTS, length};
  const ptrdiff_t step = (ptrdiff_t)(space * sizeof(double)), strides[2] = {step * (ptrdiff_t)length, step}, none[2] = {0, 0};
  double *const x = make(n, 1, space), *const w = make(n, 2, space), scale = 1.5;
  char *const slopes = malloc(n ? n * sizeof(float) : 1);
  if (!slopes) abort();
  fp_terms_job job = {.first = 1, .ndim = 2, .shape = shape, .weights = {(char *)w, strides, FP_STORED_F64}, .sums = results,
                      .slopes = {slopes, NULL}, .slope_type = FP_STORED_F32};
  for (size_t i = 0; i < fp_active->count; i++) {
    if (!strcmp(fp_active->ops[i].name, "normal_logpdf")) job.op = &fp_active->ops[i];
    if (!strcmp(fp_active->ops[i].name, "normal_logpdf_grad")) job.grad = &fp_active->ops[i];
  }
  job.inputs[0] = job.inputs[1] = (fp_operand){(char *)x, strides, FP_STORED_F64};
  job.inputs[2] = (fp_operand){(char *)&scale, none, FP_STORED_F64};
  fp_limit_threads(threads);
  if (fp_terms_run(&job)) abort();
  fp_limit_threads(0);
  for (size_t i = 0; i < n; i++) {
    float slope;
    memcpy(&slope, slopes + i * sizeof slope, sizeof slope);
    results[3] += slope == 0 ? 0.0 : 1.0;      /* loc is x: all of them are 0 */
  }
  free(x);
  free(w);
  free(slopes);
}

static void compare(const char *target, const char *name, size_t length, const double *got, const double *wanted)
{
  if (!memcmp(got, wanted, COUNT * sizeof *got)) return;
  printf("%s: %s of %zu elements: %a instead of %a\n", target, name, length, got[0], wanted[0]);
  failures++;
}

/* The first target's results for plain data and one thread are what is wanted. */
static void check(const char *target, int first, double (*wanted)[LENGTHS][4][COUNT], double (*wanted_terms)[COUNT])
{
  for (size_t l = 0; l < LENGTHS; l++) {
    for (int finish = 0; finish < FP_FINISHES; finish++) {
      for (int way = 0; way < 4; way++) {
        double *const want = wanted[finish][l][way];
        for (int layout = 0; layout < 4; layout++) {
          double results[COUNT] = {0};
          run(finish, lengths[l], way & 1, way >> 1, layout & 1 ? SPACE : 1, layout & 2 ? 3 : 1, results);
          if (first && !layout) memcpy(want, results, sizeof results);
          compare(target, finishes[finish], lengths[l], results, want);
        }
      }
    }
    for (int layout = 0; layout < 4; layout++) {
      double results[COUNT] = {0};
      run_terms(lengths[l], layout & 1 ? SPACE : 1, layout & 2 ? 3 : 1, results);
      if (first && !layout) memcpy(wanted_terms[l], results, sizeof results);
      compare(target, "terms", lengths[l], results, wanted_terms[l]);
    }
    if (wanted_terms[l][3] != 0) printf("terms of %zu elements: slopes that are not 0\n", lengths[l]), failures++;
  }
}

int main(void)
{
  static double wanted[FP_FINISHES][LENGTHS][4][COUNT], wanted_terms[LENGTHS][COUNT];
  int supported = 0, checked = 0;
  const char *name;
  fp_set_threads(3);
  for (int i = 0; (name = fp_target_at(i, &supported)); i++) {
    if (!supported || fp_select(name)) continue;
    check(name, checked == 0, wanted, wanted_terms);
    checked++;
  }
  printf("%d CPU targets, %d failures\n", checked, failures);
  return failures || !checked;
}
