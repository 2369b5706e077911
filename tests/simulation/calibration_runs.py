"""Simulators with known answers, for tests of calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Straight:
    """Says closure and drift with an error, and nothing of what stands beside them."""

    key: str = "straight"
    error: float = 0.01

    def __call__(self, parameters, seed):
        rng = np.random.default_rng(seed)
        noise = rng.normal(0, self.error, 4)
        return {
            "trust.across@1": 5 * parameters.closure + noise[0],
            "trust.across@2": 5 * parameters.closure + 50 * parameters.drift + noise[1],
            "ties.across@1": float(rng.normal()),
            "ties.across@2": 1.0,
            "purpose.all@1": float("nan"),
        }
