"""Settings that have a shape of their own: weights that decay by groups, moments, scales, types; and that going on keeps them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from cli.helpers import TINY, call, labels_of, metrics, refused, tensors

from fastprob.cli import choices, data
from fastprob.cli.runs import Settings, read_config
from fastprob.vae import VAE, AdamW

ADAMW = "--optimizer", "adamw"


@pytest.fixture(scope="session")
def labels(images, tmp_path_factory) -> tuple[str, str]:
    path = tmp_path_factory.mktemp("labels") / "labels.npy"
    np.save(path, labels_of(images))
    return "--labels", str(path)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["film=0.5"], {"film": 0.5}),
        (["encoder=0.01,film=0.5"], {"encoder": 0.01, "film": 0.5}),
        (["prior=2", "decoder=0.25,condition=1e-3"], {"prior": 2.0, "decoder": 0.25, "condition": 1e-3}),
    ],
)
def test_weights_decay_by_groups(capsys, images, labels, tmp_path, given, expected):
    """As those of `AdamW`; kept, shown, and the same bits after an interruption."""
    options = [*ADAMW, "--conditioning", "film", "--prior", "learned", "--condition-hidden", "5"]
    decay = [part for one in given for part in ("--weight-decay", one)]
    whole, parts, all_alike = tmp_path / "whole", tmp_path / "parts", tmp_path / "alike"
    assert call(capsys, "train", images, *labels, "--out", whole, *TINY, 3, *options, *decay)[0] == 0
    assert call(capsys, "train", images, *labels, "--out", parts, *TINY, 2, *options, *decay)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 3, *decay)[0] == 0
    assert tensors(parts) == tensors(whole)
    assert call(capsys, "train", images, *labels, "--out", all_alike, *TINY, 3, *options, "--weight-decay", 0)[0] == 0
    assert tensors(all_alike) != tensors(whole)
    assert json.loads((whole / "config.json").read_text())["settings"]["weight_decay"] == expected
    shown = ",".join(f"{name}={value}" for name, value in expected.items())
    assert f" --optimizer adamw --weight-decay {shown}\n" in call(capsys, "info", whole)[1]
    model = VAE.load(whole / "model.safetensors")
    assert model.optimizer.weight_decay == expected
    found = data.load(data.Source(images, labels=labels[1]), None, 0).train
    again = VAE(**model.get_params(deep=False) | {"warm_start": False, "optimizer": AdamW(expected)})
    again.fit(found.rows, condition=found.labels)
    for name, value in again._arrays().items():
        assert tensors(whole)[name] == value.tobytes(), name


@pytest.mark.parametrize("part", ["both", "encoder", "decoder"])
@pytest.mark.parametrize(("kind", "prior", "hidden", "classes"), [
    ("none", "standard", (), 3), ("none", "learned", (), 3), ("none", "learned", (4,), 3), ("film", "standard", (), 3),
    ("film", "learned", (), 66), ("concat", "standard", (), 66), ("concat", "standard", (4,), 3),
])  # fmt: skip
def test_the_groups_are_those_of_the_network(part, kind, prior, hidden, classes):
    settings = Settings(hidden=(5,), conditioning=kind, conditioned=part, prior=prior, condition_hidden=hidden, epochs=0)
    rows, labels = np.random.default_rng(0).random((132, 4)).astype(np.float32), np.arange(132) % classes
    dataset = data.Dataset(data.Images(rows, (2, 2), 1.0, labels), None)
    model = choices.new(settings, dataset)
    model.fit(rows, **({"condition": labels} if settings.labeled else {}))
    assert sorted(choices.groups_of(settings, dataset)) == sorted(model._network.groups)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([*ADAMW, "--weight-decay", "film=1"], "--weight-decay film=...: the model's groups are encoder, decoder: name one of"),
        ([*ADAMW, "--weight-decay", "decoder=1,Film=1"], "--weight-decay Film=...: the model's groups are encoder, decoder: "),
        ([*ADAMW, "--weight-decay", "1,decoder=1"], "--weight-decay: give one number for all weights, or one for each group"),
        ([*ADAMW, "--weight-decay", "1", "--weight-decay", "2"], "--weight-decay: give one number for all weights, or one for"),
        ([*ADAMW, "--weight-decay", "decoder=1", "--weight-decay", "decoder=1"], "--weight-decay: give one number for all w"),
        ([*ADAMW, "--weight-decay", "decoder"], "must be a number from 0 on, or some by names of groups, as in encoder=0.01,"),
        ([*ADAMW, "--weight-decay", "=1"], "must be a number from 0 on, or some by names of groups, as in encoder=0.01,film="),
        ([*ADAMW, "--weight-decay", "decoder=nan"], "must be a number from 0 on, or some by names of groups, as in encoder=0.01"),
        (["--weight-decay", "decoder=1"], "--weight-decay is of the optimizer adamw: leave it out, or take --optimizer adamw"),
        (["--optimizer", "sgd", "--eps", "0.1"], "--eps is of the optimizer adam or adamw: leave it out, or take"),
        (["--optimizer", "sgd", "--uncorrected-eps"], "--uncorrected-eps is of the optimizer adam or adamw: leave it out, or"),
        (["--eps", "1e-20"], "--eps: must be a number from 1e-15 on; got '1e-20'"),
        (["--beta2", "1"], "--beta2: must be a number from 0 to less than 1; got '1'"),
        (["--scale", "shared"], "--scale is of the likelihood gaussian or logistic: leave it out, or take --likelihood gaussian"),
        (["--scale", "0"], "--scale: must be feature, shared or a number from 1e-30 to 1e30; got '0'"),
        (["--likelihood", "logistic", "--scale", "0.1"],
         "--scale 0.1 is of the likelihood gaussian: give feature or shared, or take --likelihood gaussian"),
        (["--plateau", "2", "--drop-factor", "2"], "--drop-factor: must be a number above 0 and below 1; got '2'"),
        (["--drop-factor", "0.5"], "--drop-factor is for --plateau and --drop-after: give one of these, or leave it out"),
        (["--no-standardize"], "--no-standardize is of the likelihood gaussian: leave it out, or take --likelihood gaussian"),
        (["--min-delta", "1"], "--min-delta is for --plateau and --patience: give one of these, or leave it out"),
        (["--hidden", "none,3"], "--hidden: must be whole numbers from 1 to 2^24 with commas between, as in 400,200, or none;"),
        (["--dtype", "float16"], "--dtype: invalid choice: 'float16'"),
    ],
)
def test_settings_that_are_refused(capsys, images, tmp_path, options, message):
    assert message in refused(capsys, "train", images, "--out", tmp_path / "r", *TINY, 1, *options)
    assert not (tmp_path / "r").exists()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--likelihood", "gaussian", "--scale", "0.1", "--no-standardize"], {"scale": 0.1, "standardize": False}),
        (["--likelihood", "gaussian", "--scale", "shared"], {"scale": "shared", "standardize": True}),
        (["--likelihood", "logistic", "--scale", "shared"], {"scale": "shared"}),
        (["--beta1", "0.8", "--beta2", "0.9", "--eps", "1e-4", "--uncorrected-eps"],
         {"beta1": 0.8, "beta2": 0.9, "eps": 1e-4, "uncorrected_eps": True}),
        ([*ADAMW, "--beta1", "0.8"], {"beta1": 0.8, "weight_decay": 0.01}),
        (["--hidden", "none", "--dtype", "float64"], {"hidden": (), "dtype": "float64"}),
        (["--patience", "3", "--min-delta", "0.5"], {"patience": 3, "min_delta": 0.5}),
        (["--plateau", "3", "--min-delta", "0.5"], {"patience": 2, "min_delta": 0.5}),
        (["--objective", "iwae"], {"samples": 5, "doubly_reparameterized": False}),
        (["--objective", "dreg", "--draws", "2"], {"samples": 2, "doubly_reparameterized": True}),
    ],
)  # fmt: skip
def test_settings_reach_the_model(capsys, images, tmp_path, options, expected):
    """And stay when a run is taken up again, to the same bits."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert call(capsys, "train", images, "--out", whole, *TINY, 3, *options)[0] == 0
    assert call(capsys, "train", images, "--out", parts, *TINY, 2, *options)[0] == 0
    assert call(capsys, "train", "--resume", "--out", parts, "--epochs", 3, *options)[0] == 0
    assert tensors(parts) == tensors(whole)
    model = VAE.load(whole / "model.safetensors")
    found = {name.rpartition("__")[2]: value for name, value in model.get_params().items() if value is not None}
    found |= model.likelihood.get_params()
    for name, value in expected.items():
        assert found[name] == value
    info = call(capsys, "info", whole)[1]
    assert all(option in info for option in options if option.startswith("--"))
    assert choices.options(read_config(whole).settings)


@pytest.mark.usefixtures("undrawn")
def test_a_plateau_is_as_long_as_it_says(capsys, images, tmp_path):
    """With steps too small to change anything the ELBO that counts is that of the first epoch."""
    folder = tmp_path / "r"
    given = "--optimizer", "sgd", "--learning-rate", 1e-30, "--momentum", 0, "--plateau", 2, "--min-delta", 1, "--drop-factor"
    assert call(capsys, "train", images, "--out", folder, *TINY, 7, *given, 0.5)[0] == 0
    rates = [record["learning_rate"] for record in metrics(folder)]
    np.testing.assert_allclose(rates, 1e-30 * 0.5 ** np.array([0, 0, 0, 1, 1, 2, 2]), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [("weight_decay", {"film": -1}), ("weight_decay", {"film": "x"}), ("weight_decay", "x"), ("scale", -1), ("missing", 1),
     ("standardize", "yes"), ("dtype", 4)],
)  # fmt: skip
def test_a_config_that_somebody_changed(capsys, run, tmp_path, name, value):
    config = json.loads((run / "config.json").read_text())
    config["settings"][name] = value
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes())
    assert "config.json: damaged, or of another version" in refused(capsys, "info", tmp_path)
