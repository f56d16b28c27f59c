"""What the tests share: federations of twelve devices, some of them not as they should be."""

import sys
from pathlib import Path

from fleet.job import DEVICES, JOB, PROGRAM, TARGET, bits, pipe
from fleet.jobs import JOBS
from fleet.server import Settings
from fleet.simulation import simulate

HOSTILE = Path(__file__).with_name("hostile.py")
NOBODY = "tcp:127.0.0.1:1"
PLAN = {"epochs": 5, "deadline": 60.0, "again": 0.1}
# Rounds with broken devices last as long as the deadline; a machine with other work too needs some seconds for the good ones.
IMPATIENT = {**PLAN, "deadline": 12.0}


def hostile(mode, number, job="motions"):
    return f"pipe:{sys.executable} {HOSTILE} {mode} {PROGRAM} {job} {number} {DEVICES}"


def all_with(others):
    """The addresses of all devices, with these in place of theirs."""
    return [others.get(number, pipe(number)) for number in range(DEVICES)]


def federation(addresses, workers=4, **changes):
    settings = Settings(**{"rounds": 2, "evaluate": False, "plan": PLAN, **changes})
    return simulate({"addresses": addresses}, len(addresses), settings, workers=workers, log=TARGET / "tests.log")


__all__ = ["DEVICES", "IMPATIENT", "JOB", "JOBS", "NOBODY", "PLAN", "PROGRAM", "TARGET", "all_with", "bits", "federation", "hostile", "pipe"]
