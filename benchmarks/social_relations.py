"""Do `social_relations` variances and intervals find what was put in? Simulated round robins, and the time taken.

Usage: python benchmarks/social_relations.py [runs]
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two processes share the machine already

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from leaderful.statistics.social_relations import SocialRelations, social_relations

Floats = NDArray[np.float64]
NAMES = ("actor", "partner", "relationship", "error")


@dataclass(frozen=True, kw_only=True)
class Design:
    """Truth, and what of it is seen."""

    name: str
    nodes: int
    groups: int = 1
    indicators: int = 1
    missing: float = 0.25
    """Share of ratings missing at random."""
    silent: int = 0
    """Nodes that rate nobody."""
    actor: float = 0.3
    partner: float = 0.2
    relationship: float = 0.5
    error: float = 0.0
    generalised: float = 0.4
    dyadic: float = 0.5

    def draw(self, generator: np.random.Generator) -> Floats:
        """Return the ratings of one group, (indicators, nodes, nodes)."""
        n = self.nodes
        both = self.generalised * np.sqrt(self.actor * self.partner)
        effects = generator.multivariate_normal([0.0, 0.0], [[self.actor, both], [both, self.partner]], n)
        one, other = (np.triu(generator.normal(size=(n, n)), 1) for _ in range(2))
        answer = self.dyadic * one + np.sqrt(1 - self.dyadic**2) * other
        ratings = 3 + effects[:, :1] + effects[:, 1] + np.sqrt(self.relationship) * (one + answer.T)
        out = ratings + np.sqrt(self.error) * generator.normal(size=(self.indicators, n, n))
        out[:, generator.random((n, n)) < self.missing] = np.nan
        out[:, : self.silent] = np.nan
        return np.asarray(out)


DESIGNS = (
    Design(name="12 nodes, complete", nodes=12, missing=0.0),
    Design(name="12 nodes", nodes=12),
    Design(name="12 nodes, two indicators", nodes=12, indicators=2, error=0.3),
    Design(name="20 nodes, two indicators", nodes=20, indicators=2, error=0.3),
    Design(name="20 nodes, 5 silent, two indicators", nodes=20, missing=0.0, silent=5, indicators=2, error=0.3),
    Design(name="20 nodes, small partner variance", nodes=20, partner=0.06),
    Design(name="40 nodes, two indicators", nodes=40, indicators=2, error=0.3),
    Design(name="6 groups of 8 nodes", nodes=8, groups=6),
)


def main() -> None:
    """Print, for each design, the bias of every variance and the coverage of every interval."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(f"{runs} runs each; bias in % of the truth (its simulation error), coverage of 95 % intervals in %")
    with ProcessPoolExecutor(2) as pool:
        for place, design in enumerate(DESIGNS):
            start = time.perf_counter()
            fits = list(pool.map(partial(_run, design), [[place, run] for run in range(runs)], chunksize=10))
            _report(design, fits, (time.perf_counter() - start) / runs * 2)


def _run(design: Design, seed: list[int]) -> SocialRelations:
    generator = np.random.default_rng(seed)
    return social_relations([design.draw(generator) for _ in range(design.groups)])


def _report(design: Design, fits: list[SocialRelations], seconds: float) -> None:
    fitted = [fit for fit in fits if not fit.reason]
    names = NAMES if design.error else NAMES[:3]
    total = sum(getattr(design, name) for name in names)
    print(f"\n{design.name}: {len(fits) - len(fitted)} not fitted, {seconds * 1000:.0f} ms a fit")
    for name in names:
        parts = [getattr(fit, name) for fit in fitted]
        truth = getattr(design, name)
        found = np.array([part.variance for part in parts])
        bias, doubt = found.mean() / truth - 1, found.std() / truth / np.sqrt(len(found))
        held = [part.lower <= truth / total <= part.upper for part in parts]
        print(f"  {name:<13}bias {100 * bias:5.1f} ({100 * doubt:.1f})   share covered {100 * np.mean(held):5.1f}")
    for name in ("generalised", "dyadic"):
        ends = [getattr(fit, name) for fit in fitted if not getattr(fit, name).reason]
        held = [end.lower <= getattr(design, name) <= end.upper for end in ends]
        print(f"  {name:<13}{len(ends)} defined          correlation covered {100 * np.mean(held):5.1f}")


if __name__ == "__main__":
    main()
