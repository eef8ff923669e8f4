#include "random/draw.h"
#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/pool.h"
#include "core/run.h"

#include <string.h>

enum {
  GROUP = 64,                    /* words a group, see engine.h */
  BLOCK = 1024,                  /* units that are made and transformed while they are in the L1 cache; whole groups */
  TASK = FP_PARALLEL_MIN / 2     /* units a task of the pool; whole blocks */
};

/* ---- places */

fp_layout fp_layout_of(int fill)
{
  switch (fill) {
    case FP_FILL_normal_f32: return FP_LAYOUT_PAIRS_OF_ONE;
    case FP_FILL_normal_f64: return FP_LAYOUT_PAIRS_OF_TWO;
    case FP_FILL_unit_f64: case FP_FILL_open_f64: case FP_FILL_logistic_f64: return FP_LAYOUT_TWO;
    default: return FP_LAYOUT_ONE;
  }
}

static int takes_two(fp_layout layout) { return layout == FP_LAYOUT_TWO || layout == FP_LAYOUT_PAIRS_OF_TWO; }

uint64_t fp_reserve(fp_generator *generator, fp_layout layout, uint64_t n)
{
  const uint64_t words = takes_two(layout) ? 2 : 1;
  uint64_t place = atomic_load(&generator->place), first;
  do {
    const uint64_t used = place >> 3, last = place & 7;
    first = last == layout || last == FP_LAYOUT_NONE ? used : (used + GROUP - 1) / GROUP * GROUP;
    first = (first + words - 1) / words;
  } while (!atomic_compare_exchange_weak(&generator->place, &place, (first + n) * words << 3 | layout));
  return first;
}

uint64_t fp_get_place(const fp_generator *generator) { return atomic_load(&generator->place); }
void fp_set_place(fp_generator *generator, uint64_t place) { atomic_store(&generator->place, place); }

/* ---- arrays */

static void fill(const fp_draw *d, uint64_t first, void *out, size_t n)
{
  switch (d->fill) {
#define FILL_CASE(name, type) case FP_FILL_##name: fp_active->random->name(d->stream, first, out, n); break;
    FP_RANDOM_FILLS(FILL_CASE)
  }
}

/* Units begin to end, counted from the first. */
static void part(const fp_draw *d, size_t begin, size_t end)
{
  const int type = takes_two(fp_layout_of(d->fill)) ? FP_F64 : FP_F32;
  const size_t size = type == FP_F64 ? 8 : 4;
  char *const out = d->out, *const noise = d->noise ? d->noise : d->out;
  if (d->transform == FP_TRANSFORM_NONE) {
    fill(d, d->first + begin, out + begin * size, end - begin);
    return;
  }
  const fp_kernel *const kernel = &fp_active->random->transforms[d->transform][type];
  _Alignas(64) double repeated[FP_MAX_PARAMETERS][BLOCK];
  void *args[FP_MAX_PARAMETERS + 2];
  int fixed = 1;
  for (int k = 0; k < d->parameters; k++) fixed &= d->one[k];
  for (int k = 0; k < d->parameters; k++) {
    args[1 + k] = fixed ? (void *)d->parameter[k] : (void *)repeated[k];
    if (fixed || !d->one[k]) continue;
    for (size_t i = 0; i < BLOCK; i++) memcpy((char *)repeated[k] + i * size, d->parameter[k], size);
  }
  for (size_t m; begin < end; begin += m) {
    m = BLOCK - (size_t)((d->first + begin) % BLOCK);
    if (m > end - begin) m = end - begin;
    args[0] = noise + begin * size;
    args[1 + d->parameters] = out + begin * size;
    for (int k = 0; k < d->parameters; k++) {
      if (!d->one[k]) args[1 + k] = (char *)d->parameter[k] + begin * size;
    }
    fill(d, d->first + begin, args[0], m);
    (fixed ? kernel->fixed : kernel->array)(args, m);
  }
}

/* Tasks end where blocks do. */
static void task(void *context, size_t i)
{
  const fp_draw *const d = context;
  const size_t before = (size_t)(d->first % BLOCK), begin = i == 0 ? 0 : i * TASK - before, end = (i + 1) * TASK - before;
  const float_env env = float_env_enter();
  part(d, begin, end < d->n ? end : d->n);
  float_env_leave(env);
}

void fp_draw_run(const fp_draw *draw)
{
  if (draw->n >= FP_PARALLEL_MIN && fp_threads() > 1) {
    fp_pool_run(task, (void *)draw, (draw->n + (size_t)(draw->first % BLOCK) + TASK - 1) / TASK);
  } else if (draw->n > 0) {
    const float_env env = float_env_enter();
    part(draw, 0, draw->n);
    float_env_leave(env);
  }
}

/* ---- gradients */

typedef struct { int gradient, type, count; void *const *args; size_t n; } gradient_run;

static void gradient_task(void *context, size_t i)
{
  const gradient_run *const r = context;
  const size_t begin = i * TASK, end = begin + TASK < r->n ? begin + TASK : r->n;
  void *args[FP_MAX_ARGS];
  const float_env env = float_env_enter();
  for (int k = 0; k < r->count; k++) args[k] = (char *)r->args[k] + begin * (r->type == FP_F64 ? 8 : 4);
  fp_active->random->gradients[r->gradient][r->type](args, end - begin);
  float_env_leave(env);
}

void fp_gradient_run(int gradient, int type, void *const *args, size_t n)
{
#define ARGUMENTS(name, inputs, outputs) inputs + outputs,
  static const int counts[] = {FP_RANDOM_GRADIENTS(ARGUMENTS)};
  const gradient_run r = {gradient, type, counts[gradient], args, n};
  fp_pool_run(gradient_task, (void *)&r, (n + TASK - 1) / TASK);
}

/* ---- permutations */

static uint64_t high_half(uint64_t a, uint64_t b)
{
  const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), middle = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
  return (a >> 32) * (b >> 32) + (middle >> 32) + (((middle & UINT32_MAX) + (a & UINT32_MAX) * (b >> 32)) >> 32);
}

void fp_permute(fp_stream stream, uint64_t first, int64_t *out, size_t n)
{
  uint32_t words[GROUP];
  for (size_t i = 0; i < n; i++) out[i] = (int64_t)i;
  for (size_t done = 0; done + 1 < n;) {
    const uint64_t unit = first + done;
    const size_t skip = (size_t)(unit % (GROUP / 2));
    fp_active->random->words(stream, unit / (GROUP / 2) * GROUP, words, GROUP);
    for (size_t u = skip; u < GROUP / 2 && done + 1 < n; u++, done++) {
      const uint32_t *const pair = words + u / 16 * 32 + u % 16;   /* low, and 16 further on high: engine.h */
      const size_t i = n - 1 - done, j = (size_t)high_half((uint64_t)pair[16] << 32 | pair[0], i + 1);
      const int64_t kept = out[i];
      out[i] = out[j];
      out[j] = kept;
    }
  }
}

/* ---- single words */

uint32_t fp_next32(void *state)
{
  fp_words_one_by_one *const s = state;
  const size_t at = (size_t)(s->next % GROUP);
  if (at == 0) fp_active->random->words(s->stream, s->next, s->words, GROUP);
  s->next++;
  return s->words[at];
}

uint64_t fp_next64(void *state)
{
  const uint64_t low = fp_next32(state);
  return (uint64_t)fp_next32(state) << 32 | low;
}

double fp_next_double(void *state) { return (double)(int64_t)(fp_next64(state) >> 11) * 0x1p-53; }
