/* The gradients of y = gamma x + beta over arrays of any layout, in one pass over dout and x.
 *
 * Neighboring axes that are all kept or all summed over are one. The work falls into units, each with what it sums: a strip of the
 * last axis if that is kept, whose columns are summed a row at a time, else some elements of gamma, whose rows are summed LENGTH elements
 * at a time. Where there are few units, what each sums over is cut into chunks; both depend on the shapes alone. */
#include "film/run.h"

#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/gather.h"
#include "core/pool.h"
#include "core/stream.h"
#include "film/film.h"
#include "math/dd.h"

#include <stdlib.h>

enum {
  STRIP = 512,          /* elements of gamma a unit: their sums stay in the L1 cache, */
  STRIP_APART = 552,    /* one kind that far from the next: after 4096 bytes a load would wait for the store before it */
  LENGTH = 1024,        /* elements of a row whose running sums are added to each other */
  PIECE = 2048,         /* elements that are gathered at a time, where they do not lie as a kernel takes them */
  TASK = FP_PARALLEL_MIN / 2,   /* elements a task, at least */
  CHUNK = 65536,        /* and a chunk */
  UNITS = 64            /* enough for any number of threads: with fewer, chunks are made */
};
_Static_assert(STRIP <= PIECE && LENGTH <= PIECE, "a piece holds a row");

/* An array, its axes joined where its strides allow it. */
typedef struct {
  fp_operand at;
  int ndim;
  size_t shape[FP_MAX_DIMS];
  ptrdiff_t strides[FP_MAX_DIMS];
  int native;           /* of the kernel's type, each element aligned */
} view;

typedef struct {
  const fp_film_job *job;
  size_t size;                    /* bytes an element */
  view dx, dout, x, gamma;
  size_t rows, cols;              /* of a tile, the last axis that is summed over and what follows; cols is 1 if it is the last one */
  int lanes;                      /* whether it is */
  int outer;                      /* the axes before the tile */
  size_t outer_shape[FP_MAX_DIMS], outer_step[FP_MAX_DIMS];
  int outer_kept[FP_MAX_DIMS];
  size_t apart;                   /* elements from one row of a tile to the next by their positions */
  ptrdiff_t dx_row, dout_row, x_row;   /* and where they lie, if that is as the kernels take them: then `direct` */
  int direct;
  int streams;                    /* whether dx goes past the caches */
  int few;                        /* whether columns are summed over few rows, and that is all of a unit */
  size_t kept, summed;            /* products of those axes */
  size_t together, width, strips, units;   /* of `kept` and of the columns a unit */
  size_t length, step, chunks;    /* a unit sums over `length`, a chunk over `step`: of `summed`, or of the rows if that is 1 */
  size_t units_a_task;
  double (*parts)[FP_FILM_SUMS][STRIP];    /* [units][chunks], if there are several chunks */
} film_run;

static size_t over(size_t n, size_t d) { return (n + d - 1) / d; }
static size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

static view view_of(const fp_operand *o, int ndim, const size_t *shape, int type)
{
  const size_t size = type == FP_F32 ? sizeof(float) : sizeof(double);
  view v = {.at = *o, .ndim = 0};
  v.native = o->stored == (type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64) && (uintptr_t)o->data % size == 0;
  for (int d = 0; d < ndim; d++) {
    const ptrdiff_t stride = o->strides[d];
    if (shape[d] == 1) continue;
    v.native &= stride % (ptrdiff_t)size == 0;
    if (v.ndim && v.strides[v.ndim - 1] == stride * (ptrdiff_t)shape[d]) v.shape[v.ndim - 1] *= shape[d];
    else v.shape[v.ndim++] = shape[d];
    v.strides[v.ndim - 1] = stride;
  }
  if (v.ndim == 0) {
    v.ndim = 1;
    v.shape[0] = 1;
    v.strides[0] = (ptrdiff_t)size;
  }
  return v;
}

/* The operand with the view's own strides, wherever the view is. */
static fp_operand operand_of(const view *v) { return (fp_operand){v->at.data, v->strides, v->at.stored}; }

static void gather(const view *v, size_t position, size_t m, int type, void *block)
{
  const fp_operand o = operand_of(v);
  fp_gather(&o, v->ndim, v->shape, position, m, type, block);
}

static void scatter(const view *v, size_t position, size_t m, int type, const void *block)
{
  const fp_operand o = operand_of(v);
  fp_scatter(&o, v->ndim, v->shape, position, m, type, block);
}

