"""Time every peer in turn with one number of threads and print the rounds as JSON; started by run.py."""
import argparse
import json
import os
import sys
import time
import tracemalloc
import warnings

from peers import LAM, PEERS, build, check, fast, problem

SIZES = [([2, 3, 1], 1), ([2, 3, 1], 32), ([64, 32, 10], 32), ([784, 30, 10], 10), ([784, 256, 256, 10], 256),
         ([784, 1024, 1024, 10], 512)]
TURN, CHUNKS = 0.03, 5      # seconds a turn, of which the best fifth counts


def seconds(call, times):
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def rounds(calls, count):
    """{name: seconds a call in each round}: one turn each, then the next round; the best chunk of a turn counts."""
    times, taken = {}, {name: [] for name in calls}
    for name, call in calls.items():
        call()
        times[name] = max(1, round(TURN / CHUNKS / max(seconds(call, 3), 1e-7)))
    for _ in range(count):
        for name, call in calls.items():
            if taken[name] and taken[name][0] > 1:      # one round tells enough of what needs more than a second
                continue
            chunks = CHUNKS if times[name] > 1 else 2
            seconds(call, max(1, times[name] // 5))     # what another peer has pushed out of the cache comes back
            taken[name].append(min(seconds(call, times[name]) for _ in range(chunks)))
    return taken


def gradients(sizes, E, dtype, count, leave_out):
    p, calls, missing = problem(sizes, E, dtype), {}, {}
    for name in PEERS:
        if name in leave_out or (name == "textbook loop" and E == 512):
            continue
        try:
            made = build(name, p)
        except Exception as error:      # a peer that can't be had here is left out, and the page says so
            missing[name] = f"{type(error).__name__}: {error}"[:200]
            continue
        if made:
            call, parts = made
            check(name, p, parts)
            calls[name] = call
    return {"sizes": sizes, "E": E, "dtype": dtype, "rounds": rounds(calls, count), "missing": missing}


def memory(sizes, E):
    """Bytes: A, Z, Delta and the gradients; the workspace with a step in it; what that step itself allocates."""
    p = problem(sizes, E, "float64")
    counted = sum(8 * 3 * E * n for n in sizes[1:]) + sum(part.nbytes for part in p.parameters)
    fast.sweep(p.net, p.X, p.Y, p.cost, LAM, fast.Workspace(p.net, E))
    tracemalloc.start()
    space = fast.Workspace(p.net, E)
    held = tracemalloc.get_traced_memory()[0]
    fast.sweep(p.net, p.X, p.Y, p.cost, LAM, space)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"sizes": sizes, "E": E, "counted": counted, "peak": most, "step": most - held}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--sizes", type=int, nargs="*", default=range(len(SIZES)))
    parser.add_argument("--without", nargs="*", default=[])
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.threads])
    import jax
    import torch
    from epochs import EPOCHS, digits
    from threadpoolctl import threadpool_info
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(options.threads)
    kernels = {lib.get("architecture") for lib in threadpool_info() if lib["internal_api"] == "openblas"}
    results = {"kernels": ", ".join(sorted(map(str, kernels))), "gradients": [], "epochs": [], "memory": []}
    for number in options.sizes:
        for dtype in ("float64", "float32"):
            results["gradients"].append(gradients(*SIZES[number], dtype, options.rounds, options.without))
            print(SIZES[number], dtype, file=sys.stderr, flush=True)
        results["memory"].append(memory(*SIZES[number]))
    for dtype in ("float64", "float32") if "epoch" not in options.without else ():
        data = digits(dtype)
        results["epochs"].append({"dtype": dtype, "rounds": rounds({n: e(data) for n, e in EPOCHS.items()},
                                                                   options.rounds)})
    print(json.dumps(results))


if __name__ == "__main__":
    main()
