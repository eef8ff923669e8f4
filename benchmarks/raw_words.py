"""Writes the engine's raw words to standard output, without end, for test programs:

    python benchmarks/raw_words.py | dieharder -g 200 -a
    python benchmarks/raw_words.py SEED STREAM | dieharder -g 200 -d 0
"""

from __future__ import annotations

import contextlib
import sys

from fastprob import random

CHUNK = 1 << 16      # 64-bit numbers


def main() -> None:
    seed, stream = (int(argument) for argument in (sys.argv[1:] + ["1", "0"][len(sys.argv) - 1 :]))
    bits = random.BitGenerator(seed, stream=stream)
    with contextlib.suppress(BrokenPipeError):      # the reader has had enough
        while True:
            sys.stdout.buffer.write(bits.random_raw(CHUNK).astype("<u8").tobytes())


if __name__ == "__main__":
    main()
