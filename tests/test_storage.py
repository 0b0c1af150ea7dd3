"""A run that was interrupted, saved and resumed is, bit for bit, the run that was never interrupted."""

import io
import json
import sys
from dataclasses import replace

import numpy as np
import pytest

import bp
from problems import HIDDEN, batch, network

X, Y = batch(E=10)
CE = bp.categorical_cross_entropy


def run(net=None, **changes):
    net = network(bp.tanh, bp.softmax) if net is None else net
    return bp.train(net, **{"X": X, "Y": Y, "cost": CE, "alpha": 0.3, "lam": 0.01, "epochs": 6, "batch_size": 3,
                            **changes})


def same_net(p, q):
    return p is q is None or (p.sizes == q.sizes and repr(p) == repr(q) and p.dtype == q.dtype and all(
        np.array_equal(ours[l], theirs[l]) for ours, theirs in ((p.W, q.W), (p.b, q.b)) for l in ours))


def same(p, q, stopped=True):
    """Whether two runs are one, bit for bit."""
    return (np.array_equal(p.history, q.history) and p.history.dtype == q.history.dtype
            and all(same_net(getattr(p, name), getattr(q, name)) for name in ("net", "last", "best"))
            and str(p.rng) == str(q.rng) and (p.stopped == q.stopped or not stopped))


def stored(run, tmp_path):
    bp.save(tmp_path / "run.npz", run)
    return bp.load(tmp_path / "run.npz")


def small(net):
    """The network in float32."""
    return bp.Network({l: W.astype(np.float32) for l, W in net.W.items()},
                      {l: b.astype(np.float32) for l, b in net.b.items()}, net.f)


@pytest.mark.parametrize("batch_size", [None, 1, 3])
@pytest.mark.parametrize("convert", [lambda net: net, small], ids=["float64", "float32"])
def test_a_resumed_run_is_bit_equal_to_one_that_never_stopped(tmp_path, batch_size, convert):
    net = convert(network(bp.tanh, bp.softmax))
    whole = run(net, batch_size=batch_size)
    for stop in range(7):
        part = run(net, batch_size=batch_size, epochs=stop)
        assert same(run(stored(part, tmp_path), batch_size=batch_size, rng=99), whole)


def test_the_random_numbers_matter():
    part = run(epochs=2)
    other = part._replace(rng=np.random.default_rng(7).bit_generator.state)
    assert not same(run(other), run(), stopped=False)


def test_interrupted_at_any_line_of_an_epoch_nothing_is_lost(tmp_path):
    whole, files, at = run(), (bp.descent.__file__, bp.batched.__file__), 0

    def interrupted_at(line):
        """The run with Ctrl-C pressed before the line-th line that it runs once it has begun its first epoch."""
        left = [line]

        def trace(frame, event, arg):
            if frame.f_code.co_filename not in files:
                return None
            if event == "line" and frame.f_code.co_name == "_one_epoch" or left[0] < line:
                left[0] -= event == "line"
                if left[0] < 0:
                    sys.settrace(None)
                    raise KeyboardInterrupt
            return trace
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return run()
        finally:
            sys.settrace(before)

    while "interrupted" in (part := interrupted_at(at)).stopped:
        assert bp.objective(part.net, X, Y, cost=CE, lam=0.01) == part.history.min()
        assert bp.objective(part.last, X, Y, cost=CE, lam=0.01) == part.history[-1]
        assert same(run(part if at % 10 else stored(part, tmp_path)), whole)
        at += 7
    assert at > 300 and same(part, whole)


def test_an_interrupted_run_is_loaded_with_the_best_network_and_goes_on_from_the_last(tmp_path):
    def interrupt(epoch, net, J):
        if epoch == 4:
            raise KeyboardInterrupt
    part = run(alpha=25.0, callback=interrupt)
    assert part.net is part.best is not part.last
    assert same(stored(part, tmp_path), part) and not same(part, part._replace(net=part.last))
    assert same(run(stored(part, tmp_path), alpha=25.0), run(alpha=25.0))


