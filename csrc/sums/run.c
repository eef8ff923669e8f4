/* Sums over data of any layout: elements are taken where they lie if they are doubles one after the other, else gathered into
 * blocks; large data are split over the pool. Tasks are the same for any number of threads, and joined in their order. */
#include "sums/run.h"

#include "core/convert.h"
#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/gather.h"
#include "core/pool.h"
#include "math/coefficients.h"
#include "math/dd.h"

#include <stdlib.h>

static const struct { int kernel, results; } finishes[] = {
#define FP_ROW(name, kernel, parameters, results) {FP_SUM_##kernel, results},
  FP_SUM_FINISHES(FP_ROW)
#undef FP_ROW
};

/* ---- elements by their flat position, in C order */

static size_t size_of(int ndim, const size_t *shape)
{
  size_t size = 1;
  for (int d = 0; d < ndim; d++) size *= shape[d];
  return size;
}

/* Whether it lies as a kernel takes it. */
static int is_plain(const fp_operand *o, int ndim, const size_t *shape)
{
  ptrdiff_t step = sizeof(double);
  if (o->stored != FP_STORED_F64 || (uintptr_t)o->data % sizeof(double)) return 0;
  for (int d = ndim - 1; d >= 0; d--) {
    if (shape[d] != 1 && o->strides[d] != step) return 0;
    step *= (ptrdiff_t)shape[d];
  }
  return 1;
}

/* ---- totals */

static void start(fp_totals *t)
{
  memset(t->part, 0, sizeof t->part);
  t->low = FP_INF_f64;
  t->high = -FP_INF_f64;
}

/* ---- sums */

typedef struct {
  const fp_sum_job *job;
  size_t length, outputs, chunks;       /* elements and tasks a result */
  size_t together;                      /* results a task, if each is less than one */
  int plain_x, plain_w;
  fp_totals *parts;                     /* [chunks][outputs], if there are several chunks */
} sum_run;

/* Elements begin to end of a result's data. */
static void add_range(const sum_run *r, size_t output, size_t begin, size_t end, fp_totals *totals)
{
  const fp_sum_job *const j = r->job;
  const fp_sum_kernel kernel = fp_active->sums[finishes[j->finish].kernel];
  const int weighted = j->weights.data != NULL;
  double x_block[FP_SUM_CALL], w_block[FP_SUM_CALL];
  start(totals);
  for (size_t m, at = output * r->length + begin; begin < end; begin += m, at += m) {
    m = end - begin < FP_SUM_CALL ? end - begin : FP_SUM_CALL;
    const double *x = (const double *)(const void *)j->x.data + at, *w = NULL;
    if (!r->plain_x) {
      fp_gather(&j->x, j->ndim, j->shape, at, m, FP_F64, x_block);
      x = x_block;
    }
    if (weighted && r->plain_w) w = (const double *)(const void *)j->weights.data + at;
    else if (weighted) {
      fp_gather(&j->weights, j->ndim, j->shape, at, m, FP_F64, w_block);
      w = w_block;
    }
    kernel(totals, x, w, j->parameters, m);
  }
}

static void finish(const sum_run *r, size_t output, const fp_totals *totals)
{
  const fp_sum_job *const j = r->job;
  const int count = finishes[j->finish].results;
  double *const results = j->results + output * (size_t)count;
  fp_active->finish(j->finish, results, totals, j->parameters);
  for (int k = 0; j->lighter && k < count; k++) {
    if (j->finish == FP_FINISH_logsumexp) results[k] += 600.0 * LN2_HI + 600.0 * LN2_MID;
    else results[k] /= FP_LIGHTER;
  }
}

static void task(void *context, size_t i)
{
  const sum_run *const r = context;
  const float_env env = float_env_enter();
  if (r->parts) {
    const size_t begin = i / r->outputs * FP_SUM_TASK, left = r->length - begin;
    add_range(r, i % r->outputs, begin, left < FP_SUM_TASK ? r->length : begin + FP_SUM_TASK, &r->parts[i]);
  } else {
    for (size_t output = i * r->together; output < r->outputs && output < (i + 1) * r->together; output++) {
      fp_totals totals;
      add_range(r, output, 0, r->length, &totals);
      finish(r, output, &totals);
    }
  }
  float_env_leave(env);
}

static void join(const sum_run *r, size_t output)
{
  fp_totals totals = r->parts[output];
  const int kernel = finishes[r->job->finish].kernel;
  for (size_t chunk = 1; chunk < r->chunks; chunk++) fp_active->join(kernel, &totals, &r->parts[chunk * r->outputs + output]);
  finish(r, output, &totals);
}

static void run_tasks(fp_task task, void *context, size_t tasks, size_t elements)
{
  if (elements < FP_PARALLEL_MIN || fp_threads() == 1) for (size_t i = 0; i < tasks; i++) task(context, i);
  else fp_pool_run(task, context, tasks);
}

int fp_sum_run(const fp_sum_job *job)
{
  sum_run r = {.job = job};
  r.outputs = size_of(job->kept, job->shape);
  r.length = size_of(job->ndim - job->kept, job->shape + job->kept);
  r.chunks = (r.length + FP_SUM_TASK - 1) / FP_SUM_TASK;
  r.together = FP_SUM_TASK / (r.length ? r.length : 1);
  r.plain_x = is_plain(&job->x, job->ndim, job->shape);
  r.plain_w = job->weights.data != NULL && is_plain(&job->weights, job->ndim, job->shape);
  if (r.outputs == 0) return 0;
  if (r.chunks <= 1) {
    run_tasks(task, &r, (r.outputs + r.together - 1) / r.together, r.outputs * r.length);
    return 0;
  }
  r.parts = malloc(r.chunks * r.outputs * sizeof *r.parts);
  if (!r.parts) return -1;
  run_tasks(task, &r, r.chunks * r.outputs, r.outputs * r.length);
  const float_env env = float_env_enter();
  for (size_t output = 0; output < r.outputs; output++) join(&r, output);
  float_env_leave(env);
  free(r.parts);
  return 0;
}

