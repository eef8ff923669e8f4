/* An operation over arrays of any layout: rows are worked on where they lie if their elements are contiguous, else packed into
 * blocks that stay in the L1 cache; large runs are split over the pool. The same kernels see the same values in every case, so
 * the layout and the number of threads never change a bit. */
#include "core/run.h"
#include "core/convert.h"
#include "core/float_env.h"
#include "core/pool.h"
#include "core/stream.h"

#include <stdint.h>

enum {
  BLOCK = 256,               /* elements packed at a time, if there are 12 arguments: 24 KB with 8 bytes each; more if there are fewer */
  TASK = FP_PARALLEL_MIN / 2,   /* elements a task of the pool */
  SHORT_ROW = 64,            /* rows shorter than this are packed together, several a block, */
  FIXED_ROW = 16             /* unless their parameters are fixed and they are as long as this */
};

static size_t size_of(int type) { return type == FP_F32 ? 4 : 8; }
static fp_stored native(int type) { return type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64; }

/* Elements a block, with one block an argument. */
static size_t block_length(const fp_plan *r) { return (size_t)(FP_MAX_ARGS / r->args) * BLOCK; }

/* Of a size that is a power of two: a division takes as long as the rest of a short call's checks. */
static int is_aligned(const char *data, size_t size) { return ((uintptr_t)data & (size - 1)) == 0; }

/* Whether the kernel can use n elements where they lie. */
static int in_place(const char *data, ptrdiff_t stride, size_t n, size_t size)
{
  return is_aligned(data, size) && (n == 1 || stride == (ptrdiff_t)size);
}

/* n elements at the same stride each, through blocks where they can't be used in place; bit k of `direct` says that the k-th argument can. */
static void packed_row(const fp_plan *r, char *const *args, const ptrdiff_t *strides, size_t n, unsigned direct)
{
  int fixed = r->kernel->fixed != NULL;
  for (int k = r->values; k < r->inputs; k++) fixed &= strides[k] == 0;
  const fp_loop loop = fixed ? r->kernel->fixed : r->kernel->array;
  _Alignas(64) double blocks[FP_MAX_ARGS * BLOCK];
  const size_t length = block_length(r);
  const size_t size = size_of(r->type);
  void *at[FP_MAX_ARGS];
  for (size_t done = 0; done < n; done += length) {
    const size_t m = n - done < length ? n - done : length;
    for (int k = 0; k < r->args; k++) {
      char *const from = args[k] + (ptrdiff_t)done * strides[k];
      at[k] = direct >> k & 1 ? (void *)from : (void *)(blocks + (size_t)k * length);
      if (at[k] != from && k < r->inputs && (strides[k] != 0 || done == 0)) {
        fp_load(r->stored[k], r->type)(from, strides[k], at[k], (ptrdiff_t)size, m);
      }
    }
    loop(at, m);
    for (int k = r->inputs; k < r->args; k++) {
      if (direct >> k & 1) continue;
      fp_save(r->type, r->stored[k])(at[k], (ptrdiff_t)size, args[k] + (ptrdiff_t)done * strides[k], strides[k], m);
    }
  }
}

static void row(const fp_plan *r, char *const *args, const ptrdiff_t *strides, size_t n)
{
  const size_t size = size_of(r->type);
  const unsigned all = (1u << r->args) - 1, parameters = (1u << r->inputs) - (1u << r->values);
  unsigned direct = 0, constant = 0;
  for (int k = 0; k < r->args; k++) {
    const unsigned kept = r->stored[k] == native(r->type) && is_aligned(args[k], size);
    direct |= (kept & (n == 1 || strides[k] == (ptrdiff_t)size)) << k;
    constant |= (kept & (strides[k] == 0)) << k;
  }
  if (r->kernel->fixed && ((direct & ~parameters) | (constant & parameters)) == all) r->kernel->fixed((void *const *)args, n);
  else if (direct == all) r->kernel->array((void *const *)args, n);
  else packed_row(r, args, strides, n, direct);
}

/* Index in each dimension of the element at a flat position. */
static void unravel(const fp_plan *r, size_t position, size_t *index)
{
  for (int d = r->ndim - 1; d >= 0; d--) {
    index[d] = position % r->shape[d];
    position /= r->shape[d];
  }
}

static char *element(const fp_plan *r, int k, const size_t *index)
{
  ptrdiff_t offset = 0;
  for (int d = 0; d < r->ndim; d++) offset += (ptrdiff_t)index[d] * r->strides[k][d];
  return r->data[k] + offset;
}

