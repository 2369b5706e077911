"""The plans of a study read into suggested links, which people confirm or refuse."""

from leaderful.plans.judging import judged
from leaderful.plans.reading import PlanReceipt, ReadPlans, read_plans
from leaderful.plans.suggesting import duties

__all__ = ["PlanReceipt", "ReadPlans", "duties", "judged", "read_plans"]