/* ---- sums of an operation's values */

enum { TERM_SUMS = 3 };   /* the value and two derivatives */

typedef struct {
  const fp_terms_job *job;
  size_t size;
  int inputs, outputs, plain[3], plain_weights;
  fp_totals (*parts)[TERM_SUMS];
} terms_run;

/* The value, and derivatives that have no place. */
static int is_summed(const fp_terms_job *j, int k) { return k == 0 || !j->slopes[k - 1]; }

static void add_terms_of(const terms_run *r, size_t begin, size_t end, fp_totals *totals)
{
  const fp_terms_job *const j = r->job;
  double inputs[3][FP_SUM_CALL], outputs[3][FP_SUM_CALL], weights[FP_SUM_CALL];
  for (int k = 0; k < 1 + r->outputs; k++) if (is_summed(j, k)) start(&totals[k]);
  for (size_t m; begin < end; begin += m) {
    void *args[6];
    m = end - begin < FP_SUM_CALL ? end - begin : FP_SUM_CALL;
    for (int k = 0; k < r->inputs; k++) {
      if (r->plain[k]) args[k] = j->inputs[k].data + begin * sizeof(double);
      else fp_gather(&j->inputs[k], j->ndim, j->shape, begin, m, FP_F64, args[k] = inputs[k]);
    }
    const double *w = j->weights.data ? weights : NULL;
    if (r->plain_weights) w = (const double *)(const void *)j->weights.data + begin;
    else if (w) fp_gather(&j->weights, j->ndim, j->shape, begin, m, FP_F64, weights);
    args[r->inputs] = outputs[0];
    j->op->kernel[FP_F64].array(args, m);
    fp_active->sums[FP_SUM_values](&totals[0], outputs[0], w, NULL, m);
    if (!j->grad) continue;
    for (int k = 0; k < j->grad->outputs; k++) {
      char *const place = k < j->first || j->slope_type != FP_STORED_F64 ? NULL : j->slopes[k - j->first];
      args[r->inputs + k] = place ? (void *)(place + begin * sizeof(double)) : outputs[k];
    }
    j->grad->kernel[FP_F64].array(args, m);
    for (int k = 0; k < r->outputs; k++) {
      double *const slopes = args[r->inputs + j->first + k];
      if (is_summed(j, 1 + k)) {
        fp_active->sums[FP_SUM_values](&totals[1 + k], slopes, w, NULL, m);
        continue;
      }
      if (w) fp_active->weigh(slopes, w, m);
      if (j->slope_type == FP_STORED_F64) continue;   /* they are in their place */
      char *const narrow = j->slopes[k] + begin * sizeof(float);
      fp_save(FP_F64, FP_STORED_F32)((const char *)slopes, sizeof(double), narrow, sizeof(float), m);
    }
  }
}

static void terms_task(void *context, size_t i)
{
  const terms_run *const r = context;
  const float_env env = float_env_enter();
  const size_t begin = i * FP_SUM_TASK, end = r->size - begin < FP_SUM_TASK ? r->size : begin + FP_SUM_TASK;
  add_terms_of(r, begin, end, r->parts[i]);
  float_env_leave(env);
}

int fp_terms_run(const fp_terms_job *job)
{
  terms_run r = {.job = job, .size = size_of(job->ndim, job->shape), .inputs = job->op->values + job->op->parameters};
  const size_t chunks = (r.size + FP_SUM_TASK - 1) / FP_SUM_TASK;
  fp_totals one[1][TERM_SUMS];
  r.outputs = job->grad ? job->grad->outputs - job->first : 0;
  for (int k = 0; k < r.inputs; k++) r.plain[k] = is_plain(&job->inputs[k], job->ndim, job->shape);
  r.plain_weights = job->weights.data != NULL && is_plain(&job->weights, job->ndim, job->shape);
  r.parts = chunks > 1 ? malloc(chunks * sizeof *r.parts) : one;
  if (!r.parts) return -1;
  if (chunks == 0) add_terms_of(&r, 0, 0, r.parts[0]);
  run_tasks(terms_task, &r, chunks, r.size);
  const float_env env = float_env_enter();
  for (int k = 0; k < 1 + r.outputs; k++) {
    double result;
    job->sums[k] = 0.0;
    if (!is_summed(job, k)) continue;
    for (size_t chunk = 1; chunk < chunks; chunk++) fp_active->join(FP_SUM_values, &r.parts[0][k], &r.parts[chunk][k]);
    fp_active->finish(FP_FINISH_weighted_sum, &result, &r.parts[0][k], NULL);
    job->sums[k] = job->lighter ? result / FP_LIGHTER : result;
  }
  float_env_leave(env);
  if (chunks > 1) free(r.parts);
  return 0;
}

void fp_sum_narrow(const double *results, float *narrow, size_t n)
{
  const float_env env = float_env_enter();
  fp_save(FP_F64, FP_STORED_F32)((const char *)results, sizeof *results, (char *)narrow, sizeof *narrow, n);
  float_env_leave(env);
}
