/* The engine against Random123's published answers, and the fills: every target gives the bits of the plain formulas, whatever
 * the first unit and the number of units. Hashes of fills, transforms and gradients say whether compilers and CPUs agree:
 *
 *   test_random --hashes      prints those of this machine
 *   test_random --targets     leaves out the accuracy, which depends on no target: an emulator's long double is not good enough for it */
#include "core/dispatch.h"
#include "fastprob.h"

#define FP_TARGET test
#include "random/draw.h"
#include "random/logistic.h"
#include "random/normal.h"
#include "random/uniform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int failures;

static void fail(const char *what, const char *where, uint64_t unit)
{
  if (failures++ < 20) printf("%s, %s, unit %" PRIu64 "\n", what, where, unit);
}

/* Counter, key and block of the file kat_vectors of Random123. */
static void test_known_answers(void)
{
  static const uint32_t cases[][12] = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8},
    {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
     0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732},
    {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89,
     0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    const uint32_t *const c = cases[k];
    const fp_stream stream = {{c[4], c[5], c[6], c[7]}, {c[2], c[3]}};
    const fp_words w = threefry(stream, (uint64_t)c[1] << 32 | c[0]);
    if (w.a != c[8] || w.b != c[9] || w.c != c[10] || w.d != c[11]) fail("known answer", "threefry", k);
  }
}

static const fp_stream stream = {{0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210}, {0xffffffff, 7}};

/* The words that engine.h gives to a unit: the plain twin of the fills. */
static uint32_t in_block(uint64_t block, uint64_t k)
{
  const fp_words w = threefry(stream, block);
  const uint32_t all[4] = {w.a, w.b, w.c, w.d};
  return all[k];
}
static uint32_t word(uint64_t unit) { return in_block(unit / 64 * 16 + unit % 16, unit / 16 % 4); }
static uint32_t low(uint64_t unit) { return in_block(unit / 32 * 16 + unit % 16, unit / 16 % 2 * 2); }
static uint32_t high(uint64_t unit) { return in_block(unit / 32 * 16 + unit % 16, unit / 16 % 2 * 2 + 1); }

static uint32_t expect_words(uint64_t unit) { return word(unit); }
static float expect_unit_f32(uint64_t unit) { return (float)(word(unit) >> 8) / 16777216.0f; }
static float expect_open_f32(uint64_t unit) { return (float)(2 * (word(unit) >> 9) + 1) / 16777216.0f; }
static double wide(uint64_t unit) { return (double)(((uint64_t)high(unit) << 32 | low(unit)) >> 11); }
static double expect_unit_f64(uint64_t unit) { return wide(unit) / 9007199254740992.0; }
static double expect_open_f64(uint64_t unit)
{
  const double k = wide(unit);
  return (fmod(k, 2.0) == 0 ? k + 1.0 : k) / 9007199254740992.0;
}
static float expect_normal_f32(uint64_t unit)
{
  const uint64_t first = unit / 32 * 32 + unit % 16;
  const outputs2_f32 z = normal_pair_f32(word(first), word(first + 16));
  return unit / 16 % 2 ? z.b : z.a;
}
static double expect_normal_f64(uint64_t unit)
{
  const uint64_t first = unit / 32 * 32 + unit % 16;
  const outputs2_f64 z = normal_pair_f64(low(first), high(first), low(first + 16), high(first + 16));
  return unit / 16 % 2 ? z.b : z.a;
}

static float expect_logistic_f32(uint64_t unit) { return logistic_f32(word(unit)); }
static double expect_logistic_f64(uint64_t unit) { return logistic_f64(low(unit), high(unit)); }

enum { LONGEST = 333 };
static const uint64_t starts[] = {0, 1, 15, 16, 31, 32, 63, 64, 1000, (UINT64_C(1) << 36) - 100, UINT64_MAX - 2000};

