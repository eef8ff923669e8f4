/* The one source of randomness: Threefry4x32 with 20 rounds (Salmon, Moraes, Dror and Shaw, 2011), a cipher without secrets. It
 * turns a counter of 128 bits under a key of 128 bits into a block of four words of 32 bits; whatever is drawn is a function of
 * key and counter alone, so that any draw can be made anywhere, in any order.
 *
 * The counter: its low 64 bits number the blocks of a stream, its high 64 bits (high[0], high[1]) are the stream, free for
 * whoever draws: a number, or a step and a row.
 *
 * Blocks come in groups of 16, blocks 16 g to 16 g + 15, so that loops store what they make without moving it between lanes. Unit
 * u of a stream that draws one word a unit (words, f32) is word u / 16 % 4 of block u % 16 of group u / 64. Unit u of a stream
 * that draws two (f64) has words 2 h and 2 h + 1, the low one first, with h = u / 16 % 2, of block u % 16 of group u / 32.
 * Normals are made in pairs of such units, see normal.h. So the value of a unit depends neither on how many are drawn nor on
 * where they go. */
#ifndef FASTPROB_ENGINE_H
#define FASTPROB_ENGINE_H

#include "core/target.h"
#include "random/random.h"

typedef struct { uint32_t a, b, c, d; } fp_words;

FP_INLINE uint32_t rotate_left(uint32_t x, int r) { return x << r | x >> (32 - r); }

/* The four words of a block. */
FP_INLINE fp_words threefry(fp_stream s, uint64_t block)
{
  static const int rotation[8][2] = {{10, 26}, {11, 21}, {13, 27}, {23, 5}, {6, 20}, {17, 11}, {25, 10}, {18, 20}};
  const uint32_t key[5] = {s.key[0], s.key[1], s.key[2], s.key[3], 0x1bd11bda ^ s.key[0] ^ s.key[1] ^ s.key[2] ^ s.key[3]};
  uint32_t a = (uint32_t)block + key[0], b = (uint32_t)(block >> 32) + key[1], c = s.high[0] + key[2], d = s.high[1] + key[3];
  FP_UNROLL for (int round = 0; round < 20; round += 2) {
    const int *first = rotation[round % 8], *second = rotation[round % 8 + 1];
    a += b;
    b = rotate_left(b, first[0]) ^ a;
    c += d;
    d = rotate_left(d, first[1]) ^ c;
    a += d;
    d = rotate_left(d, second[0]) ^ a;
    c += b;
    b = rotate_left(b, second[1]) ^ c;
    if (round % 4 == 2) {
      const int k = round / 4 + 1;
      a += key[k % 5];
      b += key[(k + 1) % 5];
      c += key[(k + 2) % 5];
      d += key[(k + 3) % 5] + (uint32_t)k;
    }
  }
  return (fp_words){a, b, c, d};
}

/* Blocks a group: a vector of the widest target, and few enough that a row of a handful of draws does not pay for many. */
enum { FP_GROUP = 16 };

/* For each i of a group `store`, of r = call, a function of i. The chain of a block is longer than what a CPU looks ahead: where a vector of
 * words is half a group or less, two halves are made together, their operations mixed. */
#if FP_LANES < 8
#define FP_IN_GROUP(type, call, store) \
    enum { HALF = FP_GROUP / 2 }; \
    FP_FEW for (int k = 0; k < HALF; k++) { \
      type both[2]; \
      FP_UNROLL for (int s = 0; s < 2; s++) { const int i = k + s * HALF; both[s] = call; } \
      FP_UNROLL for (int s = 0; s < 2; s++) { const int i = k + s * HALF; const type r = both[s]; store } \
    }
#else
#define FP_IN_GROUP(type, call, store) FP_IVDEP for (int i = 0; i < FP_GROUP; i++) { const type r = call; store }
#endif

/* Defines name(stream, first, out, n): units first to first + n - 1, by the loop `groups` (stream, first block, out, number of
 * groups), the beginning and the end through a buffer. words: those that a unit takes. */
#define FP_FILL(name, type, words, groups) \
  FP_INLINE void name(fp_stream stream, uint64_t first, type *out, size_t n) \
  { \
    enum { UNITS = 4 * FP_GROUP / (words) }; \
    type buffer[UNITS]; \
    while (n > 0) { \
      const size_t skip = first % UNITS, left = n < UNITS - skip ? n : UNITS - skip; \
      const int whole = skip == 0 && n >= UNITS; \
      const size_t m = whole ? n / UNITS * UNITS : left; \
      groups(stream, first / UNITS * FP_GROUP, whole ? out : buffer, whole ? n / UNITS : 1); \
      if (!whole) memcpy(out, buffer + skip, m * sizeof *out); \
      first += m; \
      out += m; \
      n -= m; \
    } \
  }

FP_INLINE void fp_groups_words(fp_stream stream, uint64_t block, uint32_t *out, size_t groups)
{
  for (; groups > 0; groups--, block += FP_GROUP, out += 4 * FP_GROUP) {
    FP_IN_GROUP(fp_words, threefry(stream, block + (uint64_t)i),
                out[i] = r.a; out[FP_GROUP + i] = r.b; out[2 * FP_GROUP + i] = r.c; out[3 * FP_GROUP + i] = r.d;)
  }
}
FP_FILL(fp_fill_words, uint32_t, 1, fp_groups_words)

#endif
