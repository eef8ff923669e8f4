/* Several threads draw from one generator: no place is taken twice, none is lost, and each draw is the one of its place. POSIX only. */
#define _GNU_SOURCE

#include "core/dispatch.h"
#include "fastprob.h"
#include "random/draw.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, TURNS = 3000, GROUP = 64, MOST = 40 };

typedef struct { uint64_t begin, end; int fill; } range;   /* in words */

static fp_generator generator;
static range taken[THREADS * TURNS];
static int failures;

static int words_of(int fill)
{
  const fp_layout layout = fp_layout_of(fill);
  return layout == FP_LAYOUT_TWO || layout == FP_LAYOUT_PAIRS_OF_TWO ? 2 : 1;
}

static void draw(int fill, uint64_t first, size_t n, void *out)
{
  const fp_draw d = {.stream = generator.stream, .first = first, .n = n, .fill = fill, .transform = FP_TRANSFORM_NONE, .out = out};
  fp_draw_run(&d);
}

static void *draw_many(void *argument)
{
  static const int fills[] = {FP_FILL_unit_f32, FP_FILL_unit_f64, FP_FILL_normal_f32, FP_FILL_normal_f64};
  range *mine = argument;
  unsigned state = (unsigned)(mine - taken) + 1;
  for (int turn = 0; turn < TURNS; turn++) {
    double out[MOST], again[MOST];
    state = state * 1664525u + 1013904223u;
    const int fill = fills[state >> 30];
    const size_t n = 1 + (state >> 20) % MOST, bytes = n * 4 * (size_t)words_of(fill);
    const uint64_t first = fp_reserve(&generator, fp_layout_of(fill), n);
    mine[turn] = (range){first * (uint64_t)words_of(fill), (first + n) * (uint64_t)words_of(fill), fill};
    draw(fill, first, n, out);
    draw(fill, first, n, again);
    if (memcmp(out, again, bytes)) __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

static int by_begin(const void *a, const void *b)
{
  const range *x = a, *y = b;
  return x->begin < y->begin ? -1 : x->begin > y->begin;
}

int main(void)
{
  pthread_t threads[THREADS];
  if (fp_select(NULL)) { puts("no target"); return 1; }
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, draw_many, taken + i * TURNS)) { puts("no thread"); return 1; }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  qsort(taken, THREADS * TURNS, sizeof *taken, by_begin);
  for (int i = 1; i < THREADS * TURNS; i++) {
    const range last = taken[i - 1], next = taken[i];
    const int same = fp_layout_of(last.fill) == fp_layout_of(next.fill);
    const uint64_t expected = same ? last.end : (last.end + GROUP - 1) / GROUP * GROUP;
    if (next.begin != expected) {
      if (failures++ < 5) printf("draw %d begins at word %llu, not %llu\n", i, (unsigned long long)next.begin, (unsigned long long)expected);
    }
  }
  if (fp_get_place(&generator) >> 3 != taken[THREADS * TURNS - 1].end) failures++;
  printf("%d draws by %d threads, %d failures\n", THREADS * TURNS, THREADS, failures);
  return failures != 0;
}