def test_an_exception_in_a_callback_leaves_the_run_in_the_readers_hands(tmp_path):
    def broken(epoch, net, J):
        if epoch == 3:
            raise ZeroDivisionError("a slip of the reader's")
    with pytest.raises(ZeroDivisionError, match="a slip of the reader's") as caught:
        run(callback=broken)
    left = caught.value.run
    assert len(left.history) == 4 and left.stopped.startswith("ZeroDivisionError in epoch 3")
    assert bp.objective(left.net, X, Y, cost=CE, lam=0.01) == left.history.min()
    assert any("attribute run" in note for note in caught.value.__notes__)
    assert same(run(stored(left, tmp_path)), run())


def test_a_diverged_run_can_be_kept_but_not_resumed(tmp_path):
    net = bp.Network([[[1.0, 2.0, 3.0]]], [[1.0]], bp.identity)
    with pytest.raises(bp.Diverged) as caught:
        bp.train(net, X, Y[:, :1], cost=bp.squared_error, alpha=1e160, epochs=50)
    left = stored(caught.value.run, tmp_path)
    assert not np.isfinite(left.history[-1]) and same_net(left.net, caught.value.run.net)
    with pytest.raises(ValueError, match="net must be a Run that did not diverge.*best network is run.net"):
        bp.train(left, X, Y[:, :1], cost=bp.squared_error, alpha=0.1, epochs=50)


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_every_activation_is_stored(tmp_path, hidden):
    part = run(network(hidden, bp.softmax), epochs=2, alpha=1e-3)
    again = stored(part, tmp_path)
    assert same(again, part)
    assert [f.parameters for f in again.net.f.values()] == [f.parameters for f in part.net.f.values()]
    assert again.net.f[1].parameters == hidden.parameters


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_generator_of_numpy_is_stored(tmp_path, kind):
    def rng():
        return np.random.Generator(getattr(np.random, kind)(5))
    assert same(run(stored(run(epochs=2, rng=rng()), tmp_path)), run(rng=rng()))


def test_a_finished_run_stays_as_it_is(tmp_path):
    assert same(run(stored(run(), tmp_path)), run())


WRONG = {
    "fewer epochs than done": (lambda part: run(part, epochs=1), r"epochs must count from the start.*done 2, got 1"),
    "epochs a float": (lambda part: run(part, epochs=1.5), r"epochs must be an integer"),
    "other data": (lambda part: run(part, X=2 * X), r"X, Y, cost and lam must be those of the run.*it ended with"),
    "another lam": (lambda part: run(part, lam=0.02), r"X, Y, cost and lam must be those of the run"),
    "data of another width": (lambda part: run(part, X=X[:, :2]), r"X must have shape \(any, 3\)"),
    "no run": (lambda part: bp.save("unused", part.net), r"run must be what bp.train returned, got Network"),
    "an activation of the reader's": (lambda part: bp.save("unused", run(network(OWN, bp.softmax), epochs=0)),
                                      r"f\[1\] must be one of the package's activations.*tanh"),
    "an elu of the reader's": (lambda part: bp.save("unused", run(network(ELU, bp.softmax), epochs=0)),
                               r"f\[1\] must be one of the package's activations.*elu"),
    "an elu of the reader's with parameters of its own": (
        lambda part: bp.save("unused", run(network(replace(ELU, parameters={"slope": 1.0}), bp.softmax), epochs=0)),
        r"f\[1\] must be one of the package's activations.*elu"),
    "an elu with another slope": (
        lambda part: bp.save("unused", run(network(STEEP, bp.softmax), epochs=0)),
        r"f\[1\] must be one of the package's activations.*elu"),
    "foreign random numbers": (lambda part: bp.save("unused", part._replace(rng={"bit_generator": "seed"})),
                               r"rng must be .* bit generator of NumPy's, got 'seed'"),
    "no bit generator": (lambda part: bp.save("unused", part._replace(rng={"bit_generator": "Generator"})),
                         r"rng must be .* bit generator of NumPy's, got 'Generator'"),
}
OWN = bp.Activation("tanh", np.sin, lambda z, a: np.cos(z), "sin(z)")
ELU = bp.Activation("elu", np.sin, lambda z, a: np.cos(z), "sin(z)", {"gamma": 1.0})
STEEP = replace(bp.elu(), derivative=ELU.derivative)


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_go_on_or_be_saved_says_why(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        call(run(epochs=2))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    part = run(epochs=2)
    bp.save(tmp_path / "run.npz", part)

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        bp.save(tmp_path / "run.npz", run())
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"] and same(bp.load(tmp_path / "run.npz"), part)


def rewritten(path, **changes):
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **{name: value for name, value in {**arrays, **changes}.items() if value is not None})