/* Whether rows of cols elements lie as a kernel takes them, and then the elements from one to the next. */
static int has_rows(const view *v, size_t cols, size_t size, ptrdiff_t *row)
{
  if (!v->native || v->strides[v->ndim - 1] != (ptrdiff_t)size) return 0;
  *row = v->ndim == 1 ? (ptrdiff_t)cols : v->strides[0] / (ptrdiff_t)size;
  return v->ndim == 1 || (v->ndim == 2 && v->shape[1] == cols);
}

/* The element at a position, if n from there on are contiguous; else NULL. */
static char *run_at(const view *v, size_t position, size_t n, size_t size)
{
  const int last = v->ndim - 1;
  ptrdiff_t offset = 0;
  if (!v->native || v->strides[last] != (ptrdiff_t)size || position % v->shape[last] + n > v->shape[last]) return NULL;
  for (int d = last; d >= 0; d--) {
    offset += (ptrdiff_t)(position % v->shape[d]) * v->strides[d];
    position /= v->shape[d];
  }
  return v->at.data + offset;
}

/* ---- tiles: sums are those of the unit */

/* t->rows rows of t->cols elements from a position on, through blocks where they do not lie as the kernel takes them. */
static void tile(const film_run *r, void (*kernel)(const fp_film_tile *), fp_film_tile *t, size_t position)
{
  const size_t n = t->cols;
  if (r->direct) {
    t->dx = run_at(&r->dx, position, n, r->size);
    t->dout = run_at(&r->dout, position, n, r->size);
    t->x = run_at(&r->x, position, n, r->size);
    t->dx_row = r->dx_row;
    t->dout_row = r->dout_row;
    t->x_row = r->x_row;
    kernel(t);
    return;
  }
  _Alignas(64) double blocks[3][PIECE];
  const size_t all = t->rows * n, m = n == r->apart ? all : n;      /* elements whose positions follow one another */
  for (size_t i = 0; i < all; i += m) {
    gather(&r->dout, position + i / n * r->apart, m, r->job->type, (char *)blocks[1] + i * r->size);
    gather(&r->x, position + i / n * r->apart, m, r->job->type, (char *)blocks[2] + i * r->size);
  }
  t->dx = blocks[0];
  t->dout = blocks[1];
  t->x = blocks[2];
  t->dx_row = t->dout_row = t->x_row = (ptrdiff_t)n;
  kernel(t);
  for (size_t i = 0; i < all; i += m) scatter(&r->dx, position + i / n * r->apart, m, r->job->type, (char *)blocks[0] + i * r->size);
}

/* Rows of n columns from a position on. */
static void column_tile(const film_run *r, size_t position, size_t rows, size_t n, const void *gamma, double *const *sums)
{
  const size_t most = r->direct ? rows : PIECE / n;
  for (size_t done = 0; done < rows; done += most) {
    fp_film_tile t = {.gamma = gamma, .rows = lesser(rows - done, most), .cols = n};
    for (int k = 0; k < FP_FILM_SUMS; k++) t.sums[k] = sums[k];
    const fp_film_kernels *const kernels = fp_active->film[r->job->type];
    tile(r, r->streams ? kernels->columns_streamed : kernels->columns, &t, position + done * r->apart);
  }
}

/* Rows of n elements from a position on, each with an element of gamma and of the sums. */
static void row_tile(const film_run *r, size_t position, size_t rows, size_t n, const void *gamma, double *const *sums)
{
  const size_t most = n > LENGTH ? 1 : r->direct ? rows : PIECE / n;
  for (size_t i = 0; i < rows; i += most) {
    for (size_t done = 0; done < n; done += LENGTH) {
      fp_film_tile t = {.gamma = (const char *)gamma + i * r->size, .rows = lesser(rows - i, most), .cols = lesser(n - done, LENGTH),
                        .streams = r->streams};
      for (int k = 0; k < FP_FILM_SUMS; k++) t.sums[k] = sums[k] + i;
      tile(r, fp_active->film[r->job->type]->rows, &t, position + i * r->apart + done);
    }
  }
}

/* ---- units */

/* Where an index of the outer axes begins: of those that are kept, or of the others. */
static size_t outer_position(const film_run *r, int kept, size_t index)
{
  size_t position = 0;
  for (int d = r->outer - 1; d >= 0; d--) {
    if (r->outer_kept[d] != kept) continue;
    position += index % r->outer_shape[d] * r->outer_step[d];
    index /= r->outer_shape[d];
  }
  return position;
}

