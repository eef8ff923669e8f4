#include "random/draw.h"
#include "core/convert.h"
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
    if (n > FP_WORDS / words || first + n >= FP_WORDS / words) return UINT64_MAX;
    if (n == 0) return first;   /* who draws nothing leaves the place as it is */
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

typedef struct { const fp_draw *draw; const fp_kernel *kernel; const fp_plan *plan; size_t size; } job;

/* Units begin to end, counted from the first. */
static void part(const job *j, size_t begin, size_t end)
{
  const fp_draw *const d = j->draw;
  char *const out = (char *)d->out, *const noise = d->noise ? d->noise : out;
  if (!j->kernel) {
    fill(d, d->first + begin, out + begin * j->size, end - begin);
    return;
  }
  const int type = j->size == sizeof(double) ? FP_F64 : FP_F32;
  const fp_stored own = type == FP_F64 ? FP_STORED_F64 : FP_STORED_F32;
  _Alignas(64) double repeated[FP_MAX_PARAMETERS][BLOCK];   /* numbers beside rows: the loop for arrays takes nothing else */
  void *args[FP_MAX_PARAMETERS + 2];
  for (int k = 0; k < d->parameters; k++) {
    args[1 + k] = (void *)d->parameter[k];
    if (!d->rows || d->rows >> k & 1) continue;
    fp_load(own, type)(d->parameter[k], 0, (char *)repeated[k], (ptrdiff_t)j->size, end - begin < BLOCK ? end - begin : BLOCK);
    args[1 + k] = repeated[k];
  }
  for (size_t m; begin < end; begin += m) {
    m = BLOCK - (size_t)((d->first + begin) % BLOCK);
    if (m > end - begin) m = end - begin;
    args[0] = noise + begin * j->size;
    args[1 + d->parameters] = out + begin * j->size;
    for (int k = 0; k < d->parameters; k++) if (d->rows >> k & 1) args[1 + k] = (char *)d->parameter[k] + begin * j->size;
    fill(d, d->first + begin, args[0], m);
    if (j->plan) fp_plan_run_part(j->plan, begin, begin + m);
    else if (d->rows) j->kernel->array(args, m);
    else j->kernel->fixed(args, m);
  }
}

/* Tasks end where blocks do. */
static void task(void *context, size_t i)
{
  const job *const j = context;
  const size_t before = (size_t)(j->draw->first % BLOCK), begin = i == 0 ? 0 : i * TASK - before, end = (i + 1) * TASK - before;
  const float_env env = float_env_enter();
  part(j, begin, end < j->draw->n ? end : j->draw->n);
  float_env_leave(env);
}

static void run_job(const job *j)
{
  const size_t n = j->draw->n;
  if (n >= FP_PARALLEL_MIN && fp_threads() > 1) {
    fp_pool_run(task, (void *)j, (n + (size_t)(j->draw->first % BLOCK) + TASK - 1) / TASK);
  } else if (n > 0) {
    const float_env env = float_env_enter();
    part(j, 0, n);
    float_env_leave(env);
  }
}

/* Noise, parameters and draws as one plan: noise and draws lie without gaps. */
static void run_arrays(job j, int type)
{
  const fp_draw *const d = j.draw;
  const fp_parameters *const p = d->arrays;
  const fp_stored own = type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64;
  ptrdiff_t dense[FP_MAX_DIMS], step = (ptrdiff_t)j.size;
  fp_operand operands[FP_MAX_PARAMETERS + 2];
  fp_plan plan;
  plan.kernel = j.kernel;
  plan.type = type;
  plan.values = 1;
  plan.inputs = 1 + d->parameters;
  plan.args = 2 + d->parameters;
  for (int k = p->ndim - 1; k >= 0; step *= (ptrdiff_t)p->shape[k--]) dense[k] = step;
  operands[0] = (fp_operand){d->noise ? d->noise : d->out, dense, own};
  for (int k = 0; k < d->parameters; k++) operands[1 + k] = p->operands[k];
  operands[1 + d->parameters] = (fp_operand){d->out, dense, own};
  fp_plan_lay(&plan, p->ndim, p->shape, operands);
  j.plan = &plan;
  run_job(&j);
}

void fp_draw_run(const fp_draw *draw)
{
  const int type = takes_two(fp_layout_of(draw->fill)) ? FP_F64 : FP_F32;
  job j = {draw, draw->transform == FP_TRANSFORM_NONE ? NULL : &fp_active->random->transforms[draw->transform][type],
           NULL, type == FP_F64 ? 8 : 4};
  if (draw->arrays) run_arrays(j, type);
  else run_job(&j);
}

/* ---- gradients */

void fp_gradient_run(int gradient, int type, int ndim, const size_t *shape, const fp_operand *operands)
{
#define COUNTS(name, inputs, outputs) {inputs, outputs},
  static const struct { int inputs, outputs; } counts[] = {FP_RANDOM_GRADIENTS(COUNTS)};
  const int inputs = counts[gradient].inputs;
  const fp_kernel kernel = {fp_active->random->gradients[gradient][type], NULL};
  fp_plan plan;
  plan.kernel = &kernel;
  plan.type = type;
  plan.values = plan.inputs = inputs;
  plan.args = inputs + counts[gradient].outputs;
  fp_plan_lay(&plan, ndim, shape, operands);
  fp_plan_run(&plan);
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
