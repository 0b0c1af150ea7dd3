"""A run of ``train`` as a file: what was saved goes on, bit for bit, as if it had never stopped (chapter 08).

    bp.save("run.npz", run)
    run = bp.train(bp.load("run.npz"), X, Y, cost=..., alpha=0.5, epochs=100)     # up to 100 epochs in all

The file is NumPy's .npz: the arrays of the two networks, J after each epoch, and JSON for the rest. Reading it
never runs what is in it.
"""

import os

import numpy as np

from .activations import is_own, named
from .descent import Run, generator_in
from .network import Network

FORMAT = "bp run 1"


def save(path, run):
    """Write a Run to path; a file that is there is replaced in one go, or stays whole.

    Raises ValueError if run is no Run, or if its activations are not the package's, its random numbers not NumPy's.
    """
    if not isinstance(run, Run):
        raise ValueError(f"run must be what bp.train returned, got {run!r}")
    facts = {"format": FORMAT, "stopped": run.stopped, "rng": run.rng, "net": "best" if run.net is run.best else "last",
             "f": {l: _description(l, f) for l, f in run.net.f.items()}}
    import json  # here, so that import bp stays quick
    generator_in(run.rng)
    arrays = {"facts": np.array(json.dumps(facts, default=np.ndarray.tolist)), "history": run.history}
    for name in ("last", "best"):
        if (net := getattr(run, name)) is not None:
            arrays |= {f"{name} W {l}": W for l, W in net.W.items()}            # (n_l, n_{l-1})
            arrays |= {f"{name} b {l}": b for l, b in net.b.items()}            # (n_l,)
    draft = f"{os.fspath(path)}.draft"
    try:
        with open(draft, "wb") as file:
            np.savez(file, **arrays)
        os.replace(draft, path)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def load(path):
    """The Run that ``save`` wrote to path. Raises ValueError if the file is damaged, or something else."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as stored:
                return _run({name: stored[name] for name in stored.files})
        except Exception as why:    # a damaged file may fail anywhere on the way
            raise ValueError(f"path must name a whole file that bp.save wrote, {os.fspath(path)!r} is none: "
                             f"{type(why).__name__}: {why}") from why


def _run(stored):
    import json
    facts, history = json.loads(str(stored["facts"])), stored["history"]        # (epochs done + 1,)
    if facts["format"] != FORMAT:
        raise ValueError(f"its format is {facts['format']!r}, not {FORMAT!r}")
    if history.ndim != 1 or history.dtype != float or not len(history):
        raise ValueError(f"its history has shape {history.shape} and type {history.dtype}")
    f = {int(l): named(**description) for l, description in facts["f"].items()}
    best = _network(stored, "best", f)
    last = _network(stored, "last", f) if "last W 1" in stored else None
    generator_in(facts["rng"])                                                  # fails here rather than in train
    return Run({"best": best, "last": last}[facts["net"]], history, facts["stopped"], last, best, facts["rng"])


def _network(stored, name, f):
    return Network({l: stored[f"{name} W {l}"] for l in f}, {l: stored[f"{name} b {l}"] for l in f}, f)


def _description(l, f):
    """Name and parameters of an activation, if it is one that these words bring back."""
    if not is_own(f):
        raise ValueError(f"f[{l}] must be one of the package's activations to be saved, got {f!r}")
    return {"name": f.name, "parameters": f.parameters}