/* Moves to the start of the next row. */
static void next_row(const fp_plan *r, size_t *index)
{
  index[r->ndim - 1] = 0;
  for (int d = r->ndim - 2; d >= 0 && ++index[d] == r->shape[d]; d--) index[d] = 0;
}

/* The loop that can use every row where it lies; NULL if there is none. */
static fp_loop loop_in_place(const fp_plan *r)
{
  const ptrdiff_t size = (ptrdiff_t)size_of(r->type);
  int array = 1, fixed = r->kernel->fixed != NULL;
  for (int k = 0; k < r->args; k++) {
    const ptrdiff_t stride = r->strides[k][r->ndim - 1];
    int aligned = r->stored[k] == native(r->type) && is_aligned(r->data[k], (size_t)size);
    for (int d = 0; d < r->ndim; d++) aligned &= r->strides[k][d] % size == 0;
    array &= aligned && stride == size;
    fixed &= aligned && stride == (k >= r->values && k < r->inputs ? 0 : size);
  }
  return fixed ? r->kernel->fixed : array ? r->kernel->array : NULL;
}

/* Elements begin to end in flat order, a row (or what is left of it) at a time. */
static void long_rows(const fp_plan *r, fp_loop loop, size_t begin, size_t end)
{
  const int last = r->ndim - 1;
  size_t index[FP_MAX_DIMS];
  char *args[FP_MAX_ARGS];
  ptrdiff_t strides[FP_MAX_ARGS];
  unravel(r, begin, index);
  for (int k = 0; k < r->args; k++) strides[k] = r->strides[k][last];
  while (begin < end) {
    const size_t left = r->shape[last] - index[last], n = left < end - begin ? left : end - begin;
    for (int k = 0; k < r->args; k++) args[k] = element(r, k, index);
    if (loop) loop((void *const *)args, n);
    else row(r, args, strides, n);
    begin += n;
    next_row(r, index);
  }
}

/* Whether an operand's rows follow one another at the same stride, as one long row. */
static int is_one_row(const fp_plan *r, int k)
{
  for (int d = r->ndim - 1; d > 0; d--) {
    if (r->strides[k][d - 1] != r->strides[k][d] * (ptrdiff_t)r->shape[d]) return 0;
  }
  return 1;
}

/* m elements from a flat position on, row by row, from where they lie into a block or, for an output, back. */
static void move_rows(const fp_plan *r, int k, size_t begin, size_t m, char *block)
{
  const fp_convert convert = k < r->inputs ? fp_load(r->stored[k], r->type) : fp_save(r->type, r->stored[k]);
  const ptrdiff_t size = (ptrdiff_t)size_of(r->type), stride = r->strides[k][r->ndim - 1];
  const size_t length = is_one_row(r, k) ? r->size : r->shape[r->ndim - 1];
  size_t index[FP_MAX_DIMS], n;
  unravel(r, begin, index);
  for (size_t i = 0; i < m; i += n, block += (ptrdiff_t)n * size, next_row(r, index)) {
    const size_t left = length == r->size ? m : length - index[r->ndim - 1];
    char *const there = element(r, k, index);
    n = left < m - i ? left : m - i;
    if (k < r->inputs) convert(there, stride, block, size, n);
    else convert(block, size, there, stride, n);
  }
}

/* Whether every row of an operand is the same. */
static int repeats(const fp_plan *r, int k)
{
  for (int d = 0; d < r->ndim - 1; d++) {
    if (r->strides[k][d] != 0) return 0;
  }
  return 1;
}

/* Whether rows are better taken several a block: if they are short; also longer ones, where all that is packed is the same for each. */
static int packs_rows(const fp_plan *r, fp_loop loop)
{
  const size_t length = r->shape[r->ndim - 1], size = size_of(r->type);
  if (r->ndim == 1 || length > block_length(r) / 2) return 0;
  if (loop && loop == r->kernel->fixed && length >= FIXED_ROW) return 0;
  if (length < SHORT_ROW) return 1;
  for (int k = 0; k < r->args; k++) {
    const int together = is_one_row(r, k) && in_place(r->data[k], r->strides[k][r->ndim - 1], r->size, size);
    if (r->stored[k] != native(r->type) || !(together || repeats(r, k))) return 0;
  }
  return 1;
}

