"""Every wrong variant in the catalogue is rejected, by the proof and not by a shape error."""

import functools

import pytest

import bp
from bp import symbolic
from bp.symbolic import CATALOGUE
from bp.symbolic.mutants import Mutant, variant

named = dict(ids=lambda mutant: mutant.name)


@functools.cache
def training(mutant):
    return mutant.training()


def test_the_catalogue_is_large_and_without_repetition():
    assert len(CATALOGUE) >= 50
    assert len({m.name for m in CATALOGUE}) == len({(m.module, m.function, m.old, m.new) for m in CATALOGUE}) \
        == len(CATALOGUE)


@pytest.mark.parametrize("mutant", CATALOGUE, **named)
def test_the_proof_rejects_the_mutant_and_names_the_layer(mutant):
    message = mutant.reject()
    assert message is not None, f"{mutant.name} was called right"
    assert "(layer" in message and "one side is" in message, message


SETTINGS = {(m.parts()["form"].__name__, m.hidden, m.output, m.cost): m for m in CATALOGUE}


@pytest.mark.parametrize("mutant", SETTINGS.values(), **named)
def test_the_same_network_without_the_mistake_is_accepted(mutant):
    right = Mutant(mutant.name, mutant.says, mutant.module, mutant.function, mutant.old, mutant.old, mutant.hidden,
                   mutant.output, mutant.cost)
    assert right.reject() is None


def test_a_mistake_shows_in_the_layers_that_it_reaches():
    layers = {m.name: m.reject().split("(layer")[1].split(")")[0].lstrip("s ") for m in CATALOGUE[:2]}
    assert layers == {"f' dropped": "1, 2", "f' dropped at the output": "1, 2, 3"}


def test_most_mutants_pass_the_test_that_the_loss_falls():
    falls = [m for m in CATALOGUE if training(m).falls]
    most = [m for m in falls if training(m).share > 0.95]
    assert len(falls) > 2 / 3 * len(CATALOGUE) and len(most) > len(CATALOGUE) / 2


def test_training_with_the_right_code_is_the_yardstick():
    right = Mutant("none", "", "batched", "bias_gradient", "axis=0", "axis=0")
    before, mutant, yardstick = right.training()
    assert mutant == yardstick < before and right.training().share == 1


def test_an_entry_that_no_longer_fits_the_source_is_an_error():
    for old in ("no such text", "Delta"):       # not there, there twice
        with pytest.raises(ValueError, match="old must stand once in bp.batched weight_gradient"):
            variant("batched", "weight_gradient", old, "")


def test_a_mutant_leaves_the_package_as_it_is():
    CATALOGUE[0].reject()
    symbolic.prove_backward(symbolic.network([2, 2, 2]), bp.batched, certify=False)


# What hides which mistake: the reason for square layers, E >= 2, lambda, depth and unspecified activations

def _mutant(name):
    return next(m for m in CATALOGUE if m.name == name).parts()["form"]


@pytest.mark.parametrize("name, sizes, setting", [
    ("1/E lost", [2, 2, 2], {"E": 1}), ("mean for sum, in b", [2, 2, 2], {"E": 1}),
    ("sums multiplied", [2, 2, 2], {"E": 1}), ("lambda forgotten", [2, 2, 2], {"lam": 0}),
    ("lambda on the bias", [2, 2, 2], {"lam": 0}), ("transpose swapped", [1, 1, 1], {}),
    ("f' dropped", [2, 2], {}), ("updated weights", [2, 2], {}), ("outer product swapped", [1, 1], {}),
], ids=str)
def test_small_settings_hide_the_mistake(name, sizes, setting):
    symbolic.prove_backward(symbolic.network(sizes), _mutant(name), certify=False, **setting)


def test_a_linear_network_hides_a_lost_slope():
    net = symbolic.network([2, 2, 2], bp.identity, bp.identity)
    symbolic.prove_backward(net, _mutant("f' dropped"), certify=False)


def test_unequal_layers_turn_a_swapped_transpose_into_a_shape_error():
    with pytest.raises(ValueError):
        symbolic.prove_backward(symbolic.network([3, 4, 2]), _mutant("transpose swapped"), certify=False)
