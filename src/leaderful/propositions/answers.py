"""Field tests on what people answered: P1, P2, P8, P10, P11 and P13."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from leaderful.measures.thread import thread
from leaderful.measures.ties_frame import rater_rows, respondents
from leaderful.measures.travel_record import record
from leaderful.measures.travel_spread import follow
from leaderful.measures.waves import waves
from leaderful.measures.zip_teeth import engaging
from leaderful.propositions.rows import (
    Rows,
    SilentError,
    halves,
    latest,
    partner_shares,
    standing_bodies,
    waves_with,
)
from leaderful.study import Study

_BELOW = ("manager", "practitioner")


def thread_and_purpose(study: Study) -> Rows:
    """P1: shared purpose of people, by the share of goals that their body carries of those that reach it."""
    _, scores = latest(study, ["SHP"])
    found = [
        (row["unit"], json.loads(row["detail"])["state"])
        for row in thread(study).filter(measure="thread.state", status="ok").iter_rows(named=True)
    ]
    states = pl.DataFrame(found, schema={"body": pl.String, "state": pl.String}, orient="row")
    reached = states.filter(pl.col("state").is_in(["carried", "dropped"]))
    if reached.is_empty():
        raise SilentError("no body has said which goals it serves where one could reach it")
    shares = reached.group_by("body").agg(predictor=(pl.col("state") == "carried").mean())
    people = standing_bodies(study, scores, "body").join(shares, on="body", how="left", maintain_order="left")
    return Rows(frame=people.with_columns(outcome="SHP", cluster="body"), adjusted=("tier",))


def culture_and_ties(study: Study) -> Rows:
    """P2: whether managers and practitioners are tied to other bodies, by the leaderful culture colleagues report."""
    wave, scores = latest(study, ["LEA"])
    asked = respondents(study, wave.id)
    if asked.is_empty():
        raise SilentError("the wave that asked LEA did not ask about relations with bodies")
    tied = rater_rows(study, wave.id).filter(engaging()).select("person").unique().with_columns(outcome=1.0)
    people = halves(study, scores, {"LEA": "predictor"}).filter(pl.col("tier").is_in(_BELOW))
    rows = (
        people.join(asked.select("person"), on="person", how="semi", maintain_order="left")
        .join(tied, on="person", how="left", maintain_order="left")
        .with_columns(pl.col("outcome").fill_null(0.0), cluster="body")
    )
    return Rows(frame=rows, adjusted=("tier",))


def accountability_and_capacity(study: Study) -> Rows:
    """P8: capacity for joint action, by the accountability tension that colleagues report."""
    _, scores = latest(study, ["CAP", "ACC"])
    people = halves(study, scores, {"ACC": "predictor"}).with_columns(outcome="CAP", cluster="body")
    return Rows(frame=people, adjusted=("tier",))


def conflict_and_purpose(study: Study) -> Rows:
    """P10: shared purpose in a wave, by the constructive conflict that colleagues reported in the wave before."""
    found = waves_with(study, ["SHP", "CON"])
    if len(found) < 2:
        raise SilentError("it needs two waves that asked SHP and CON")
    (_, before), (_, after) = found[-2:]
    earlier = halves(study, before, {"CON": "predictor", "SHP": "others_shp"}).select(
        "person", "predictor", "others_shp", "tier", own_shp="SHP", cluster="body"
    )
    rows = after.select("person", outcome="SHP").join(earlier, on="person", maintain_order="left")
    return Rows(frame=rows, adjusted=("own_shp", "others_shp", "tier"))


def roles_and_reach(study: Study) -> Rows:
    """P11: how far conversations get that start with a person, by their understanding of roles."""
    held = record(study)
    if not held.network.events or not len(held.starts()):
        raise SilentError("the record of interactions is shorter than the days for which conversations are followed")
    asked = {wave.id for wave in waves(study) if wave.opens <= held.last}
    known = [(wave, scores) for wave, scores in waves_with(study, ["ROL"]) if wave.id in asked]
    if not known:
        raise SilentError("no wave asked ROL before or while interactions were recorded")
    followed = follow(held)
    reach = followed.reached[:, :, -1].mean(axis=0) / max(held.size - 1, 1)
    meetings = np.bincount(held.network.members, minlength=held.size)[followed.sources]
    rows = held.people[followed.sources.tolist()].with_columns(
        pl.Series("outcome", reach), pl.Series("meetings", np.log2(1 + meetings)), cluster="body"
    )
    scores = known[-1][1].select("person", predictor="ROL")
    joined = rows.filter(pl.col("meetings") > 0).join(scores, on="person", maintain_order="left")
    return Rows(frame=joined, adjusted=("meetings", "tier"))


def equality_and_ties(study: Study) -> Rows:
    """P13: the share of partner bodies a person has ties of trust with, by the equality that colleagues report."""
    wave, scores = latest(study, ["EQU"])
    people = halves(study, scores, {"EQU": "predictor"}).select("person", "predictor", cluster="body")
    shares = partner_shares(study, wave)
    if shares.is_empty():
        raise SilentError("the wave that asked EQU did not ask about relations with partner bodies")
    rows = shares.join(people, on="person", maintain_order="left").rename({"share": "outcome"})
    return Rows(frame=rows, adjusted=("tier",))