/* The same with several rows a block: whole ones, if a row begins there, so that what repeats is packed once. */
static void short_rows(const fp_plan *r, size_t begin, size_t end)
{
  const size_t length = r->shape[r->ndim - 1], most = block_length(r), whole = most / length * length;
  _Alignas(64) double blocks[FP_MAX_ARGS * BLOCK];
  const size_t size = size_of(r->type);
  void *at[FP_MAX_ARGS];
  int direct[FP_MAX_ARGS], repeated[FP_MAX_ARGS];
  for (int k = 0; k < r->args; k++) {
    const ptrdiff_t stride = r->strides[k][r->ndim - 1];
    direct[k] = r->stored[k] == native(r->type) && is_one_row(r, k) && in_place(r->data[k], stride, r->size, size);
    repeated[k] = repeats(r, k);
  }
  for (size_t m, packed = 0; begin < end; begin += m) {
    const size_t into = begin % length, up_to = into ? length - into : whole;
    m = end - begin < up_to ? end - begin : up_to;
    for (int k = 0; k < r->args; k++) {
      at[k] = direct[k] ? (void *)(r->data[k] + begin * size) : (void *)(blocks + (size_t)k * most);
      if (!direct[k] && k < r->inputs && !(repeated[k] && m <= packed)) move_rows(r, k, begin, m, at[k]);
    }
    packed = into ? 0 : m;
    r->kernel->array(at, m);
    for (int k = r->inputs; k < r->args; k++) {
      if (!direct[k]) move_rows(r, k, begin, m, at[k]);
    }
  }
}

/* Whether the loop for short rows with parameters of their own can use them where they lie. */
static int takes_rows(const fp_plan *r, fp_loop loop)
{
  const int last = r->ndim - 1;
  int takes = r->rows && last && loop && loop == r->kernel->fixed && r->shape[last] * size_of(r->type) < FP_SHORT_ROW;
  for (int k = 0; k < r->args; k++) takes = takes && ((k >= r->values && k < r->inputs) || is_one_row(r, k));
  return takes;
}

/* What is left of a row, whole ones as far as their axis goes, and the begin of one. */
static void rows_in_place(const fp_plan *r, size_t begin, size_t end)
{
  const int last = r->ndim - 1;
  const size_t length = r->shape[last], size = size_of(r->type);
  ptrdiff_t steps[FP_MAX_ARGS];
  size_t index[FP_MAX_DIMS];
  void *args[FP_MAX_ARGS];
  unravel(r, begin, index);
  for (int k = r->values; k < r->inputs; k++) steps[k - r->values] = r->strides[k][last - 1] / (ptrdiff_t)size;
  for (size_t rows, n; begin < end; begin += rows * n) {
    const size_t left = length - index[last], along = r->shape[last - 1] - index[last - 1], whole = (end - begin) / length;
    n = left < end - begin ? left : end - begin;
    rows = n < length ? 1 : along < whole ? along : whole;
    for (int k = 0; k < r->args; k++) args[k] = element(r, k, index);
    r->rows(args, steps, rows, n, r->streams);
    index[last - 1] += rows - 1;
    next_row(r, index);
  }
}

void fp_plan_run_part(const fp_plan *r, size_t begin, size_t end)
{
  const float_env env = float_env_enter();
  const fp_loop loop = loop_in_place(r);
  if (takes_rows(r, loop)) rows_in_place(r, begin, end);
  else if (packs_rows(r, loop)) short_rows(r, begin, end);
  else long_rows(r, loop, begin, end);
  if (r->streams) stream_fence();
  float_env_leave(env);
}

void fp_plan_load(const fp_plan *r, int k, size_t begin, size_t m, void *block) { move_rows(r, k, begin, m, block); }

static void task(void *context, size_t i)
{
  const fp_plan *r = context;
  const size_t begin = i * TASK, end = r->size - begin < TASK ? r->size : begin + TASK;
  fp_plan_run_part(r, begin, end);
}

void fp_plan_run(const fp_plan *r)
{
  if (r->size == 0) return;
  if (r->size < FP_PARALLEL_MIN || fp_threads() == 1) fp_plan_run_part(r, 0, r->size);
  else fp_pool_run(task, (void *)r, (r->size + TASK - 1) / TASK);
}

/* A plan of which all but this is known takes the loops for large results, if its operation has them and its result, the last argument,
 * is one: no other way of writing it may be cheaper. What is an input as well has been read into a cache. */
