/* Matrix products. An element is one sum in the order of k, fused where the CPU can, so its bits depend on nothing beside it.
 *
 * Columns of the right matrix go in panels, copied side by side and as deep as a core's first cache has room for; rows of the left one
 * are read where they lie, a few at a time, and with those of a panel make a tile of sums that stays in registers.
 */
#include "nn/real.h"

enum {
  WIDTH = 8 * FP_LANES / sizeof(REAL),   /* numbers of a vector */
  ROWS = 6, COLS = 2 * WIDTH,            /* of a tile: as many sums as hide how long one takes, and as 16 registers have room for */
  DEPTH = 25600 / (COLS * sizeof(REAL)), /* of a panel, with room left for rows in 32 kB */
  SQUARE = COLS < 8 ? COLS : 8           /* rows and columns whose elements change places in the registers */
};

typedef REAL vector __attribute__((vector_size(8 * FP_LANES)));
typedef REAL anywhere __attribute__((vector_size(8 * FP_LANES), aligned(sizeof(REAL)), may_alias));

/* c [rows, width vectors] from that many rows of left and a panel; beside what is there if more. */
FP_INLINE void tile(REAL *c, size_t stride, const REAL *left, size_t left_row, size_t left_k, const vector *panel, size_t depth, int more,
                    const int rows, const int width)
{
  vector sum[ROWS][2];
  FP_UNROLL for (int i = 0; i < rows; i++)
    FP_UNROLL for (int j = 0; j < width; j++) sum[i][j] = more ? (vector)*(anywhere *)(c + i * stride + j * WIDTH) : (vector){0};
  for (; depth; depth--, left += left_k, panel += width)
    FP_UNROLL for (int i = 0; i < rows; i++)
      FP_UNROLL for (int j = 0; j < width; j++) sum[i][j] += left[i * left_row] * panel[j];
  FP_UNROLL for (int i = 0; i < rows; i++)
    FP_UNROLL for (int j = 0; j < width; j++) *(anywhere *)(c + i * stride + j * WIDTH) = sum[i][j];
}

#define DEFINE_TILES(width) \
  static void FP_SYM(tiles_##width)(REAL *c, size_t stride, const REAL *left, size_t left_row, size_t left_k, const vector *panel, \
                                    size_t depth, int more, size_t rows) \
  { \
    switch (rows) { \
    case 1: tile(c, stride, left, left_row, left_k, panel, depth, more, 1, width); break; \
    case 2: tile(c, stride, left, left_row, left_k, panel, depth, more, 2, width); break; \
    case 3: tile(c, stride, left, left_row, left_k, panel, depth, more, 3, width); break; \
    case 4: tile(c, stride, left, left_row, left_k, panel, depth, more, 4, width); break; \
    case 5: tile(c, stride, left, left_row, left_k, panel, depth, more, 5, width); break; \
    default: tile(c, stride, left, left_row, left_k, panel, depth, more, ROWS, width); \
    } \
  }
DEFINE_TILES(1)
DEFINE_TILES(2)

/* The columns of right as rows of a panel, side by side and as wide as that is; 0 beyond the last one. */
static void pack(REAL *restrict panel, size_t width, const REAL *restrict right, size_t right_k, size_t right_col, size_t depth, size_t cols)
{
  size_t done = 0;
  if (right_col == 1) {
    if (cols == COLS) for (; done < depth; done++) memcpy(panel + done * COLS, right + done * right_k, COLS * sizeof(REAL));
  } else {
    const size_t whole = cols - cols % SQUARE;
    for (; done + SQUARE <= depth && whole == width; done += SQUARE)
      for (size_t j = 0; j < whole; j += SQUARE) {
        REAL square[SQUARE * SQUARE];
        for (size_t b = 0; b < SQUARE; b++) memcpy(square + b * SQUARE, right + (j + b) * right_col + done, sizeof(square) / SQUARE);
        FP_UNROLL for (size_t a = 0; a < SQUARE; a++)
          for (size_t b = 0; b < SQUARE; b++) panel[(done + a) * width + j + b] = square[b * SQUARE + a];
      }
  }
  for (; done < depth; done++)
    for (size_t j = 0; j < width; j++) panel[done * width + j] = j < cols ? right[done * right_k + j * right_col] : 0;
}

void NN(product)(void *c_, size_t stride, const void *left_, size_t left_row, size_t left_k, const void *right_, size_t right_k,
                 size_t right_col, size_t rows, size_t cols, size_t k)
{
  _Alignas(64) REAL panel[DEPTH * COLS];
  const size_t blocks = (k + DEPTH - 1) / DEPTH, deep = blocks ? (k + blocks - 1) / blocks : 0;
  for (size_t from = 0; from < k; from += deep) {
    const size_t depth = k - from < deep ? k - from : deep;
    for (size_t j = 0; j < cols; j += COLS) {
      const size_t there = cols - j < COLS ? cols - j : COLS, width = there > WIDTH ? 2 : 1;
      pack(panel, width * WIDTH, (const REAL *)right_ + from * right_k + j * right_col, right_k, right_col, depth, there);
      for (size_t i = 0, some; i < rows; i += some) {
        const REAL *left = (const REAL *)left_ + i * left_row + from * left_k;
        REAL edge[ROWS * COLS], *c = (REAL *)c_ + i * stride + j;
        const int whole = there == width * WIDTH;
        /* of the last few, halves: a tile of very few rows takes as long as a larger one */
        some = rows - i >= 2 * ROWS || rows - i == ROWS ? ROWS : rows - i > ROWS ? (rows - i + 1) / 2 : rows - i;
        if (!whole && from) for (size_t a = 0; a < some; a++) memcpy(edge + a * COLS, c + a * stride, there * sizeof(REAL));
        (width == 2 ? FP_SYM(tiles_2) : FP_SYM(tiles_1))(whole ? c : edge, whole ? stride : COLS, left, left_row, left_k,
                                                         (const vector *)panel, depth, from > 0, some);
        if (!whole) for (size_t a = 0; a < some; a++) memcpy(c + a * stride, edge + a * COLS, there * sizeof(REAL));
      }
    }
  }
}
