"""`make bench`: measure bp and its peers, write results.json, and from it book/speed.md and the figure's words.

The peers live in an environment of their own, .venv-bench, made on the first run. What is measured on how many threads
is printed as it comes; all of it takes about a quarter of an hour on an idle machine.
"""
import argparse
import json
import os
import platform
import re
import runpy
import subprocess
import sys
import venv
from pathlib import Path

import page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.json"
TUNED = ("OPENBLAS_", "MKL_", "OMP_", "GOMP_", "KMP_", "MALLOC_", "XLA_")    # a reader has none of these set
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
IMPORT = """
import time, numpy
start = time.perf_counter()
import bp
print(time.perf_counter() - start)
"""
VERSIONS = """
import json, importlib.metadata as m
print(json.dumps({n: m.version(n) for n in ("numpy", "torch", "jax", "autograd", "scikit-learn", "micrograd")}))
"""


def environment():
    """The Python of .venv-bench, with the pinned peers in it."""
    folder = ROOT / ".venv-bench"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted, done = (HERE / "requirements.txt").read_text(), folder / "installed"
    if not done.exists() or done.read_text() != wanted:
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                        HERE / "requirements.txt"], check=True)
        done.write_text(wanted)
    return python


def machine():
    """What was measured on."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        name = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    return {"processor": name, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version()}


def run(python, *arguments, threads=1, **variables):
    """What the program prints, in an environment that tunes no library but for its number of threads."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(TUNED)}
    environ |= {**dict.fromkeys(THREADS, str(threads)), "PYTHONPATH": str(ROOT), "BP_PROGRESS": "0", **variables}
    return subprocess.run([python, *arguments], check=True, stdout=subprocess.PIPE, text=True, env=environ).stdout


def rounded(value):
    """Seconds to four digits, in whatever nest of lists and dicts."""
    if isinstance(value, dict):
        return {key: rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--python", help="an environment that has the peers already")
    parser.add_argument("--page", action="store_true", help="write the page from results.json alone")
    options = parser.parse_args()
    if not options.page:
        python = options.python or environment()
        results = {"machine": machine(), "versions": json.loads(run(python, "-c", VERSIONS)),
                   "import": [float(run(python, "-c", IMPORT)) for _ in range(9)]}
        measure = (python, HERE / "measure.py", "--rounds", str(options.rounds), "--threads")
        for threads in (1, 2):
            results[f"threads {threads}"] = json.loads(run(*measure, str(threads), threads=threads).splitlines()[-1])
        others = ["bp, compiled", "bp, compiled, floats", "torch.compile", "autograd", "scikit-learn", "micrograd",
                  "textbook loop", "epoch"]
        narrow = run(*measure, "1", "--without", *others, OPENBLAS_CORETYPE="Haswell")
        results["AVX2"] = json.loads(narrow.splitlines()[-1])
        RESULTS.write_text(json.dumps(rounded(results), indent=1) + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    page.write(results)
    runpy.run_path(str(ROOT / "figures" / "09-speed.py"), run_name="__main__")
    print("\n".join(page.summary(results)))


if __name__ == "__main__":
    sys.exit(main())