static void choose_streams(fp_plan *r, const fp_kernel *streamed)
{
  const int y = r->args - 1;
  const size_t size = size_of(r->type), length = r->shape[r->ndim - 1];
  if (!streamed->array || r->size < FP_STREAM_MIN / size || r->stored[y] != native(r->type)) return;
  for (int k = 0; k < r->inputs; k++) if (r->data[k] == r->data[y]) return;
  const fp_loop loop = loop_in_place(r);
  const int one = takes_rows(r, loop) || (is_one_row(r, y) && packs_rows(r, loop));
  if (!in_place(r->data[y], r->strides[y][r->ndim - 1], length, size) || (!one && length * size < FP_STREAMED_ROW)) return;
  r->kernel = streamed;
  r->streams = 1;
}

/* Whether an output shares memory with an input without being the same array. NumPy lets it where every element is written after
 * it has been read in the order of the elements: then only one thread may go through them. */
static int overlaps(char *const *args, const ptrdiff_t *strides, int inputs, int count, size_t n)
{
  for (int k = inputs; k < count; k++) {
    const ptrdiff_t out = strides[k] * (ptrdiff_t)(n - 1);
    const char *const out_low = args[k] + (out < 0 ? out : 0), *const out_high = args[k] + (out < 0 ? 0 : out);
    for (int j = 0; j < inputs; j++) {
      const ptrdiff_t in = strides[j] * (ptrdiff_t)(n - 1);
      const char *const low = args[j] + (in < 0 ? in : 0), *const high = args[j] + (in < 0 ? 0 : in);
      const int same = args[j] == args[k] && strides[j] == strides[k];
      if (!same && low <= out_high && out_low <= high) return 1;
    }
  }
  return 0;
}

void fp_run_row(const fp_op *op, int type, char *const *args, const ptrdiff_t *strides, size_t n)
{
  fp_plan r;
  r.kernel = &op->kernel[type];
  r.type = type;
  r.values = op->values;
  r.inputs = op->values + op->parameters;
  r.args = r.inputs + op->outputs;
  for (int k = 0; k < r.args; k++) r.stored[k] = native(type);
  if (n < FP_PARALLEL_MIN || overlaps(args, strides, r.inputs, r.args, n)) {
    const float_env env = float_env_enter();
    row(&r, args, strides, n);
    float_env_leave(env);
    return;
  }
  r.rows = NULL;
  r.ndim = 1;
  r.streams = 0;
  r.size = r.shape[0] = n;
  for (int k = 0; k < r.args; k++) {
    r.data[k] = args[k];
    r.strides[k][0] = strides[k];
  }
  choose_streams(&r, &op->streamed[type]);
  fp_plan_run(&r);
}

void fp_plan_lay(fp_plan *r, int ndim, const size_t *shape, const fp_operand *operands)
{
  r->rows = NULL;
  r->ndim = r->streams = 0;
  r->size = 1;
  for (int k = 0; k < r->args; k++) {
    r->data[k] = operands[k].data;
    r->stored[k] = operands[k].stored;
  }
  for (int d = 0; d < ndim; d++) {
    if (shape[d] == 1) continue;
    int joins = r->ndim > 0;
    for (int k = 0; k < r->args; k++) {
      const ptrdiff_t stride = operands[k].strides[d];
      joins = joins && r->strides[k][r->ndim - 1] == stride * (ptrdiff_t)shape[d];
    }
    if (!joins) r->shape[r->ndim++] = 1;
    for (int k = 0; k < r->args; k++) r->strides[k][r->ndim - 1] = operands[k].strides[d];
    r->shape[r->ndim - 1] *= shape[d];
    r->size *= shape[d];
  }
  if (r->ndim == 0) {
    r->ndim = 1;
    r->shape[0] = 1;
    for (int k = 0; k < r->args; k++) r->strides[k][0] = 0;
  }
}

void fp_run(const fp_op *op, int type, int ndim, const size_t *shape, const fp_operand *operands)
{
  fp_plan r;
  r.kernel = &op->kernel[type];
  r.type = type;
  r.values = op->values;
  r.inputs = op->values + op->parameters;
  r.args = r.inputs + op->outputs;
  fp_plan_lay(&r, ndim, shape, operands);
  r.rows = op->rows[type];
  choose_streams(&r, &op->streamed[type]);
  fp_plan_run(&r);
}
