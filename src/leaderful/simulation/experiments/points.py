"""The points of the parameter space at which an experiment runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.experiments.design import Design
from leaderful.simulation.parameters import Parameters, default_parameters


class Unit(NamedTuple):
    """A unit of work: one draw of parameters with one seed, under every scenario."""

    draw: int
    """Number of the draw, from 0."""
    seed: int
    parameters: Parameters


def units(design: Design) -> tuple[Unit, ...]:
    """Return every unit of work of an experiment, by draw and seed."""
    names = tuple(design.drawn)
    drawn = [
        default_parameters(**design.parameters, **dict(zip(names, map(float, point), strict=True)))
        for point in points(design)
    ]
    return tuple(Unit(draw, seed, parameters) for draw, parameters in enumerate(drawn) for seed in design.seeds)


def points(design: Design) -> NDArray[np.float64]:
    """Return the points that a design draws, by rows; columns are those of `Design.drawn`.

    A Latin hypercube cuts every range into n parts of equal length and takes one point from each (McKay,
    Beckman and Conover 1979, doi:10.1080/00401706.1979.10489755). Saltelli's design of n (k + 2) points
    from scrambled Sobol sequences serves the indices of `sobol_indices` (Saltelli 2002,
    doi:10.1016/S0010-4655(02)00280-1). Without a method there is one point without columns: the defaults.

    Returns
    -------
    ndarray of shape (draws, k)
    """
    ranges = design.drawn
    if not ranges:
        return np.empty((1, 0))
    return drawn(ranges, design.draws.n, seed=design.draws.seed, saltelli=design.draws.method == "saltelli")


def drawn(ranges: dict[str, tuple[float, float]], n: int, *, seed: int, saltelli: bool = False) -> NDArray[np.float64]:
    """Return points between ranges: a Latin hypercube of n, or Saltelli's design on n."""
    from SALib.sample import latin, sobol  # it loads Pandas, which nothing else here needs

    if saltelli:
        found = sobol.sample(problem(ranges), n, calc_second_order=False, seed=seed)
    else:
        found = latin.sample(problem(ranges), n, seed=seed)
    return np.asarray(found, dtype=np.float64)


def problem(ranges: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """Return ranges as SALib names them."""
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [list(bounds) for bounds in ranges.values()]}
