/* Every operation over awkward lengths, strides, alignments and storage types gives the bits of the plain loop, and writes nothing
 * else. For the sanitizers above all: each operand lies at the very end of a block of its own, so that one element too many is seen. */
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/pool.h"
#include "core/run.h"
#include "fastprob.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static uint64_t state = 1;
static uint64_t draw(void)
{
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static const size_t stored_sizes[FP_STORED_TYPES] = {
  [FP_STORED_F32] = 4, [FP_STORED_F64] = 8, [FP_STORED_F16] = 2, [FP_STORED_BOOL] = 1,
  [FP_STORED_I8] = 1, [FP_STORED_I16] = 2, [FP_STORED_I32] = 4, [FP_STORED_I64] = 8,
  [FP_STORED_U8] = 1, [FP_STORED_U16] = 2, [FP_STORED_U32] = 4, [FP_STORED_U64] = 8,
  [FP_STORED_F32_SWAPPED] = 4, [FP_STORED_F64_SWAPPED] = 8};

/* An operand of the given shape: a block with room for exactly its elements, and the place of the first of them. Its strides are
 * filled in where it has come to rest. */
typedef struct { char *block; size_t size; ptrdiff_t strides[3]; fp_operand operand; } array;

enum { CONTIGUOUS, GAPS, BACKWARDS, OFF_GRID, REPEATED, COLUMNS, LAYOUTS };

static array make_array(const size_t *shape, int ndim, fp_stored stored, int layout)
{
  array a = {.block = NULL};
  const ptrdiff_t size = (ptrdiff_t)stored_sizes[stored];
  ptrdiff_t step = layout == GAPS ? 3 * size : layout == OFF_GRID ? size + 1 : layout == REPEATED ? 0 : size, lowest = 0, highest = 0;
  for (int i = 0; i < ndim; i++) {
    const int d = layout == COLUMNS ? i : ndim - 1 - i;
    a.strides[d] = layout == BACKWARDS ? -step : step;
    step *= (ptrdiff_t)shape[d];
    const ptrdiff_t reach = a.strides[d] * ((ptrdiff_t)shape[d] - 1);
    if (shape[d] == 0) continue;
    if (reach < 0) lowest += reach;
    else highest += reach;
  }
  a.size = (size_t)(highest - lowest + size);
  a.block = malloc(a.size);
  if (!a.block) exit(2);
  for (size_t i = 0; i < a.size; i++) a.block[i] = (char)draw();
  a.operand = (fp_operand){a.block - lowest, NULL, stored};
  return a;
}

static char *at(const array *a, const size_t *index, int ndim)
{
  char *p = a->operand.data;
  for (int d = 0; d < ndim; d++) p += (ptrdiff_t)index[d] * a->strides[d];
  return p;
}

/* The same elements one at a time through the plain loop. */
static void compare(const fp_op *op, int type, int ndim, const size_t *shape, const array *arrays, const char *what)
{
  const int inputs = op->values + op->parameters, args = inputs + op->outputs;
  const size_t size = type == FP_F32 ? 4 : 8;
  size_t index[3] = {0, 0, 0}, total = 1;
  for (int d = 0; d < ndim; d++) total *= shape[d];
  for (size_t i = 0; i < total; i++) {
    double values[FP_MAX_ARGS];
    void *pointers[FP_MAX_ARGS];
    for (int k = 0; k < args; k++) {
      pointers[k] = &values[k];
      if (k < inputs) fp_load(arrays[k].operand.stored, type)(at(&arrays[k], index, ndim), 0, pointers[k], (ptrdiff_t)size, 1);
    }
    op->kernel[type].array(pointers, 1);
    for (int k = inputs; k < args; k++) {
      char expected[8];
      const fp_stored stored = arrays[k].operand.stored;
      fp_save(type, stored)(pointers[k], (ptrdiff_t)size, expected, 0, 1);
      if (memcmp(expected, at(&arrays[k], index, ndim), stored_sizes[stored])) {
        printf("%s %s: output %d of element %zu differs, %s\n", op->name, type == FP_F32 ? "f32" : "f64", k - inputs, i, what);
        failures++;
        return;
      }
    }
    for (int d = ndim - 1; d >= 0 && ++index[d] == shape[d]; d--) index[d] = 0;
  }
}

/* Bool and the narrow integers into f32, all types into f64. */
static fp_stored input_type(int type)
{
  static const fp_stored short_types[] = {FP_STORED_F32, FP_STORED_F32, FP_STORED_F16, FP_STORED_BOOL, FP_STORED_I8, FP_STORED_I16,
                                          FP_STORED_U8, FP_STORED_U16, FP_STORED_F32_SWAPPED};
  return type == FP_F32 ? short_types[draw() % 9] : draw() % 3 ? FP_STORED_F64 : (fp_stored)(draw() % FP_STORED_TYPES);
}
static fp_stored output_type(int type)
{
  static const fp_stored types[FP_TYPES][4] = {
    [FP_F32] = {FP_STORED_F32, FP_STORED_F32, FP_STORED_F64, FP_STORED_F32_SWAPPED},
    [FP_F64] = {FP_STORED_F64, FP_STORED_F64, FP_STORED_F32, FP_STORED_F64_SWAPPED}};
  return types[type][draw() % 4];
}

/* Bool must be 0 or 1; and every third element of the floating inputs becomes an ordinary value. */
static void tame(array *a)
{
  if (a->operand.stored == FP_STORED_BOOL) for (size_t i = 0; i < a->size; i++) a->block[i] &= 1;
  if (a->operand.stored == FP_STORED_F64) for (size_t i = 0; i + 8 <= a->size; i += 24) {
    const double v = (double)(draw() >> 11) * 0x1p-52;
    memcpy(a->block + i, &v, 8);
  }
  if (a->operand.stored == FP_STORED_F32) for (size_t i = 0; i + 4 <= a->size; i += 12) {
    const float v = (float)(draw() >> 40) * 0x1p-23f;
    memcpy(a->block + i, &v, 4);
  }
}

static void check(const fp_op *op, int type, int ndim, const size_t *shape)
{
  const int inputs = op->values + op->parameters, args = inputs + op->outputs;
  array arrays[FP_MAX_ARGS];
  fp_operand operands[FP_MAX_ARGS];
  char what[200];
  int end = snprintf(what, sizeof what, "shape %zu %zu %zu, stored/layout", shape[0], ndim > 1 ? shape[1] : 1, ndim > 2 ? shape[2] : 1);
  for (int k = 0; k < args; k++) {
    int layout = (int)(draw() % LAYOUTS);
    if (layout == REPEATED && k >= inputs) layout = CONTIGUOUS;
    arrays[k] = make_array(shape, ndim, k < inputs ? input_type(type) : output_type(type), layout);
    if (k < inputs) tame(&arrays[k]);
    operands[k] = arrays[k].operand;
    operands[k].strides = arrays[k].strides;
    end += snprintf(what + end, sizeof what - (size_t)end, " %d/%d", (int)operands[k].stored, layout);
  }
  fp_run(op, type, ndim, shape, operands);
  compare(op, type, ndim, shape, arrays, what);
  for (int k = 0; k < args; k++) free(arrays[k].block);
}

/* fp_run_row, as a ufunc calls it; the outputs once in the place of an input. */
static void check_rows(const fp_op *op, int type, size_t n)
{
  const int inputs = op->values + op->parameters, args = inputs + op->outputs;
  const fp_stored native = type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64;
  array arrays[FP_MAX_ARGS] = {{.block = NULL}}, copies[FP_MAX_ARGS] = {{.block = NULL}};
  char *data[FP_MAX_ARGS] = {NULL};
  ptrdiff_t strides[FP_MAX_ARGS] = {0};
  for (int k = 0; k < args; k++) {
    arrays[k] = make_array(&n, 1, native, k >= op->values && k < inputs && draw() % 2 ? REPEATED : k >= inputs ? CONTIGUOUS : (int)(draw() % REPEATED));
    tame(&arrays[k]);
    copies[k] = arrays[k];
    copies[k].block = malloc(arrays[k].size);
    if (!copies[k].block) exit(2);
    memcpy(copies[k].block, arrays[k].block, arrays[k].size);
    copies[k].operand.data = copies[k].block + (arrays[k].operand.data - arrays[k].block);
    data[k] = arrays[k].operand.data;
    strides[k] = arrays[k].strides[0];
  }
  fp_run_row(op, type, data, strides, n);
  compare(op, type, 1, &n, arrays, "row");
  /* In place: the last output over a copy of the first input. */
  const array first = copies[0], last = arrays[args - 1];
  data[0] = data[args - 1] = first.operand.data;
  strides[args - 1] = strides[0];
  fp_run_row(op, type, data, strides, n);
  arrays[args - 1] = first;
  compare(op, type, 1, &n, arrays, "row in place");
  arrays[args - 1] = last;
  for (int k = 0; k < args; k++) {
    free(arrays[k].block);
    free(copies[k].block);
  }
}

int main(int argc, char **argv)
{
  static const size_t lengths[] = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 70, 255, 256, 257, 600};
  static const size_t shapes[][3] = {{3, 5, 7}, {2, 1, 67}, {1, 1, 1}, {40, 9, 3}, {5, 70, 1}, {0, 4, 2}};
  const int rounds = argc > 1 ? atoi(argv[1]) : 1;
  int supported;
  const char *target;
  fp_set_threads(2);
  for (int t = 0; (target = fp_target_at(t, &supported)) != NULL; t++) {
    if (!supported || fp_select(target)) continue;
    for (int round = 0; round < rounds; round++) {
      for (size_t o = 0; o < fp_active->count; o++) {
        for (int type = 0; type < FP_TYPES; type++) {
          const fp_op *const op = &fp_active->ops[o];
          for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            check(op, type, 1, &lengths[i]);
            check_rows(op, type, lengths[i]);
          }
          for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) check(op, type, 3, shapes[i]);
        }
      }
      /* long enough for the pool */
      for (int type = 0; type < FP_TYPES; type++) {
        const size_t n = 70001, shape[2] = {9001, 5};
        check(&fp_active->ops[draw() % fp_active->count], type, 1, &n);
        check(&fp_active->ops[draw() % fp_active->count], type, 2, shape);
      }
    }
    printf("%s: %d failures\n", target, failures);
  }
  fp_pool_stop();
  return failures != 0;
}