def npy(array):
    """The bytes of a .npy file."""
    np.save(file := io.BytesIO(), array)
    return file.getvalue()


FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("W = 1"),
    "a pickled array": lambda path: path.write_bytes(np.ones(3).dumps()),
    "a stored array": lambda path: path.write_bytes(npy(np.ones(3))),
    "another npz": lambda path: np.savez(path, images=np.ones(3)),
    "a pickle": lambda path: np.savez(path, facts=np.array([{}], dtype=object)),
    "another format": lambda path: rewritten(path, facts=np.array('{"format": "bp run 9"}')),
    "facts that are no JSON": lambda path: rewritten(path, facts=np.array("{")),
    "facts that are a list": lambda path: rewritten(path, facts=np.array("[]")),
    "no history": lambda path: rewritten(path, history=None),
    "an empty history": lambda path: rewritten(path, history=np.ones(0)),
    "a history in columns": lambda path: rewritten(path, history=np.ones((3, 1))),
    "a history of words": lambda path: rewritten(path, history=np.array(["a"])),
    "a layer missing": lambda path: rewritten(path, **{"best W 2": None}),
    "a layer of another shape": lambda path: rewritten(path, **{"best W 2": np.ones((2, 2))}),
    "NaN in the weights": lambda path: rewritten(path, **{"last b 2": np.full(4, np.nan)}),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_file_is_refused(case, tmp_path):
    path = tmp_path / "run.npz"
    bp.save(path, run(epochs=2))
    FOREIGN[case](path)
    with pytest.raises(ValueError, match=r"path must name a whole file that bp.save wrote, '.*run.npz' is none: \w+"):
        bp.load(path)


@pytest.mark.parametrize("facts, message", [
    ({"format": "bp run 9"}, "its format is 'bp run 9', not 'bp run 1'"),
    ({"rng": {"bit_generator": "seed"}}, "rng must be a Generator with a bit generator of NumPy's, got 'seed'"),
])
def test_one_wrong_fact_is_enough(facts, message, tmp_path):
    path = tmp_path / "run.npz"
    bp.save(path, run(epochs=2))
    with np.load(path) as file:
        right = json.loads(str(file["facts"]))
    rewritten(path, facts=np.array(json.dumps(right | facts)))
    with pytest.raises(ValueError, match=f"ValueError: {message}"):
        bp.load(path)


class Payload:
    """Pickled, this writes a file when it is read."""

    def __reduce__(self):
        return open, ("ran.txt", "w")


def test_reading_never_runs_what_is_in_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bp.save("run.npz", run(epochs=2))
    rewritten("run.npz", facts=np.array([Payload()], dtype=object))
    with pytest.raises(ValueError, match="path must name a whole file that bp.save wrote"):
        bp.load("run.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        bp.load(tmp_path / "run.npz")


def test_a_cut_or_changed_file_is_refused_or_says_the_same(tmp_path):
    path, part, rng, refused = tmp_path / "run.npz", run(epochs=2), np.random.default_rng(0), 0
    bp.save(path, part)
    whole = path.read_bytes()
    cuts = [whole[:n] for n in rng.integers(0, len(whole), 30)]
    flips = [whole[:n] + bytes([whole[n] ^ 1 << int(rng.integers(8))]) + whole[n + 1:]
             for n in rng.integers(0, len(whole), 150)]
    for k, damaged in enumerate(cuts + flips):
        path.write_bytes(damaged)
        try:
            assert same(bp.load(path), part) and k >= len(cuts)
        except ValueError as error:
            assert "path must name a whole file" in str(error)
            refused += 1
    assert refused > 100
