"""What a label is worth to an autoencoder, and how it is best given: FiLM, concatenated, or not at all.

    python benchmarks/reproduce/conditioning.py RUN --data mnist=FOLDER --data fashion=FOLDER
    python benchmarks/reproduce/conditioning.py RUN --data ... --store          and keeps the table in benchmarks/results/

A folder has the four IDX files of MNIST or Fashion-MNIST, gzipped. The net is 784-200-200-50, label-conditional in encoder and
decoder; widths of the others are chosen for the same number of parameters. The recipe is that of burda.py, its first four stages
of 40 epochs, but with the divergence in closed form and all of the training rows.

RUN is a folder for checkpoints and results, one of each a run: the same command goes on where it was stopped, to the same bits.
All are scored on the same test pixels, drawn once. The NLL takes about half of the time; papers take --draws 5000.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine  # noqa: E402
from reproduce import burda  # noqa: E402
from reproduce.staged import train  # noqa: E402
from vae_epochs import images, labels  # noqa: E402

from fastprob.vae import ELBO, VAE  # noqa: E402

STAGES = 4  # of the recipe's: 40 epochs
WIDTHS = {"film": (200, 200), "concat": (206, 203), "none": (207, 207)}
SEEDS = (0, 1, 2)
DRAWN = 123  # seed of the test pixels


def given(kind: str, condition: np.ndarray) -> dict[str, np.ndarray]:
    return {} if kind == "none" else {"condition": condition}


def new(kind: str, seed: int) -> VAE:
    return burda.new(seed).set_params(hidden=WIDTHS[kind], conditioning=None if kind == "none" else kind, objective=ELBO())


def run(name: str, folder: Path, kind: str, seed: int, args: argparse.Namespace) -> dict[str, float]:
    """One model from its data to its scores, as far as that is not done already."""
    stem = f"{name}-{kind}-{seed}-{args.epochs}"
    done = args.run / f"{stem}-{args.test_rows}-{args.draws}.json"
    if done.exists():
        return json.loads(done.read_text(encoding="utf-8"))
    stages = [(min(end, args.epochs), rate) for end, rate in burda.STAGES[:STAGES]]
    X, condition = images(folder, "train"), labels(folder, "train")
    model = train(args.run / f"{stem}.safetensors", lambda: new(kind, seed), stages, X, **given(kind, condition))
    grey, condition = images(folder, "t10k")[: args.test_rows], labels(folder, "t10k")[: args.test_rows]
    X = burda.drawn(grey, DRAWN)
    found = model.log_likelihood(X, args.draws, **given(kind, condition))
    result = {
        "parameters": model.n_parameters_,
        "elbo": model.score(X, **given(kind, condition)),
        "log_likelihood": found.mean,
        "standard_error": found.standard_error,
        "active": int(model.active_units(X, **given(kind, condition)).sum()),
        "rows": len(X),
        "seconds": float(np.median([record["seconds"] for record in model.history_])),
    }
    done.write_text(json.dumps(result), encoding="utf-8")
    return result


def spread(values: list[float]) -> str:
    """Mean and its standard error."""
    error = f" ± {np.std(values, ddof=1) / math.sqrt(len(values)):.2f}" if len(values) > 1 else ""
    return f"{np.mean(values):.2f}{error}"


def table(results: dict[tuple[str, str], list[dict[str, float]]]) -> Iterator[str]:
    yield "| data | condition | widths | parameters | test: -ELBO | NLL | active units | seconds an epoch |"
    yield "|---|---|---|---:|---:|---:|---:|---:|"
    for (name, kind), runs in results.items():
        losses = [spread([-run[key] for run in runs]) for key in ("elbo", "log_likelihood")]
        active = ", ".join(f"{run['active']:.0f}" for run in runs)
        seconds = np.median([run["seconds"] for run in runs])
        widths = "-".join(map(str, WIDTHS[kind]))
        yield f"| {name} | {kind} | {widths} | {runs[0]['parameters']:,} | {' | '.join(losses)} | {active} | {seconds:.2f} |"
    yield ""
    for name in dict.fromkeys(name for name, _ in results):
        for one, other in (("film", "none"), ("concat", "none"), ("film", "concat")):
            pairs = zip(results.get((name, one), []), results.get((name, other), []), strict=False)
            apart = [b["log_likelihood"] - a["log_likelihood"] for a, b in pairs]
            if apart:
                yield f"- {name}, NLL of {one} less that of {other}, the same seeds: {spread(apart)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", action="append", required=True, metavar="NAME=FOLDER")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--kinds", nargs="+", choices=list(WIDTHS), default=list(WIDTHS))
    parser.add_argument("--epochs", type=int, default=burda.STAGES[STAGES - 1][0], help="fewer, for a look")
    parser.add_argument("--test-rows", type=int, default=10_000, help="fewer, for a look")
    parser.add_argument("--draws", type=int, default=1000, help="of z a row for the NLL (default: 1000)")
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    folders = dict(text.partition("=")[::2] for text in args.data)
    for name, folder in folders.items():
        if not (Path(folder) / "train-labels-idx1-ubyte.gz").exists():
            parser.error(f"--data {name}={folder}: no train-labels-idx1-ubyte.gz there: give NAME=FOLDER")
    args.run.mkdir(parents=True, exist_ok=True)
    results: dict[tuple[str, str], list[dict[str, float]]] = {}
    for seed in args.seeds:  # what is there when it is stopped compares all kinds
        for name, folder in folders.items():
            for kind in args.kinds:
                results.setdefault((name, kind), []).append(run(name, Path(folder), kind, seed, args))
    rows = next(iter(results.values()))[0]["rows"]
    data = " ".join(f"--data {name}=FOLDER" for name in folders)
    lines = [
        "# A label given by FiLM, concatenated, or not at all",
        "",
        f"`python benchmarks/reproduce/conditioning.py RUN {data} --epochs {args.epochs} --draws {args.draws}`",
        "",
        *table(dict(sorted(results.items(), key=lambda item: list(folders).index(item[0][0])))),
        "",
        f"Nats a row, {rows:.0f} test rows; means over {len(args.seeds)} seeds ± standard errors; NLL by {args.draws} draws.",
        "",
        *machine(),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if args.store:
        (ROOT / "benchmarks" / "results" / f"conditioning-{datetime.date.today().isoformat()}.md").write_text(text)


if __name__ == "__main__":
    main()