#define FILL_TEST(name, type) \
  static void test_##name(const char *target) \
  { \
    type out[LONGEST + 1]; \
    for (size_t s = 0; s < sizeof starts / sizeof starts[0]; s++) { \
      for (size_t n = 0; n <= LONGEST; n += n < 70 ? 1 : 37) { \
        const type guard = (type)12345; \
        for (size_t i = 0; i <= LONGEST; i++) out[i] = guard; \
        fp_active->random->name(stream, starts[s], out, n); \
        for (size_t i = 0; i < n; i++) { \
          const type wanted = expect_##name(starts[s] + i); \
          if (memcmp(&wanted, &out[i], sizeof wanted)) fail(#name, target, starts[s] + i); \
        } \
        if (out[n] != guard) fail(#name " writes too much", target, starts[s] + n); \
      } \
    } \
  }
FP_RANDOM_FILLS(FILL_TEST)

/* The pair against libm in long double: |error| <= bound radius. */
static void check_pair(uint64_t u, uint64_t v)
{
  const long double pi = 3.14159265358979323846264338327950288L;
  const outputs2_f64 z = normal_pair_f64((uint32_t)u, (uint32_t)(u >> 32), (uint32_t)v, (uint32_t)(v >> 32));
  const long double x = ((long double)u + 0.5L) / 18446744073709551616.0L;
  const long double radius = sqrtl(-2 * logl(x < 1 ? x : 1 - 0x1p-64L));
  const long double angle = 2 * pi * ((long double)v / 18446744073709551616.0L - 0.5L);
  /* u is rounded to 53 bits: near 1 that moves the radius by 2^-54 / radius, or all of it. */
  const long double bound = 0x1p-50L * radius + 0x1p-53L / (radius > 0x1p-27L ? radius : 0x1p-27L);
  if (!(fabsl(z.a - radius * cosl(angle)) <= bound)) fail("normal_pair_f64", "accuracy", u);
  if (!(fabsl(z.b - radius * sinl(angle)) <= bound)) fail("normal_pair_f64", "accuracy", u);
  const uint32_t us = (uint32_t)(u >> 32), vs = (uint32_t)(v >> 32);
  const outputs2_f32 t = normal_pair_f32(us, vs);
  const long double y = ((long double)us + 0.5L) / 4294967296.0L, turn = (long double)(int32_t)vs / 2147483648.0L;
  const long double r = sqrtl(-2 * logl(y)), limit = 0x1p-21L * r + 0x1p-24L / (r > 0x1p-12L ? r : 0x1p-12L);
  if (!(fabsl(t.a - r * cosl(pi * turn)) <= limit)) fail("normal_pair_f32", "accuracy", us);
  if (!(fabsl(t.b - r * sinl(pi * turn)) <= limit)) fail("normal_pair_f32", "accuracy", us);
}

static void check_logistic(uint64_t w)
{
  const long double p = (long double)(w | 1) / 36893488147419103232.0L, x = logl((1 - p) / p), wanted = w & 1 ? -x : x;
  const double got = logistic_f64((uint32_t)w, (uint32_t)(w >> 32));
  if (!(fabsl(got - wanted) <= 0x1p-51L * (x > 1 ? x : 1))) fail("logistic_f64", "accuracy", w);
  const uint32_t s = (uint32_t)(w >> 32);
  const long double q = (long double)(s | 1) / 8589934592.0L, y = logl((1 - q) / q), short_wanted = s & 1 ? -y : y;
  if (!(fabsl(logistic_f32(s) - short_wanted) <= 0x1p-22L * (y > 1 ? y : 1))) fail("logistic_f32", "accuracy", s);
}

static void test_pairs(void)
{
  for (uint64_t k = 0; k < 200000; k++) {
    const fp_words w = threefry(stream, k);
    const uint64_t u = (uint64_t)w.b << 32 | w.a, v = (uint64_t)w.d << 32 | w.c;
    check_logistic(u);
    check_logistic(u >> k % 64);
    check_logistic(~(u >> k % 64));
    check_pair(u, v);
    check_pair(u >> k % 64, v);
    check_pair(~(u >> k % 64), v >> k % 60);
    check_pair(u, ~(v >> k % 60));
    check_pair(u, (uint64_t)(k % 8) << 61);
  }
  const double largest = normal_pair_f64(0, 0, 0, 0x80000000).a;
  if (fabs(largest - sqrt(130 * log(2.0))) > 1e-14 || fabs(largest - 9.4926) > 5e-5) fail("largest normal", "f64", 0);
  const float large = normal_pair_f32(0, 0).a;
  if (fabs(large - sqrt(66 * log(2.0))) > 1e-6 || fabs(large - 6.7637) > 5e-5) fail("largest normal", "f32", 0);
}

static void test_ends(void)
{
  const double below_1 = 1 - 0x1p-53;
  if (fabs(logistic_f64(0, 0) - 65 * log(2.0)) > 1e-13 || fabs(logistic_f32(1) + 33 * log(2.0)) > 1e-5) fail("ends", "logistic", 0);
  if (unit_f64(0, 0) != 0 || unit_f64(UINT32_MAX, UINT32_MAX) != below_1) fail("ends", "unit_f64", 0);
  if (open_f64(0, 0) != 0x1p-53 || open_f64(UINT32_MAX, UINT32_MAX) != below_1) fail("ends", "open_f64", 0);
  if (unit_f32(0) != 0 || unit_f32(UINT32_MAX) != 1 - 0x1p-24f) fail("ends", "unit_f32", 0);
  if (open_f32(0) != 0x1p-24f || open_f32(UINT32_MAX) != 1 - 0x1p-24f) fail("ends", "open_f32", 0);
}

/* FNV-1a over the bytes of each number, the lowest first. */
static uint64_t hash(const void *numbers, size_t size, size_t n)
{
  uint64_t h = 0xcbf29ce484222325;
  for (size_t i = 0; i < n; i++) {
    uint64_t bits = 0;
    uint32_t short_bits;
    if (size == 4) {
      memcpy(&short_bits, (const char *)numbers + 4 * i, 4);
      bits = short_bits;
    } else memcpy(&bits, (const char *)numbers + 8 * i, 8);
    for (size_t b = 0; b < size; b++) h = (h ^ (bits >> 8 * b & 0xff)) * 0x100000001b3;
  }
  return h;
}

static const struct { const char *name; uint64_t hash; } goldens[] = {
#include "random_hashes.h"
};
static int printing;

static void compare(const char *target, const char *name, int type, uint64_t found)
{
  char full[80];
  snprintf(full, sizeof full, "%s%s", name, type == FP_F32 ? "_f32" : type == FP_F64 ? "_f64" : "");
  if (printing) {
    printf("  {\"%s\", 0x%016" PRIx64 "},\n", full, found);
    return;
  }
  for (size_t k = 0; k < sizeof goldens / sizeof goldens[0]; k++) {
    if (!strcmp(goldens[k].name, full)) {
      if (goldens[k].hash != found) fail(full, target, 0);
      return;
    }
  }
  fail("no stored hash", full, 0);
}

enum { HASHED = 3001 };
static double columns[FP_MAX_ARGS][HASHED];      /* inputs, as doubles or floats */

/* Numbers to compute on: ends and locations about 0, the others positive. */
static void column(int k, int type, double low, double high)
{
  for (size_t i = 0; i < HASHED; i++) {
    const uint64_t unit = 64 * (uint64_t)i + (uint64_t)k;
    const double x = low + (high - low) * unit_f64(word(unit), word(unit + 32));
    const float s = (float)x;
    if (type == FP_F32) memcpy((char *)columns[k] + 4 * i, &s, 4);
    else columns[k][i] = x;
  }
}

static void test_hashes(const char *target)
{
  static double out[FP_MAX_ARGS][HASHED];
#define FILL_HASH(name, type) \
  fp_active->random->name(stream, 5, (type *)out[0], HASHED); \
  compare(target, #name, FP_TYPES, hash(out[0], sizeof(type), HASHED));
  FP_RANDOM_FILLS(FILL_HASH)
  for (int type = 0; type < FP_TYPES; type++) {
    const size_t size = type == FP_F32 ? 4 : 8;
    const size_t shape[] = {HASHED};
    const ptrdiff_t stride = (ptrdiff_t)size;
    fp_operand operands[FP_MAX_ARGS];
    for (int k = 0; k < FP_MAX_ARGS; k++) operands[k] = (fp_operand){NULL, &stride, type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64};
    const fp_parameters arrays = {1, shape, operands};
    fp_draw d = {.stream = stream, .first = 7, .n = HASHED, .arrays = &arrays, .out = out[0]};
    column(0, type, -3.0, 1.0);
    column(1, type, 1.0, 4.0);
    column(2, type, -9.0, 9.0);
    column(3, type, 0.1, 2.0);
    column(4, type, 0.0, 1.0);
#define RUN(transform_, fill_, count, a, b, c, e) \
    d.transform = FP_TRANSFORM_##transform_, d.parameters = count; \
    d.fill = type == FP_F32 ? FP_FILL_##fill_##_f32 : FP_FILL_##fill_##_f64; \
    for (int k = 0; k < count; k++) operands[k].data = (char *)columns[(const int[]){a, b, c, e}[k]]; \
    fp_draw_run(&d); \
    compare(target, #transform_, type, hash(out[0], size, HASHED));
    RUN(uniform, unit, 2, 0, 1, 0, 0)
    RUN(location_scale, normal, 2, 0, 3, 0, 0)
    RUN(location_log_scale, normal, 2, 0, 2, 0, 0)
    RUN(location_logvar, normal, 2, 0, 2, 0, 0)
    RUN(bernoulli, unit, 1, 4, 0, 0, 0)
    RUN(bernoulli_logits, unit, 1, 2, 0, 0, 0)
    RUN(concrete, logistic, 2, 2, 3, 0, 0)
    RUN(truncnormal, open, 4, 0, 1, 2, 3)
    uint64_t combined;
#define GRADIENT(name, inputs, outputs) \
    for (int k = 0; k < inputs + outputs; k++) operands[k].data = k < inputs ? (char *)columns[columns_of[k]] : (char *)out[k - inputs]; \
    fp_gradient_run(FP_GRADIENT_##name, type, 1, shape, operands); \
    combined = 0; \
    for (int k = 0; k < outputs; k++) combined = combined * 31 + hash(out[k], size, HASHED); \
    compare(target, #name, type, combined);
    static const int columns_of[] = {2, 1, 4, 0, 1, 2, 3};
    FP_RANDOM_GRADIENTS(GRADIENT)
  }
}

/* Parameters of any layout and type give what dense ones of the drawn type do, and rows, with a number beside them or not. */
static void test_layouts(const char *target)
{
  enum { ROWS = 70, COLUMNS = 90, N = ROWS * COLUMNS };
  static double loc[ROWS], dense_loc[N], dense_scale[N], wanted[N], found[N], noise[N];
  static float scale[2 * COLUMNS];
  const size_t shape[] = {ROWS, COLUMNS};
  const ptrdiff_t dense[] = {8 * COLUMNS, 8}, down[] = {-8, 0}, across[] = {0, 8}, none[] = {0, 0};
  const fp_operand plain[] = {{(char *)dense_loc, dense, FP_STORED_F64}, {(char *)dense_scale, dense, FP_STORED_F64}};
  const fp_operand strange[] = {{(char *)(loc + ROWS - 1), down, FP_STORED_F64}, {(char *)scale, across, FP_STORED_F32}};
  const fp_parameters same[] = {{2, shape, plain}, {2, shape, strange}};
  for (size_t i = 0; i < ROWS; i++) loc[ROWS - 1 - i] = (double)i - 30;
  for (size_t j = 0; j < COLUMNS; j++) scale[2 * j] = (float)j / 7;
  for (size_t k = 0; k < N; k++) dense_loc[k] = loc[ROWS - 1 - k / COLUMNS], dense_scale[k] = (double)scale[2 * (k % COLUMNS)];
  for (int keep = 0; keep < 2; keep++) {
    fp_draw d = {.stream = stream, .first = 12345, .n = N, .fill = FP_FILL_normal_f64, .transform = FP_TRANSFORM_location_scale,
                 .parameters = 2, .arrays = &same[0], .out = wanted};
    fp_draw_run(&d);
    d.out = found, d.noise = keep ? noise : NULL;
    for (int way = 0; way < 2; way++) {
      d.arrays = way ? NULL : &same[1];
      d.parameter[0] = dense_loc, d.parameter[1] = dense_scale, d.rows = 3;
      fp_draw_run(&d);
      for (size_t k = 0; k < N; k++) if (memcmp(&wanted[k], &found[k], 8)) fail("layout", target, k);
    }
    for (unsigned rows = 1; rows < 3; rows++) {   /* a number beside a row, and both as operands */
      const fp_operand mixed[] = {{(char *)dense_loc, rows & 1 ? dense : none, FP_STORED_F64},
                                  {(char *)dense_scale, rows & 2 ? dense : none, FP_STORED_F64}};
      const fp_parameters arrays = {2, shape, mixed};
      d.arrays = &arrays, d.out = wanted;
      fp_draw_run(&d);
      d.arrays = NULL, d.rows = rows, d.out = found;
      fp_draw_run(&d);
      for (size_t k = 0; k < N; k++) if (memcmp(&wanted[k], &found[k], 8)) fail("number beside a row", target, k);
    }
  }
}

static void test_domains(void)
{
  static const double x[] = {-1, -0.0, 0, 0.5, 2, 1e300, INFINITY, -INFINITY, NAN};
  static const char *const allowed[] = {"111111111", "001111101", "011100000", "111111110", "000111100", "111110000", "001110000"};
  for (int domain = 0; domain <= FP_DOMAIN_FINITE_SCALE; domain++)
    for (size_t k = 0; k < sizeof x / sizeof x[0]; k++) {
      const int as_f64 = allowed[domain][k] == '1' || (x[k] == 1e300 && domain >= FP_DOMAIN_FINITE);   /* infinite as a float */
      if (fp_in_domain(domain, FP_F32, x[k], 0) != (allowed[domain][k] == '1')) fail("domain", "f32", (uint64_t)domain * 100 + k);
      if (fp_in_domain(domain, FP_F64, x[k], 0) != as_f64) fail("domain", "f64", (uint64_t)domain * 100 + k);
    }
  enum { MANY = 100000 };
  static double low[MANY], high;
  const size_t shape[] = {MANY};
  const ptrdiff_t eight = 8, none = 0;
  const fp_operand pair[] = {{(char *)low, &eight, FP_STORED_F64}, {(char *)&high, &none, FP_STORED_F64}};
  double at[2];
  for (size_t k = 0; k < MANY; k += 999) {
    low[k] = (double)k + 1;
    if (fp_all_in_domain(FP_DOMAIN_RANGE, FP_F64, 2, 1, shape, pair, at) || at[0] != low[k] || at[1] != 0) fail("domain", "range", k);
    if (!fp_all_in_domain(FP_DOMAIN_FINITE_RANGE, FP_F64, 2, 1, shape, pair, at)) fail("domain", "finite range", k);
    low[k] = 0;
  }
  if (!fp_all_in_domain(FP_DOMAIN_ORDERED, FP_F32, 2, 1, shape, pair, at)) fail("domain", "ordered", 0);
}

int main(int argc, char **argv)
{
  int supported;
  const char *target;
  printing = argc > 1 && !strcmp(argv[1], "--hashes");
  if (printing) {
    if (fp_select(NULL)) return 1;
    test_hashes("");
    return 0;
  }
  test_known_answers();
  if (argc < 2 || strcmp(argv[1], "--targets")) test_pairs();
  test_ends();
  for (int t = 0; (target = fp_target_at(t, &supported)) != NULL; t++) {
    if (!supported) continue;
    if (fp_select(target)) return 1;
    test_domains();
#define FILL_CALL(name, type) test_##name(target);
    FP_RANDOM_FILLS(FILL_CALL)
    test_hashes(target);
    test_layouts(target);
  }
  printf("%d failures\n", failures);
  return failures > 0;
}
