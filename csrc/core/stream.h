/* Stores that bypass the caches, for results that no cache would hold: an ordinary store first reads the line of memory it writes to. */
#ifndef FASTPROB_STREAM_H
#define FASTPROB_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* For n elements of a block that is whole, a number known to the compiler: in vectors, all at once. Clang would unroll the loop before it
 * vectorizes as well, and then leave it scalar. */
#if defined(__clang__) && !(defined(__x86_64__) && !defined(__FMA__))
#define FP_PRAGMA(words) _Pragma(#words)
#define FP_VECTORS(n) FP_PRAGMA(clang loop vectorize(assume_safety) vectorize_width(n) interleave_count(1) unroll(disable))
#else
#define FP_VECTORS(n) FP_FEW
#endif

enum {
  FP_STREAM_MIN = 16 << 20,   /* bytes of a result from which it pays: what reads a smaller one next may find it in a cache */
  FP_STREAMED_ROW = 512,      /* and of a row of it, if its rows are not worked on together: of a shorter one, too much is no whole line */
  FP_STREAM_LINE = 64         /* of a cache, on every CPU that has such stores */
};

/* A line, both aligned to its size: all at once, since what is stored in parts may go to memory in parts. An ordinary copy where
 * the CPU has no such stores. */
static inline __attribute__((always_inline)) void stream_line(void *to, const void *line)
{
#if defined(__AVX512F__)
  _mm512_stream_si512(to, _mm512_load_si512(line));
#elif defined(__AVX__)
  const __m256i *const from = line, a = _mm256_load_si256(from), b = _mm256_load_si256(from + 1);
  _mm256_stream_si256(to, a);
  _mm256_stream_si256((__m256i *)to + 1, b);
#elif defined(__x86_64__)
  const __m128i *const from = line, a = _mm_load_si128(from), b = _mm_load_si128(from + 1), c = _mm_load_si128(from + 2),
                d = _mm_load_si128(from + 3);
  _mm_stream_si128(to, a);
  _mm_stream_si128((__m128i *)to + 1, b);
  _mm_stream_si128((__m128i *)to + 2, c);
  _mm_stream_si128((__m128i *)to + 3, d);
#else
  memcpy(to, line, FP_STREAM_LINE);
#endif
}

/* After the last of a thread's such stores, before it tells another thread that they are done: they keep no order by themselves. */
static inline void stream_fence(void)
{
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

/* Of n elements of some size, those before the first line. */
static inline size_t stream_head(const void *to, size_t n, size_t size)
{
  const size_t head = -(uintptr_t)to % FP_STREAM_LINE / size;
  return head < n ? head : n;
}

/* A block of so many bytes that begins as far behind a line as the place where it goes. */
static inline void stream_block(char *to, const char *block, size_t bytes)
{
  const size_t head = stream_head(to, bytes, 1);
  memcpy(to, block, head);
  for (to += head, block += head, bytes -= head; bytes >= FP_STREAM_LINE; bytes -= FP_STREAM_LINE) {
    stream_line(to, block);
    to += FP_STREAM_LINE;
    block += FP_STREAM_LINE;
  }
  memcpy(to, block, bytes);
}

#endif