/* The elements of gamma that belong to a unit, by their flat position. */
static size_t unit_of(const film_run *r, size_t unit, size_t *first)
{
  const size_t kept = unit / r->strips * r->together, column = unit % r->strips * r->width;
  *first = kept * r->cols + column;
  if (!r->lanes) return r->cols - column < r->width ? r->cols - column : r->width;
  return r->kept - kept < r->together ? r->kept - kept : r->together;
}

static void write_results(const film_run *r, size_t first, size_t n, double *const *sums)
{
  const fp_film_kernels *const kernels = fp_active->film[r->job->type];
  const size_t done = first * r->size;
  kernels->finish((char *)r->job->dgamma + done, sums[FP_FILM_PRODUCTS], sums[FP_FILM_PRODUCTS_LOST], n);
  kernels->finish((char *)r->job->dbeta + done, sums[FP_FILM_PLAIN], sums[FP_FILM_PLAIN_LOST], n);
}

static void add_chunk(const film_run *r, size_t unit, size_t chunk)
{
  /* Not where malloc puts parts: every second vector would lie across two lines of the cache. */
  _Alignas(64) double own[FP_FILM_SUMS][STRIP_APART], gamma[STRIP];
  double *sums[FP_FILM_SUMS];
  size_t first, begin = chunk * r->step, end = r->length - begin < r->step ? r->length : begin + r->step;
  const size_t n = unit_of(r, unit, &first), kept = first / r->cols, column = first % r->cols;
  for (int k = 0; k < FP_FILM_SUMS; k++) memset(sums[k] = own[k], 0, n * sizeof(double));
  gather(&r->gamma, first, n, r->job->type, gamma);
  const size_t inner = r->summed > 1 ? 0 : begin * r->cols, rows = r->summed > 1 ? r->rows : end - begin;
  if (r->summed == 1) begin = 0, end = 1;
  /* Rows whose elements of gamma follow one another, as far as their axis goes, are a tile. */
  const size_t along = r->lanes && r->outer ? r->outer_shape[r->outer - 1] : 1;
  for (; begin < end; begin++) {
    const size_t position = outer_position(r, 0, begin) + inner;
    if (!r->lanes) column_tile(r, position + outer_position(r, 1, kept) + column, rows, n, gamma, sums);
    else for (size_t k = 0, m; k < n; k += m) {
      double *own_sums[FP_FILM_SUMS];
      for (int j = 0; j < FP_FILM_SUMS; j++) own_sums[j] = sums[j] + k;
      m = lesser(n - k, along - (kept + k) % along);
      row_tile(r, position + outer_position(r, 1, kept + k), m, rows, (char *)gamma + k * r->size, own_sums);
    }
  }
  if (!r->parts) write_results(r, first, n, sums);
  else for (int k = 0; k < FP_FILM_SUMS; k++) memcpy(r->parts[unit * r->chunks + chunk][k], own[k], n * sizeof(double));
}

/* Units that sum over few rows. */
static void add_few(const film_run *r, size_t unit, size_t end)
{
  _Alignas(64) double block[PIECE];
  const fp_film_kernels *const kernels = fp_active->film[r->job->type];
  const size_t most = r->strips == 1 ? PIECE / r->cols : 1;
  for (size_t groups; unit < end; unit += groups) {
    size_t first;
    const size_t n = unit_of(r, unit, &first);
    groups = lesser(end - unit, most);
    fp_film_tile t = {.gamma = run_at(&r->gamma, first, groups * n, r->size), .rows = r->rows, .cols = n, .groups = groups,
                      .dgamma = (char *)r->job->dgamma + first * r->size, .dbeta = (char *)r->job->dbeta + first * r->size};
    if (!t.gamma) {
      gather(&r->gamma, first, groups * n, r->job->type, block);
      t.gamma = block;
    }
    tile(r, r->streams ? kernels->few_streamed : kernels->few, &t, first / r->cols * r->rows * r->cols + first % r->cols);
  }
}

