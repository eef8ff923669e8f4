/* Included first by a file whose loops have long bodies. GCC would take their constants out of the loop, and then has no registers for
 * what changes: a quarter of the operations were moves to memory and back. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-gcse", "no-tree-pre")
#endif
