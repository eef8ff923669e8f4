"""The command `fastprob`: its arguments, and how it ends."""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import io
import itertools
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import fastprob

from . import choices, commands, rows
from .errors import CommandError, Interrupted
from .runs import Settings

EXTRA = ("scipy", "sklearn", "safetensors", "tqdm", "matplotlib", "threadpoolctl")  # modules of the extra `vae`


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with the arguments, by default those of the process, and returns its exit status."""
    _open_streams()
    try:
        args = _parse(arguments)
        _check_extra()
        args.run_command(args)
        sys.stdout.flush()
        return 0
    except CommandError as error:
        line, status = str(error), error.status
    except MemoryError:
        line, status = "not enough memory: take fewer rows, or a smaller --hidden or --batch-size", CommandError.status
    except KeyboardInterrupt:
        line, status = "stopped by Ctrl-C", Interrupted.status
    except OSError as error:
        if error.filename is None:  # standard output: what is left of it must not fail once more at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # its reader has seen enough, as in `fastprob info RUN | head -1`
            return 0
        where = error.filename or "standard output"
        line, status = f"{where}: {error.strerror}: check the path, its permissions and its disk", CommandError.status
    print(f"fastprob: {line}", file=sys.stderr)
    return status


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command does not know is an error of that command, which may have an option of nearly that name."""
    args, unknown = _parser().parse_known_args(arguments)
    if unknown:
        parser: _Parser = args.parser
        near = difflib.get_close_matches(unknown[0].partition("=")[0], parser._option_string_actions, 1)
        parser.error(f"unrecognized arguments: {' '.join(unknown)}" + (f": is it {near[0]}?" if near else ""))
    return args


def _open_streams() -> None:
    """Streams that the shell has closed (`>&-`) take what is written, and so do those of encodings that lack a letter."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, io.StringIO())
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _check_extra() -> None:
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(f'{", ".join(missing)}: not installed, and needed here: pip install "fastprob[vae]"')


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, where argparse would print the usage first."""

    def error(self, message: str) -> NoReturn:
        command = self.prog.removeprefix("fastprob").lstrip()
        raise CommandError(f"{command + ': ' if command else ''}{message} (see {self.prog} --help)")


def _parts(text: str) -> list[tuple[str, str, str]]:
    """Each part between commas, before and after its equals sign."""
    return [part.rpartition("=") for part in text.split(",")]


