"""What the estimator is asked to maximize, and how: objectives, optimizers, schedules, gated layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from fastprob.vae import ELBO, IWAE, SGD, VAE, Adam, AdamW, EarlyStopping, Plateau, Steps


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data[:600] / 16


def small(**changes: Any) -> VAE:
    return VAE(**{"latent_dim": 2, "hidden": (32,), "likelihood": "bernoulli", "epochs": 3, "random_state": 0} | changes)


OBJECTIVES = [ELBO(samples=3), ELBO(kl="sampled"), ELBO(beta=0.5, warm_up=2), ELBO(free_bits=0.1), IWAE(), IWAE(8, True)]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_going_on_gives_the_bits_of_no_interruption(objective: Any, digits: np.ndarray, tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "objective": objective,
        "optimizer": AdamW({"encoder": 0.1}, clip_norm=1.0),
        "schedule": Steps((1, 3), 0.5),
        "activation": "gated",
        "hidden": (24, 16),
        "warm_start": True,
    }
    whole = small(**settings, epochs=4).fit(digits)
    small(**settings, epochs=2).fit(digits).save(tmp_path / "model")
    part = VAE.load(tmp_path / "model")
    assert repr(part.get_params()["objective"]) == repr(objective)
    part.set_params(epochs=4).fit(digits)
    assert part._network.parameters.tobytes() == whole._network.parameters.tobytes()
    assert [record["learning_rate"] for record in part.history_] == [1e-3, 5e-4, 5e-4, 2.5e-4]
    assert whole.history_[-1]["elbo"] > whole.history_[0]["elbo"]


def test_the_default_objective_is_the_elbo(digits: np.ndarray) -> None:
    default, said = (small(objective=objective).fit(digits) for objective in (None, ELBO()))
    assert default._network.parameters.tobytes() == said._network.parameters.tobytes()


def test_iwae_of_one_draw_is_the_sampled_elbo(digits: np.ndarray) -> None:
    """Their gradients are the same but for rounding."""
    settings = {"dtype": "float64", "optimizer": SGD()}
    elbo, iwae = (small(objective=objective, **settings).fit(digits) for objective in (ELBO(kl="sampled"), IWAE(1)))
    np.testing.assert_allclose(elbo._network.parameters, iwae._network.parameters, rtol=1e-7, atol=1e-9)


def test_the_bound_of_several_draws_is_tighter(digits: np.ndarray) -> None:
    model = small(objective=IWAE(10), epochs=20, learning_rate=5e-3).fit(digits)
    last = model.history_[-1]
    assert last["elbo"] < last["bound"] < model.log_likelihood(digits, 2000).mean + 0.1
    assert "bound" not in small(objective=ELBO(samples=2)).fit(digits).history_[-1]


@pytest.mark.parametrize(("little", "much"), [(ELBO(beta=0.1), ELBO(beta=5.0)), (ELBO(free_bits=2.0), ELBO())])
def test_the_divergence_can_cost_more_or_less(little: Any, much: Any, digits: np.ndarray) -> None:
    less, more = (small(objective=objective, epochs=20, learning_rate=5e-3).fit(digits) for objective in (little, much))
    assert less.history_[-1]["kl"] > more.history_[-1]["kl"] + 0.5


def test_early_stopping_waits_for_the_warm_up(digits: np.ndarray) -> None:
    """At a rate at which nothing gets better."""
    stopping = EarlyStopping(patience=2)
    model = small(objective=ELBO(warm_up=4), early_stopping=stopping, learning_rate=1e-12, optimizer=SGD(), epochs=30)
    model.fit(digits)
    assert 5 <= model.best_epoch_ <= model.epoch_ - 2


def test_a_plateau_lowers_the_rate(digits: np.ndarray) -> None:
    model = small(schedule=Plateau(0.5, patience=1), objective=ELBO(warm_up=2), learning_rate=1e-12, optimizer=SGD(), epochs=8)
    model.fit(digits, X_val=digits[:50])
    values = [record["val_elbo"] for record in model.history_]
    expected, rate, best, waited = [], 1e-12, -np.inf, 0
    for epoch, value in enumerate(values, 1):
        expected.append(rate)
        if epoch > 2:
            best, waited = (value, 0) if value > best else (best, waited + 1)
            if waited > 1:
                rate, waited = rate / 2, 0
    assert [record["learning_rate"] for record in model.history_] == expected
    assert Plateau(0.5, patience=1)._rate(1.0, [{"elbo": e} for e in (1.0, 3.0, 3.0, 2.0, 1.0, 2.5, 4.0, 4.0, 4.0)], 0) == 0.125


def test_clipping_holds_a_step_down(digits: np.ndarray) -> None:
    start = small(epochs=0).fit(digits)._network.parameters.copy()
    settings = {"epochs": 1, "batch_size": 600, "learning_rate": 1.0}
    clipped = small(**settings, optimizer=SGD(momentum=0, clip_norm=1e-3)).fit(digits)
    assert np.linalg.norm(clipped._network.parameters - start) == pytest.approx(1e-3, rel=1e-3)
    unclipped = small(**settings, optimizer=SGD(momentum=0)).fit(digits)
    assert np.linalg.norm(unclipped._network.parameters - start) > 0.1


def test_weights_decay_and_biases_do_not(digits: np.ndarray) -> None:
    """Beside steps that eps makes vanish."""
    optimizers = [AdamW(decay, eps=1e12) for decay in (0.0, {"decoder": 0.5})]
    models = [small(optimizer=optimizer, epochs=5, learning_rate=0.1).fit(digits) for optimizer in optimizers]
    without, decayed = (model._network.views(model._network.parameters) for model in models)
    steps = models[0]._step
    for name, value in without.items():
        kept = 0.95**steps if name.startswith("decoder") and name.endswith("weight") else 1.0
        np.testing.assert_allclose(decayed[name], kept * value, rtol=1e-4, atol=1e-7, err_msg=name)


def test_settings_of_the_objects_can_be_searched(digits: np.ndarray) -> None:
    grid = {"objective__beta": [0.5, 1.0], "optimizer__clip_norm": [None, 1.0], "schedule__factor": [0.5]}
    search = GridSearchCV(small(objective=ELBO(), optimizer=Adam(), schedule=Steps((1,)), epochs=1), grid, cv=2).fit(digits)
    assert set(search.best_params_) == set(grid)


WRONG = [
    ({"objective": "elbo"}, TypeError, r"objective is ELBO\(...\) or IWAE\(...\); got 'elbo'"),
    ({"objective": ELBO(samples=0)}, ValueError, "objective's samples is a whole number from 1 on; got 0"),
    ({"objective": ELBO(kl="exact")}, ValueError, "objective's kl is 'analytic' or 'sampled'; got 'exact'"),
    ({"objective": ELBO(beta=-1)}, ValueError, "objective's beta is at least 0; got -1"),
    ({"objective": ELBO(kl="sampled", free_bits=1.0)}, ValueError, "free_bits need the divergence of each unit"),
    ({"objective": IWAE(doubly_reparameterized=1)}, TypeError, "doubly_reparameterized is True or False; got 1"),
    ({"optimizer": "adam"}, TypeError, r"optimizer is Adam\(...\), AdamW\(...\) or SGD\(...\); got 'adam'"),
    ({"optimizer": Adam(clip_norm=0)}, ValueError, "optimizer's clip_norm is positive, or None; got 0"),
    ({"optimizer": Adam(uncorrected_eps=2)}, TypeError, "optimizer's uncorrected_eps is True or False; got 2"),
    ({"optimizer": AdamW(-0.1)}, ValueError, "optimizer's weight_decay is at least 0; got -0.1"),
    ({"optimizer": AdamW({"bias": 0.1})}, ValueError, "weight_decay names groups of .*'encoder'.*; got 'bias'"),
    ({"schedule": 0.1}, TypeError, r"schedule is Steps\(...\), Plateau\(...\) or None; got 0.1"),
    ({"schedule": Steps((3, 2))}, ValueError, r"schedule's milestones grow; got \(3, 2\)"),
    ({"schedule": Steps(5)}, TypeError, "schedule's milestones are a sequence of whole numbers; got 5"),
    ({"schedule": Plateau(factor=1.0)}, ValueError, "schedule's factor is positive and below 1; got 1.0"),
    ({"activation": "gelu"}, ValueError, "activation is one of .*'gated'; got 'gelu'"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings_are_refused(settings: dict[str, Any], error: type, message: str, digits: np.ndarray) -> None:
    with pytest.raises(error, match=message):
        small(**settings).fit(digits)
