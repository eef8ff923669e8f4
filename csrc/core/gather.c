/* Elements by their flat position, a row of the last axis at a time. */
#include "core/gather.h"

#include "core/convert.h"

static void move(const fp_operand *o, int ndim, const size_t *shape, size_t position, size_t m, size_t size, fp_convert convert,
                 int into_block, char *block)
{
  size_t index[FP_MAX_DIMS];
  const int last = ndim - 1;
  const ptrdiff_t stride = ndim ? o->strides[last] : 0, step = (ptrdiff_t)size;
  if (ndim == 1) {   /* a short call is made of such things as the divisions below */
    char *const there = o->data + (ptrdiff_t)position * stride;
    if (into_block) convert(there, stride, block, step, m);
    else convert(block, step, there, stride, m);
    return;
  }
  for (int d = last; d >= 0; d--) {
    index[d] = position % shape[d];
    position /= shape[d];
  }
  for (size_t n; m; m -= n, block += n * size) {
    char *there = o->data;
    for (int d = 0; d < ndim; d++) there += (ptrdiff_t)index[d] * o->strides[d];
    n = ndim && shape[last] - index[last] < m ? shape[last] - index[last] : m;
    if (into_block) convert(there, stride, block, step, n);
    else convert(block, step, there, stride, n);
    if (ndim == 0) continue;
    index[last] = 0;
    for (int d = last - 1; d >= 0 && ++index[d] == shape[d]; d--) index[d] = 0;
  }
}

static size_t size_of(int type) { return type == FP_F32 ? sizeof(float) : sizeof(double); }

void fp_gather(const fp_operand *from, int ndim, const size_t *shape, size_t position, size_t m, int type, void *block)
{
  move(from, ndim, shape, position, m, size_of(type), fp_load(from->stored, type), 1, block);
}

void fp_scatter(const fp_operand *to, int ndim, const size_t *shape, size_t position, size_t m, int type, const void *block)
{
  move(to, ndim, shape, position, m, size_of(type), fp_save(type, to->stored), 0, (char *)block);
}
