"""Every test of the dieharder battery over the raw words, with a log each; a test that has one is not run again:

    python benchmarks/dieharder.py FOLDER              # some hours
    python benchmarks/dieharder.py FOLDER --report     # the table of what is done so far

Test NUMBER with NTUPLE reads stream 100 NUMBER + NTUPLE of seed 1. A test with an assessment of WEAK or FAILED is run once more,
with five times the samples of p and the words of seed 2: a defect of the generator stays, chance does not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

# Number of a test and the ntuples that `dieharder -a` runs it with; 0 where it has none of its own.
TESTS: dict[int, tuple[int, ...]] = {
    5: (0,), 6: (0,), 7: (0,), 200: tuple(range(1, 13)), 201: (2, 3, 4, 5), 17: (0,), 203: tuple(range(33)), 202: (2, 3, 4, 5),
    0: (0,), 1: (0,), 2: (0,), 3: (0,), 4: (0,), 8: (0,), 9: (0,), 10: (0,), 11: (0,), 12: (0,), 13: (0,), 14: (0,), 15: (0,),
    16: (0,), 100: (0,), 101: (0,), 102: (0,), 204: (0,), 205: (0,), 206: (0,), 207: (0,), 208: (0, 1), 209: (12,),
}
SAMPLES = {**dict.fromkeys((205, 206, 207, 208, 209), 1), 204: 1000}      # of p, where dieharder's own are not 100
MORE = 5


def results(log: Path) -> list[list[str]]:
    """The lines name, ntuple, samples, samples of p, p, assessment of a log."""
    if not log.exists():
        return []
    lines = [[part.strip() for part in line.split("|")] for line in log.read_text().splitlines()]
    return [line for line in lines if len(line) == 6 and line[5] in ("PASSED", "WEAK", "FAILED")]


def run(log: Path, number: int, ntuple: int, seed: int, samples: int) -> None:
    if results(log):
        return
    source = [sys.executable, str(Path(__file__).with_name("raw_words.py")), str(seed), str(100 * number + ntuple)]
    words = subprocess.Popen(source, stdout=subprocess.PIPE)
    command = ["dieharder", "-g", "200", "-d", str(number), "-n", str(ntuple), "-p", str(samples)]
    unfinished = log.with_suffix(".unfinished")
    with unfinished.open("w") as file:
        subprocess.run(command, stdin=words.stdout, stdout=file, check=True)
    words.kill()
    words.wait()
    os.replace(unfinished, log)


def report(folder: Path) -> None:
    print("| test | ntuple | samples | p samples | p | | seed |\n|---|---:|---:|---:|---:|---|---:|")
    for number in sorted(TESTS):
        for ntuple in TESTS[number]:
            for seed in (1, 2):
                for line in results(folder / f"{number}-{ntuple}-{seed}.log"):
                    print(f"| {' | '.join(line)} | {seed} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    if options.report:
        report(options.folder)
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for number, ntuples in TESTS.items():
        for ntuple in ntuples:
            log, again = (options.folder / f"{number}-{ntuple}-{seed}.log" for seed in (1, 2))
            samples = SAMPLES.get(number, 100)
            run(log, number, ntuple, 1, samples)
            if any(line[5] != "PASSED" for line in results(log)):
                run(again, number, ntuple, 2, MORE * samples)


if __name__ == "__main__":
    main()
