"""Calibration: which rates of the laboratory fit what a study saw, by approximate Bayesian computation."""

from leaderful.simulation.calibration.bank import Bank, Simulator, make_bank
from leaderful.simulation.calibration.fitting import Fitted, fit
from leaderful.simulation.calibration.from_runs import CHOSEN, EngineRun, at_waves
from leaderful.simulation.calibration.from_study import observed_waves, study_summaries
from leaderful.simulation.calibration.inference import Calibration, Observed, calibrate
from leaderful.simulation.calibration.predictive import Predictive, check, predict

__all__ = [
    "CHOSEN",
    "Bank",
    "Calibration",
    "EngineRun",
    "Fitted",
    "Observed",
    "Predictive",
    "Simulator",
    "at_waves",
    "calibrate",
    "check",
    "fit",
    "make_bank",
    "observed_waves",
    "predict",
    "study_summaries",
]
