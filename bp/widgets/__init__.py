"""Live figures: sliders that work in JupyterLab and in the exported book, with or without a kernel.

One line shows one: ``bp.widgets.bowl()``. Each function returns a ``Figure``; its arguments set the state that the
reader starts from and comes back to with the reset button.
"""

from .activation_explorer import activation_explorer
from .bowl import bowl
from .computational_graph import computational_graph
from .figure import Figure
from .network_332 import network_332
from .three_paths import three_paths
from .train_2h1 import train_2h1

__all__ = ["Figure", "activation_explorer", "bowl", "computational_graph", "network_332", "three_paths", "train_2h1"]
