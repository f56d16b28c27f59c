"""A federation in Flower's simulation, with devices wherever they are."""

import json
import logging
import os
import tempfile
from dataclasses import replace
from pathlib import Path

FLEET = Path(__file__).resolve().parent.parent
# No word to Flower's or Ray's makers, and none of Ray's dashboards.
os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"

from flwr.serverapp import ServerApp  # noqa: E402
from flwr.simulation import run_simulation  # noqa: E402

from fleet import client  # noqa: E402
from fleet.server import Outcome, Settings, federate  # noqa: E402


def simulate(fleet, devices, settings: Settings, progress=lambda *_: None, workers=4, log=None, app=client.app) -> Outcome:
    """Runs a federation of the fleet's own jobs."""
    return run(fleet, devices, lambda grid: federate(grid, replace(settings, devices=devices), progress), workers, log, app)


def run(fleet, devices, main, workers=4, log=None, app=client.app):
    """Runs main(grid), the server, with this many devices, and returns what it returns. `fleet` has "addresses", or a "pattern" with
    {device}."""
    server, outcomes, problems = ServerApp(), [], []

    @server.main()
    def guarded(grid, _):
        try:
            outcomes.append(main(grid))
        except Exception as problem:
            problems.append(problem)
            raise

    to_file(log)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(fleet, file)
        file.flush()
        # The workers of Ray read these: where the devices are, and where this package is.
        os.environ["FLEET"], os.environ["PYTHONPATH"] = file.name, str(FLEET)
        init = {"num_cpus": workers, "include_dashboard": False, "log_to_driver": False}
        backend = {"client_resources": {"num_cpus": 1, "num_gpus": 0}, "init_args": init}
        run_simulation(server, app, devices, backend_config=backend)
    if not outcomes:
        raise problems[0] if problems else RuntimeError("the federation did not end")
    return outcomes[0]


def to_file(path):
    """What Flower and the fleet say goes to a file."""
    handlers = [logging.FileHandler(path, "a")] if path else [logging.NullHandler()]
    for name in ("flwr", "fleet", "ray"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = list(handlers), False
    logging.getLogger("fleet").setLevel(logging.INFO)