def _number(kind: Callable[[str], Any], allowed: str, holds: Callable[[Any], bool]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not holds(value):
            raise argparse.ArgumentTypeError(f"must be {allowed}; got {text!r}")
        return value

    return parse


_count = _number(int, "a whole number from 1 to 2^31 - 1", lambda n: 1 <= n < 2**31)
_units = _number(int, "a whole number from 1 to 2^24", lambda n: 1 <= n <= 2**24)
_seed = _number(int, "a whole number from 0 to 2^32 - 1", lambda n: 0 <= n < 2**32)
_wait = _number(int, "a whole number from 0 to 2^31 - 1", lambda n: 0 <= n < 2**31)
_positive = _number(float, "a positive number", lambda x: 0 < x < math.inf)
_not_negative = _number(float, "a number from 0 on", lambda x: 0 <= x < math.inf)
_share = _number(float, "a number from 0 to less than 1", lambda x: 0 <= x < 1)
_factor = _number(float, "a number above 0 and below 1", lambda x: 0 < x < 1)
_eps = _number(float, "a number from 1e-15 on", lambda x: 1e-15 <= x < math.inf)
_threads = _number(int, "a whole number from 1 to 1024", lambda n: 1 <= n <= 1024)
_values = _number(
    lambda text: tuple(float(part) for part in text.split(",")),
    "finite numbers with commas between, as in 0.5,-1",
    lambda values: isinstance(values, tuple) and all(map(math.isfinite, values)),
)
_sizes = _number(
    lambda text: tuple(int(part) for part in text.split(",") if text != "none"),
    "whole numbers from 1 to 2^24 with commas between, as in 400,200, or none",
    lambda sizes: isinstance(sizes, tuple) and all(1 <= size <= 2**24 for size in sizes),
)
_scale = _number(
    lambda text: text if text in ("feature", "shared") else float(text),
    "feature, shared or a number from 1e-30 to 1e30",
    lambda scale: isinstance(scale, str) or 1e-30 <= scale <= 1e30,
)
_decay = _number(
    lambda text: [(name if equals else None, float(number)) for name, equals, number in _parts(text)],
    "a number from 0 on, or some by names of groups, as in encoder=0.01,film=0.1",
    lambda decay: isinstance(decay, list) and all(name != "" and 0 <= number < math.inf for name, number in decay),
)
_points = _number(int, "a whole number from 2 to 2^31 - 1", lambda n: 2 <= n < 2**31)
_pair = _number(
    lambda text: tuple(int(part) for part in text.split(",")),
    "two whole numbers from 0 to 2^31 - 1 with a comma between, as in 0,7",
    lambda rows: isinstance(rows, tuple) and len(rows) == 2 and all(0 <= row < 2**31 for row in rows),
)
_milestones = _number(
    lambda text: tuple(int(part) for part in text.split(",")),
    "whole numbers from 1 to 2^31 - 1, growing, with commas between, as in 200,350",
    lambda epochs: isinstance(epochs, tuple) and all(a < b for a, b in itertools.pairwise((0, *epochs, 2**31))),
)


def _parser() -> _Parser:
    about = "Trains variational autoencoders on images, and shows what they learnt."
    parser = _Parser(prog="fastprob", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=fastprob.__version__)
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")

    def add(name: str, run: Callable[[argparse.Namespace], None], about: str) -> _Parser:
        made = subparsers.add_parser(name, help=about, description=about, allow_abbrev=False)
        made.set_defaults(run_command=run, parser=made)
        return made

    demo = add("demo", commands.demo, "train on scikit-learn's handwritten digits: seconds, no download")
    demo.add_argument(
        "--out",
        metavar="DIR",
        default="fastprob-demo",
        help="folder for the run (default: fastprob-demo, replaced by the next demo)",
    )
    demo.add_argument("--force", action="store_true", help="replace any other run in there")
    _add_settings(demo, commands.DEMO)

    train = add("train", commands.train, "train on images from a file or a folder")
    train.add_argument(
        "data", metavar="DATA", nargs="?", help="IDX, .npy or .npz file, gzipped or not, or a folder with the four MNIST files"
    )
    train.add_argument("--out", metavar="DIR", required=True, help="folder for the run")
    train.add_argument("--force", action="store_true", help="replace a run that is in there already")
    train.add_argument("--resume", action="store_true", help="go on with the run in there; needs no DATA")
    reading = _add_reading(train, "; a folder has its own")
    about = "IDX, .npy or .npz file with a number from 0 on for each image: how often an epoch takes it"
    reading.add_argument("--weights", metavar="FILE", default=argparse.SUPPRESS, help=about)
    reading.add_argument("--weights-key", metavar="NAME", default=argparse.SUPPRESS, help="which array of an .npz file they are")
    _add_settings(train, Settings())

    pictures = add("pictures", commands.pictures, "draw a run's pictures again, of its last checkpoint")
    _add_run(pictures)
    _add_threads(pictures)

    sample = add("sample", commands.sample, "draw new images")
    _add_run(sample)
    _add_output(sample, ".png for a picture, .npy for an array")
    about = "how many (default: 100); of a run with labels, of each of them (default: 10)"
    sample.add_argument("-n", metavar="N", type=_count, default=None, help=about)
    about = "what they show, in a run with labels; may be given several times (default: each of the labels)"
    sample.add_argument("--label", metavar="L", action="append", help=about)
    about = "the numbers that they are of, as many as the run has an image, as in --at=-1,0.5"
    sample.add_argument("--at", metavar="X,X,...", type=_values, help=about)
    about = "the mean of each, or black and white drawn from it (default: grey)"
    sample.add_argument("--pixels", choices=("grey", "binarized"), default="grey", help=about)
    sample.add_argument("--seed", metavar="N", type=_seed, default=0, help="other seeds give other images (default: 0)")
    _add_threads(sample)

    evaluate = add("evaluate", rows.evaluate, "the ELBO of held-out rows, or of other images")
    _add_run(evaluate)
    _add_rows(evaluate)
    about = "estimate log p(x) too, from so many draws of z a row; papers take 5000"
    evaluate.add_argument("--samples", metavar="N", type=_count, help=about)

    anomalies = add("anomalies", rows.anomalies, "how odd each of the held-out rows is, or of other images: higher is odder")
    _add_run(anomalies)
    _add_output(anomalies, ".csv for a table, .npy for an array, .png for a picture of the oddest")
    _add_rows(anomalies)
    about = "score by -log p(x), from so many draws of z a row (default: minus the ELBO)"
    anomalies.add_argument("--samples", metavar="N", type=_count, help=about)

    encode = add("encode", rows.encode, "the codes of held-out rows, or of other images")
    _add_run(encode)
    _add_output(encode, ".csv for a table, .npy for an array")
    _add_rows(encode)
    encode.add_argument("--scales", action="store_true", help="and the scales of q(z given x), in as many columns more")

    decode = add("decode", rows.decode, "the images of codes")
    _add_run(decode)
    _add_output(decode, ".png for a picture, of the first 100, .npy for an array of all")
    about = "IDX, .npy or .npz file with rows of latent numbers, as encode writes them"
    decode.add_argument("data", metavar="CODES", help=about)
    about = "what all are to show, in a run whose decoder depends on labels"
    decode.add_argument("--label", metavar="L", default=argparse.SUPPRESS, help=about)
    about = "the numbers that all are to be of, in a run whose decoder depends on some, as in --at=-1,0.5"
    decode.add_argument("--at", metavar="X,X,...", type=_values, default=argparse.SUPPRESS, help=about)
    _add_conditions(_add_key(decode), "code")
    _add_threads(decode)

    reconstruct = add("reconstruct", rows.reconstruct, "what a run makes of held-out rows, or of other images")
    _add_run(reconstruct)
    _add_output(reconstruct, ".png for a picture, of 48 with the originals above them, .npy for an array of all")
    _add_rows(reconstruct)
    reconstruct.add_argument("--fill", action="store_true", help="of missing pixels alone; those that are known stay as they are")

    interpolate = add("interpolate", rows.interpolate, "from one image to another through the latent space")
    _add_run(interpolate)
    _add_output(interpolate, ".png for a picture, .npy for an array")
    _add_rows(interpolate)
    about = "numbers of two rows, from 0; both are taken to be of the first one's label and numbers; may be given several times"
    interpolate.add_argument("--rows", metavar="A,B", type=_pair, action="append", help=about + " (default: 0,1)")
    about = "images, their two reconstructions included (default: 10)"
    interpolate.add_argument("-n", metavar="N", type=_points, default=10, help=about)

    info = add("info", commands.info, "what a run is, and how far it came")
    _add_run(info)
    return parser


def _add_run(parser: _Parser) -> None:
    parser.add_argument("run", metavar="RUN", help="folder of a run")


def _add_output(parser: _Parser, kinds: str) -> None:
    parser.add_argument("to", metavar="FILE", help=f"what to write: {kinds}")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def _add_rows(parser: _Parser) -> None:
    parser.add_argument("data", metavar="DATA", nargs="?", help="file with images (default: the rows that the run held out)")
    _add_reading(parser)
    _add_threads(parser)


def _add_reading(parser: _Parser, labels: str = "") -> argparse._ArgumentGroup:
    group = _add_key(parser)
    group.add_argument(
        "--white",
        metavar="X",
        type=_positive,
        default=argparse.SUPPRESS,
        help="value of a white pixel (default: 255 if any is above 1, else 1)",
    )
    _add_conditions(group, "image", labels)
    return group


def _add_key(parser: _Parser) -> argparse._ArgumentGroup:
    group = parser.add_argument_group("reading the data")
    group.add_argument("--key", metavar="NAME", default=argparse.SUPPRESS, help="which array of an .npz file")
    return group


def _add_conditions(group: argparse._ArgumentGroup, of: str, labels: str = "") -> None:
    about = f"IDX, .npy or .npz file with what each {of} shows, whole numbers or strings" + labels
    group.add_argument("--labels", metavar="FILE", default=argparse.SUPPRESS, help=about)
    group.add_argument("--labels-key", metavar="NAME", default=argparse.SUPPRESS, help="which array of an .npz file they are")
    about = f"IDX, .npy or .npz file with a number, or a row of numbers, for each {of}, on which a model is to depend"
    group.add_argument("--numbers", metavar="FILE", default=argparse.SUPPRESS, help=about)
    group.add_argument("--numbers-key", metavar="NAME", default=argparse.SUPPRESS, help="which array of an .npz file they are")


def _add_threads(parser: argparse._ActionsContainer) -> None:
    about = "how many to use (default: one a CPU); the bits don't depend on it"
    parser.add_argument("--threads", metavar="N", type=_threads, default=argparse.SUPPRESS, help=about)


def _add_settings(parser: _Parser, defaults: Settings) -> None:
    model = parser.add_argument_group("the model")
    trainer = parser.add_argument_group("training")

    def add(group: argparse._ArgumentGroup, name: str, about: str, **how: Any) -> None:
        default = getattr(defaults, name)
        shown = choices.text(default)
        # Not in the namespace unless given: --resume has to know.
        group.add_argument("--" + name.replace("_", "-"), default=argparse.SUPPRESS, help=f"{about} (default: {shown})", **how)

    add(model, "latent_dim", "how many numbers stand for an image; 2 gives a picture of the plane", metavar="N", type=_units)
    add(model, "hidden", "sizes of the encoder's hidden layers; the decoder's are the reverse", metavar="N,N,...", type=_sizes)
    add(model, "activation", "of the hidden layers", choices=("relu", "tanh", "sigmoid", "softplus", "identity", "gated"))
    about = "of pixels: Bernoulli, normal with a scale for each, or a logistic variable rounded to one of the levels of grey"
    add(model, "likelihood", about, choices=("bernoulli", "gaussian", "logistic"))
    add(model, "pixels", "grey values as they are, or drawn black or white afresh at every use", choices=("grey", "binarized"))
    about = "of the normal or logistic distribution: learnt for each pixel, or for all, or (gaussian alone) a number: "
    about += "gaussian, logistic"
    add(model, "scale", about, metavar="feature|shared|X", type=_scale)
    about = "whether the network sees pixels less their mean, over their deviation: gaussian"
    add(model, "standardize", about, action=argparse.BooleanOptionalAction)
    about = "whether pixels may be NaN, where they are not known: left out of the likelihood, and of all scores"
    add(model, "missing", about, action=argparse.BooleanOptionalAction)
    about = "how the model depends on labels and numbers: factors and shifts for hidden units, or beside what layers take"
    add(model, "conditioning", about, choices=("none", "film", "concat"))
    add(model, "conditioned", "which part of it depends on them", choices=("both", "encoder", "decoder"))
    about = "of z: the standard normal distribution, or for each label, or by the numbers, one that is learnt"
    add(model, "prior", about, choices=("standard", "learned"))
    about = "sizes of layers between labels and numbers and what depends on them"
    add(model, "condition_hidden", about, metavar="N,N,...", type=_sizes)
    add(model, "embedding", "numbers that stand for a label, where there are more than 64", metavar="N", type=_units)
    about = "of weights: uniform by the number of inputs, or by that of inputs and outputs (Glorot and Bengio)"
    add(model, "initialization", about, choices=("uniform", "glorot"))
    about = "where the last layer's biases begin: like those of others, or such that it gives the mean image"
    add(model, "output_bias", about, choices=("weights", "data"))
    add(trainer, "epochs", "passes over the data", metavar="N", type=_count)
    add(trainer, "batch_size", "rows in a step", metavar="N", type=_count)
    add(trainer, "learning_rate", "the optimizer's step", metavar="X", type=_positive)
    about = "bound to maximize: the ELBO, or the importance-weighted one, also doubly reparameterized"
    add(trainer, "objective", about, choices=("elbo", "iwae", "dreg"))
    add(trainer, "draws", "of z for each row in a step; of iwae and dreg 5, unless others are given", metavar="N", type=_count)
    add(trainer, "kl", "in closed form, or by the draws of z", choices=("analytic", "sampled"))
    add(trainer, "beta", "weight of the KL", metavar="X", type=_not_negative)
    add(trainer, "warm_up", "epochs in which that weight grows from 0", metavar="N", type=_wait)
    add(trainer, "free_bits", "nats of KL that each unit has for nothing", metavar="X", type=_not_negative)
    add(trainer, "optimizer", "how a gradient becomes a step", choices=("adam", "adamw", "sgd"))
    about = "what a step takes of each weight, times the learning rate, of all, or of the groups that are named alone: encoder, "
    about += "decoder, film, prior, condition: adamw"
    add(trainer, "weight_decay", about, metavar="X or GROUP=X,...", type=_decay, action="extend")
    add(trainer, "beta1", "what a step keeps of the mean of gradients: adam, adamw", metavar="X", type=_share)
    add(trainer, "beta2", "what a step keeps of the mean of their squares: adam, adamw", metavar="X", type=_share)
    add(trainer, "eps", "added to the root of that mean: adam, adamw", metavar="X", type=_eps)
    about = "whether it is added before the root is corrected for its start: adam, adamw"
    add(trainer, "uncorrected_eps", about, action=argparse.BooleanOptionalAction)
    add(trainer, "momentum", "what a step keeps of the one before: sgd", metavar="X", type=_share)
    add(trainer, "clip_norm", "longest gradient, longer ones are shortened; 0: none", metavar="X", type=_not_negative)
    add(trainer, "drop_after", "epochs after which the learning rate drops", metavar="N,N,...", type=_milestones)
    about = "the learning rate drops after so many epochs without a better ELBO, held-out if there is one; 0: never"
    add(trainer, "plateau", about, metavar="N", type=_wait)
    add(trainer, "drop_factor", "what a drop multiplies it by", metavar="X", type=_factor)
    about = "stop after so many epochs without a better held-out ELBO, and keep the best one; 0: never"
    add(trainer, "patience", about, metavar="N", type=_wait)
    about = "nats by which an ELBO has to exceed the best one to be better, for --plateau and --patience"
    add(trainer, "min_delta", about, metavar="X", type=_not_negative)
    add(trainer, "dtype", "of parameters and arithmetic", choices=("float32", "float64"))
    add(trainer, "seed", "of everything random", metavar="N", type=_seed)
    trainer.add_argument(
        "--held-out",
        metavar="SHARE",
        type=_share,
        default=argparse.SUPPRESS,
        help="share of the rows that is not trained on (default: the test images of an MNIST folder, else 0.1)",
    )
    _add_threads(trainer)
