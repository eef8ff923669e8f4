#include "core/passes.h"

enum { VECTOR = FP_LANES * sizeof(double) };   /* bytes */

static fp_block_form form_of(uint64_t f)
{
  enum { BYTE = 255 };
  return (fp_block_form){f & BYTE, f >> 8 & BYTE, f >> 16 & BYTE, f >> 24 & BYTE, f >> 32 & BYTE, f >> 40 & BYTE, f >> 48 & BYTE};
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* ---- copies */

/* Fewer elements than a vector has, and up to `all` the first of them: of sizes that the compiler knows, it calls nothing. */
static __attribute__((noinline)) void copy_few(char *to, const char *from, size_t n, size_t all, size_t size)
{
  if (size == sizeof(float))
    for (size_t i = 0; i < all; i++) memcpy(to + i * sizeof(float), from + (i < n ? i : 0) * sizeof(float), sizeof(float));
  else
    for (size_t i = 0; i < all; i++) memcpy(to + i * sizeof(double), from + (i < n ? i : 0) * sizeof(double), sizeof(double));
}

/* Named as what it is: GCC makes two moves of a memcpy of 32 bytes. */
typedef double vector __attribute__((vector_size(VECTOR), aligned(1), may_alias));
static void move_vector(char *to, const char *from) { *(vector *)(void *)to = *(const vector *)(const void *)from; }

/* All is moved in whole vectors, as the loop reads and writes them: a CPU hands a store on to a load only if it covers that. The
 * last ones end with the last element, over some of those before, and have the same elements, or results, as these. */
static void put_aside(fp_passes *p, size_t each)
{
  const fp_block_form form = p->form;
  const size_t size = form.size, apart = form.apart * size, bytes = p->taken * size, last = bytes < VECTOR ? 0 : bytes - VECTOR;
  char *to = p->elements, few[VECTOR];
  p->each = each * size;
  p->at = p->aside;
  for (int k = 0; k < form.inputs + form.outputs; k++) {
    const int moves = k < form.moving;
    const char *from = (const char *)p->args[k] + p->done * size;
    p->aside[k] = to;
    if (moves & (bytes < VECTOR)) {
      copy_few(few, from, p->taken, VECTOR / size, size);
      from = few;
    }
    for (size_t stream = 0, at = 0; stream < form.streams; stream++, to += apart)
      for (size_t i = 0; i < (size_t)moves * each * size; i += VECTOR, at += VECTOR) move_vector(to + i, from + smaller(at, last));
  }
}

static void put_back(const fp_passes *p)
{
  const fp_block_form form = p->form;
  const size_t size = form.size, apart = form.apart * size, each = p->each, bytes = p->taken * size, last = bytes - VECTOR;
  for (int k = form.inputs; k < form.inputs + form.outputs; k++) {
    char *const to = (char *)p->args[k] + p->done * size;
    const char *from = p->aside[k];
    if (bytes < VECTOR) {
      copy_few(to, from, p->taken, p->taken, size);
      continue;
    }
    for (size_t stream = 0, at = 0; stream < form.streams; stream++, from += apart)
      for (size_t i = 0; i < each; i += VECTOR, at += VECTOR) move_vector(to + smaller(at, last), from + i);
  }
}

/* ---- passes */

/* The next one. What is left is worked on where it is, if that may be, some elements twice, so that all vectors are whole: the last
 * one of a single stream, or the last streams, begin as far before the end as they are long. Else whole blocks where they are, else a
 * block aside. */
static int make_pass(fp_passes *p)
{
  const fp_block_form form = p->form;
  const size_t left = p->n - p->done, block = form.streams * form.apart;
  const int alone = form.streams == 1, blocks = p->in_place & (left >= block), twice = p->twice & (alone | !blocks);
  if (left == 0) return 0;
  p->taken = twice ? left : blocks ? left / block * block : smaller(left, block);
  p->complete = (twice | blocks) & (p->taken == left);
  p->at = p->args;
  p->end = block;
  if (blocks & !alone) {
    p->vectors = form.apart / form.vector;
    p->end = p->taken;
    for (size_t s = 0; s < form.streams; s++) p->begins[s] = s * form.apart;
    return 1;
  }
  const size_t all = (p->taken + form.vector - 1) >> __builtin_ctzll(form.vector);   /* a power of two */
  const size_t vectors = alone ? all : ((unsigned)all + (unsigned)form.streams - 1) / (unsigned)form.streams;
  const size_t each = vectors * form.vector;
  p->vectors = vectors;
  if (alone) p->begins[0] = (twice | blocks ? p->taken : each) - form.vector;
  else for (size_t s = 0; s < form.streams; s++) p->begins[s] = twice ? smaller(p->done + s * each, p->n - each) : s * form.apart;
  if (!(twice | blocks)) put_aside(p, each);
  return 1;
}

/* An output may be an input; or begin before one, of which then no block is written in order. */
static void look_for_overlaps(fp_passes *p)
{
  const fp_block_form form = p->form;
  for (int k = 0; k < form.moving; k++) {
    for (int j = form.inputs; j < form.inputs + form.outputs; j++) {
      if (!begins_within(p->args[k], p->args[j], p->n * form.size)) continue;
      p->twice = 0;
      p->in_place &= p->args[k] == p->args[j];
    }
  }
}

int FP_SYM(fp_first_pass)(fp_passes *p, uint64_t form, void *const *args, void *elements, size_t n)
{
  p->form = form_of(form);
  p->args = args;
  p->elements = elements;
  p->n = n;
  p->done = 0;
  p->twice = p->in_place = n >= p->form.vector;
  if (p->in_place) look_for_overlaps(p);
  return make_pass(p);
}

int FP_SYM(fp_next_pass)(fp_passes *p)
{
  if (p->at == p->aside) put_back(p);
  p->done += p->taken;
  return make_pass(p);
}
