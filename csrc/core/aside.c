#include "core/aside.h"

size_t FP_SYM(fp_whole_blocks)(fp_aside *a, const fp_block_form *form, void *const *args, void *elements, size_t n)
{
  const size_t block = form->streams * form->apart;
  a->form = form;
  a->args = args;
  a->elements = elements;
  for (int k = 0; k < form->moving; k++)
    for (int j = form->inputs; j < form->inputs + form->outputs; j++)
      if (args[k] != args[j] && begins_within(args[k], args[j], n * form->size)) return 0;
  return n / block * block;
}

/* Elements of a stream; the last streams may have none. */
static size_t of_stream(const fp_aside *a, size_t stream)
{
  const size_t before = stream * a->each;
  return a->taken <= before ? 0 : a->taken - before < a->each ? a->taken - before : a->each;
}

/* In whole vectors as the loop reads and writes them. memcpy's overlap, and a CPU hands a store on to a load only if it covers that. */
static void copy(char *to, const char *from, size_t bytes)
{
  enum { VECTOR = FP_LANES * sizeof(double) };
  for (; bytes >= VECTOR; bytes -= VECTOR, to += VECTOR, from += VECTOR) memcpy(to, from, VECTOR);
  for (; bytes; bytes -= sizeof(float), to += sizeof(float), from += sizeof(float)) memcpy(to, from, sizeof(float));
}

/* With the same element n times: sizes that the compiler knows, so that it calls nothing. */
static void fill(char *to, const char *element, size_t n, size_t size)
{
  if (size == sizeof(float))
    for (size_t i = 0; i < n; i++) memcpy(to + i * sizeof(float), element, sizeof(float));
  else
    for (size_t i = 0; i < n; i++) memcpy(to + i * sizeof(double), element, sizeof(double));
}

size_t FP_SYM(fp_put_aside)(fp_aside *a, size_t begin, size_t n)
{
  const fp_block_form *const form = a->form;
  const size_t size = form->size, block = form->streams * form->apart, together = form->streams * form->vector;
  a->begin = begin;
  a->taken = n - begin < block ? n - begin : block;
  a->each = (a->taken + together - 1) / together * form->vector;
  for (int k = 0; k < form->inputs + form->outputs; k++) a->at[k] = (char *)a->elements + k * block * size;
  for (int k = 0; k < form->moving; k++) {
    const char *const from = (const char *)a->args[k] + begin * size;
    for (size_t stream = 0; stream < form->streams; stream++) {
      char *const to = (char *)a->at[k] + stream * form->apart * size;
      const size_t have = of_stream(a, stream);
      copy(to, from + stream * a->each * size, have * size);
      fill(to + have * size, from, a->each - have, size);
    }
  }
  return a->each / form->vector;
}

size_t FP_SYM(fp_put_back)(const fp_aside *a)
{
  const fp_block_form *const form = a->form;
  for (int k = form->inputs; k < form->inputs + form->outputs; k++) {
    for (size_t stream = 0; stream < form->streams; stream++) {
      const size_t have = of_stream(a, stream);
      char *const to = (char *)a->args[k] + (a->begin + stream * a->each) * form->size;
      copy(to, (char *)a->at[k] + stream * form->apart * form->size, have * form->size);
    }
  }
  return a->begin + a->taken;
}