/* Elements begin to end where nothing is summed. */
static void each(const film_run *r, size_t begin, size_t end)
{
  _Alignas(64) double blocks[4][PIECE];
  const int type = r->job->type;
  for (size_t m; begin < end; begin += m) {
    m = end - begin < PIECE ? end - begin : PIECE;
    char *const dx = run_at(&r->dx, begin, m, r->size), *dout = run_at(&r->dout, begin, m, r->size),
         *x = run_at(&r->x, begin, m, r->size), *gamma = run_at(&r->gamma, begin, m, r->size);
    if (!dout) gather(&r->dout, begin, m, type, dout = (char *)blocks[0]);
    if (!x) gather(&r->x, begin, m, type, x = (char *)blocks[1]);
    if (!gamma) gather(&r->gamma, begin, m, type, gamma = (char *)blocks[2]);
    const size_t done = begin * r->size;
    fp_active->film[type]->backward_each(dx ? (void *)dx : (void *)blocks[3], (char *)r->job->dgamma + done,
                                         (char *)r->job->dbeta + done, dout, x, gamma, m);
    if (!dx) scatter(&r->dx, begin, m, type, blocks[3]);
  }
}

static void fill(int type, double value, void *block, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (type == FP_F32) ((float *)block)[i] = (float)value;
    else ((double *)block)[i] = value;
  }
}

/* The same where all lies as it should and the results go past the caches: three products, a piece at a time. */
static void each_streamed(const film_run *r, size_t begin, size_t end)
{
  const fp_kernel *const products = &fp_active->film[r->job->type]->forward_streamed;
  _Alignas(64) double block[LENGTH], zeros[LENGTH];
  double one;
  fill(r->job->type, -0.0, zeros, LENGTH);
  fill(r->job->type, 1.0, &one, 1);
  for (size_t m; begin < end; begin += m) {
    m = lesser(end - begin, LENGTH);
    char *const dout = run_at(&r->dout, begin, m, r->size), *gamma = run_at(&r->gamma, begin, m, r->size);
    if (!gamma) gather(&r->gamma, begin, m, r->job->type, gamma = (char *)block);
    const size_t done = begin * r->size;
    products->array((void *const[]){dout, run_at(&r->x, begin, m, r->size), zeros, (char *)r->job->dgamma + done}, m);
    products->fixed((void *const[]){dout, &one, zeros, (char *)r->job->dbeta + done}, m);
    products->array((void *const[]){dout, gamma, zeros, run_at(&r->dx, begin, m, r->size)}, m);
  }
}

static void task(void *context, size_t i)
{
  const film_run *const r = context;
  const float_env env = float_env_enter();
  if (r->rows * r->summed == 1) (r->streams ? each_streamed : each)(r, i * TASK, lesser(r->kept * r->cols, (i + 1) * TASK));
  else if (r->parts) add_chunk(r, i / r->chunks, i % r->chunks);
  else if (r->few) add_few(r, i * r->units_a_task, lesser(r->units, (i + 1) * r->units_a_task));
  else for (size_t u = i * r->units_a_task; u < r->units && u < (i + 1) * r->units_a_task; u++) add_chunk(r, u, 0);
  if (r->streams) stream_fence();
  float_env_leave(env);
}

static void add(double *sum, double *lost, double next, double next_lost)
{
  const dd s = two_sum(*sum, next);
  *sum = s.hi;
  *lost += s.lo + next_lost;
}

/* Chunks in their order. */
static void join(const film_run *r, size_t unit)
{
  double (*const all)[FP_FILM_SUMS][STRIP] = r->parts + unit * r->chunks;
  size_t first;
  const size_t n = unit_of(r, unit, &first);
  double *sums[FP_FILM_SUMS];
  for (int k = 0; k < FP_FILM_SUMS; k++) sums[k] = all[0][k];
  for (size_t c = 1; c < r->chunks; c++) {
    for (int k = FP_FILM_PRODUCTS; k <= FP_FILM_PLAIN; k++) {
      const int lost = k + FP_FILM_PRODUCTS_LOST;
      for (size_t i = 0; i < n; i++) add(&sums[k][i], &sums[lost][i], all[c][k][i], all[c][lost][i]);
    }
  }
  write_results(r, first, n, sums);
}

/* ---- the whole */

