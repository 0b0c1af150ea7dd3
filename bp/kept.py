"""Small constant arrays that are made once: on a small layer, making one takes as long as using it."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=16)
def _short(n, dtype):
    made = np.ones(n, dtype)                                    # (n,)
    made.flags.writeable = False
    return made


def ones(n, dtype):
    """n ones, not to be written to: a product with them is the sum of a row or a column."""
    return _short(n, dtype) if n <= 4096 else np.ones(n, dtype)     # (n,)


@lru_cache
def limits(dtype):
    """1, and a z with e^z just finite and e^-z not yet subnormal, each of shape ().

    A Python number would be converted on every use.
    """
    made = np.array(1, dtype), np.array(np.log(np.finfo(dtype).max) // 1 - 1, dtype)
    for constant in made:
        constant.flags.writeable = False
    return made
