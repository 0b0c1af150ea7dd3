"""Live figures: sliders that work in JupyterLab and in the exported book, with or without a kernel.

One line shows one: ``bp.widgets.bowl()``. Each function returns a ``Figure``; its arguments set the state that
the reader starts from and comes back to with the reset button. With a live kernel, ``.panel()`` of each gives
ipywidgets controls instead, and ``digits_panel`` trains a network while its settings are turned.
"""

from .bowls import bowl
from .explorer import activation_explorer
from .figure import Figure
from .gates import computational_graph
from .parts import shards
from .paths import three_paths
from .perceptron import network_332
from .quotients import difference_step
from .training import train_2h1
from .units import approximation
from .vanish import vanishing


def digits_panel(images, labels, **settings):
    """A ``digits.DigitsPanel``: train on labelled images while alpha, lambda, E and the layers are turned."""
    from .digits import DigitsPanel  # alone in need of ipywidgets and matplotlib
    return DigitsPanel(images, labels, **settings)


def formula_field(latex, setting="generic"):
    """A ``field.FormulaField``: type a formula, and read whether it is true, and the one edit that would make it so."""
    from .field import FormulaField
    return FormulaField(latex, setting)


__all__ = [
    "Figure", "activation_explorer", "approximation", "bowl", "computational_graph", "difference_step", "digits_panel",
    "formula_field", "network_332", "shards", "three_paths", "train_2h1", "vanishing",
]