/* Axes of one kind joined, the last of them to the tile. */
static size_t plan_axes(film_run *r)
{
  const fp_film_job *const j = r->job;
  size_t shape[FP_MAX_DIMS], size = 1;
  int kept[FP_MAX_DIMS], n = 0;
  for (int d = 0; d < j->ndim; d++) {
    size *= j->shape[d];
    if (j->shape[d] == 1) continue;
    if (n && kept[n - 1] == j->kept[d]) shape[n - 1] *= j->shape[d];
    else {
      shape[n] = j->shape[d];
      kept[n++] = j->kept[d];
    }
  }
  r->rows = r->cols = 1;
  r->lanes = n == 0 || !kept[n - 1];
  if (n && !r->lanes) r->cols = shape[--n];
  if (n && !kept[n - 1]) r->rows = shape[--n];
  r->outer = n;
  r->kept = r->summed = 1;
  size_t step = r->rows * r->cols;
  for (int d = n - 1; d >= 0; d--) {
    r->outer_shape[d] = shape[d];
    r->outer_kept[d] = kept[d];
    r->outer_step[d] = step;
    step *= shape[d];
    if (kept[d]) r->kept *= shape[d];
    else r->summed *= shape[d];
  }
  return size;
}

static void plan_units(film_run *r, size_t size)
{
  /* Where gamma's elements have rows of their own, one after the other, they need not be together for the sake of the memory. */
  const size_t most = lesser(r->kept, r->summed > 1 ? STRIP : lesser(STRIP, over(CHUNK, r->rows)));
  r->together = r->lanes ? most : 1;
  r->strips = over(r->cols, STRIP);
  r->width = over(r->cols, r->strips);
  r->units = over(r->kept, r->together) * r->strips;
  r->length = r->summed > 1 ? r->summed : r->rows;
  r->chunks = lesser(over(UNITS, r->units), size / r->units / CHUNK);
  if (r->units >= UNITS || r->chunks < 2) r->chunks = 1;
  r->step = over(r->length, r->chunks);
  if (r->chunks > 1 && r->summed == 1 && r->lanes) r->step = over(r->step, LENGTH) * LENGTH;
  r->chunks = over(r->length, r->step);
  r->units_a_task = 1 + TASK / (size / r->units);
}

int fp_film_run(const fp_film_job *job)
{
  film_run r = {.job = job, .size = job->type == FP_F32 ? sizeof(float) : sizeof(double)};
  const size_t size = plan_axes(&r);
  if (size == 0) {   /* sums of nothing */
    size_t kept = 1;
    for (int d = 0; d < job->ndim; d++) if (job->kept[d]) kept *= job->shape[d];
    memset(job->dgamma, 0, kept * r.size);
    memset(job->dbeta, 0, kept * r.size);
    return 0;
  }
  plan_units(&r, size);
  size_t gamma_shape[FP_MAX_DIMS];
  for (int d = 0; d < job->ndim; d++) gamma_shape[d] = job->kept[d] ? job->shape[d] : 1;
  r.dx = view_of(&job->dx, job->ndim, job->shape, job->type);
  r.dout = view_of(&job->dout, job->ndim, job->shape, job->type);
  r.x = view_of(&job->x, job->ndim, job->shape, job->type);
  r.gamma = view_of(&job->gamma, job->ndim, gamma_shape, job->type);
  r.apart = r.lanes ? r.rows : r.cols;
  r.direct = has_rows(&r.dx, r.apart, r.size, &r.dx_row) && has_rows(&r.dout, r.apart, r.size, &r.dout_row)
             && has_rows(&r.x, r.apart, r.size, &r.x_row);
  r.few = r.direct && !r.lanes && r.summed == 1 && r.chunks == 1 && r.rows <= FP_FILM_FEW;
  const size_t row = r.lanes ? r.rows : r.width, bytes = row * r.size;
  const int together = (r.lanes || (r.few && bytes >= FP_STREAM_LINE)) && r.dx_row == (ptrdiff_t)row && r.dout_row == (ptrdiff_t)row;
  r.streams = r.direct && size >= FP_STREAM_MIN / r.size && (together || bytes >= FP_STREAMED_ROW) && job->dx.data != job->dout.data
              && job->dx.data != job->x.data;
  if (r.chunks > 1 && !(r.parts = malloc(r.units * r.chunks * sizeof *r.parts))) return -1;
  const int summing = r.rows * r.summed > 1;
  const size_t tasks = !summing ? over(size, TASK) : r.parts ? r.units * r.chunks : over(r.units, r.units_a_task);
  if (size < FP_PARALLEL_MIN || fp_threads() == 1) for (size_t i = 0; i < tasks; i++) task(&r, i);
  else fp_pool_run(task, &r, tasks);
  if (r.parts) {
    const float_env env = float_env_enter();
    for (size_t unit = 0; unit < r.units; unit++) join(&r, unit);
    float_env_leave(env);
    free(r.parts);
  }
  return 0;
}
