#include "core/aside.h"

enum { VECTOR = FP_LANES * sizeof(double) };   /* bytes */

static fp_block_form form_of(uint64_t f)
{
  enum { BYTE = 255 };
  return (fp_block_form){f & BYTE, f >> 8 & BYTE, f >> 16 & BYTE, f >> 24 & BYTE, f >> 32 & BYTE, f >> 40 & BYTE, f >> 48 & BYTE};
}

size_t FP_SYM(fp_whole_blocks)(fp_aside *a, uint64_t packed, void *const *args, void *elements, size_t n)
{
  const fp_block_form form = form_of(packed);
  const size_t block = form.streams * form.apart;
  a->form = form;
  a->args = args;
  a->elements = elements;
  if (n < block) return 0;
  for (int k = 0; k < form.moving; k++)
    for (int j = form.inputs; j < form.inputs + form.outputs; j++)
      if (args[k] != args[j] && begins_within(args[k], args[j], n * form.size)) return 0;
  return n / block * block;
}

/* Fewer elements than a vector has, and up to `all` the first of them: of sizes that the compiler knows, it calls nothing. */
static __attribute__((noinline)) void copy_few(char *to, const char *from, size_t n, size_t all, size_t size)
{
  if (size == sizeof(float))
    for (size_t i = 0; i < all; i++) memcpy(to + i * sizeof(float), from + (i < n ? i : 0) * sizeof(float), sizeof(float));
  else
    for (size_t i = 0; i < all; i++) memcpy(to + i * sizeof(double), from + (i < n ? i : 0) * sizeof(double), sizeof(double));
}

/* All is moved in whole vectors, as the loop reads and writes them: a CPU hands a store on to a load only if it covers that. The
 * last ones end with the last element, over some of those before, and have the same elements, or results, as these. */
size_t FP_SYM(fp_put_aside)(fp_aside *a, size_t begin, size_t n)
{
  const fp_block_form form = a->form;
  const size_t size = form.size, block = form.streams * form.apart, together = form.streams * form.vector;
  const size_t taken = n - begin < block ? n - begin : block, each = (taken + together - 1) / together * form.vector;
  const size_t bytes = taken * size, last = bytes < VECTOR ? 0 : bytes - VECTOR;
  a->begin = begin;
  a->taken = taken;
  a->each = each;
  for (int k = 0; k < form.inputs + form.outputs; k++) a->at[k] = (char *)a->elements + k * block * size;
  for (int k = 0; k < form.moving; k++) {
    const char *from = (const char *)a->args[k] + begin * size;
    char *to = a->at[k], few[VECTOR];
    if (bytes < VECTOR) {
      copy_few(few, from, taken, VECTOR / size, size);
      from = few;
    }
    for (size_t stream = 0, at = 0; stream < form.streams; stream++, to += form.apart * size)
      for (size_t i = 0; i < each * size; i += VECTOR, at += VECTOR) memcpy(to + i, from + (at < last ? at : last), VECTOR);
  }
  return each / form.vector;
}

size_t FP_SYM(fp_put_back)(const fp_aside *a)
{
  const fp_block_form form = a->form;
  const size_t size = form.size, bytes = a->taken * size, last = bytes - VECTOR;
  for (int k = form.inputs; k < form.inputs + form.outputs; k++) {
    char *const to = (char *)a->args[k] + a->begin * size;
    const char *from = a->at[k];
    if (bytes < VECTOR) {
      copy_few(to, from, a->taken, a->taken, size);
      continue;
    }
    for (size_t stream = 0, at = 0; stream < form.streams; stream++, from += form.apart * size)
      for (size_t i = 0; i < a->each * size; i += VECTOR, at += VECTOR) memcpy(to + (at < last ? at : last), from + i, VECTOR);
  }
  return a->begin + a->taken;
}
