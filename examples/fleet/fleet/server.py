"""The server: Flower's FedAvg or FedProx behind `Guarded`."""

import time
from dataclasses import dataclass, field

from flwr.app import ArrayRecord, ConfigRecord, Context, MetricRecord
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg, FedProx

from fleet.jobs import JOBS, accuracy
from fleet.strategy import Guarded


@dataclass
class Settings:
    """What a federation is to do. `plan` and `times` are for the devices, see frames.Plan and gateway.Times."""

    job: str = "motions"
    devices: int = 2
    rounds: int = 20
    share: float = 1.0
    evaluate: bool = True
    seed: int = 1
    mu: float = 0.1
    clip: float = 0.0
    # No device has more rows: one that claims more is left out.
    most_rows: int = 100
    plan: dict = field(default_factory=lambda: {"epochs": 5})
    timeout: float = 3600.0


@dataclass
class Outcome:
    """What came of it: accuracy on the server's test after each round, parameters, who was left out."""

    accuracies: list
    arrays: list
    federated: dict
    events: list
    counts: list
    traffic: list
    # Of each round, and of its checks and sums alone.
    seconds: list
    sums: list
    # The devices of each round in the order of their answers.
    arrivals: list


def inner(settings: Settings):
    """Flower's strategy, which goes on with the devices that are there, and with those that answer."""
    evaluate = settings.share if settings.evaluate else 0.0
    least = dict.fromkeys(("min_available_nodes", "min_train_nodes", "min_evaluate_nodes"), 1)
    shares = {"fraction_train": settings.share, "fraction_evaluate": evaluate, **least}
    return FedProx(proximal_mu=settings.mu, **shares) if settings.mu else FedAvg(**shares)


def federate(grid: Grid, settings: Settings, progress=lambda *_: None) -> Outcome:
    job = JOBS[settings.job]
    test, accuracies, seconds, begin = job.test(), [], [], time.perf_counter()

    def evaluate(server_round, arrays):
        nonlocal begin
        accuracies.append(accuracy(arrays.to_numpy_ndarrays(), test))
        seconds.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        progress(server_round, settings.rounds, accuracies[-1], strategy.counts[-1:], seconds[-1])
        return MetricRecord({"accuracy": accuracies[-1]})

    most = settings.plan.get("samples") or settings.most_rows * settings.plan.get("epochs", 1)
    strategy = Guarded(inner(settings), settings.clip, most, settings.seed)
    strategy.wait(grid, settings.devices)
    config = {"fingerprint": job.fingerprint, "rates": list(job.rates), "seed": settings.seed, **settings.plan}
    initial = ArrayRecord(job.initial(settings.seed))
    result = strategy.start(
        grid, initial, settings.rounds, settings.timeout, ConfigRecord(dict(config)), ConfigRecord(dict(config)), evaluate
    )
    arrays = (result.arrays if result.arrays else initial).to_numpy_ndarrays()
    federated = {number: dict(metrics) for number, metrics in result.evaluate_metrics_clientapp.items()}
    return Outcome(accuracies, arrays, federated, strategy.events, strategy.counts, strategy.traffic, seconds, strategy.seconds, strategy.arrivals)


app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    """Settings are those of pyproject.toml, and of --run-config."""
    config = dict(context.run_config)
    plan = {"epochs": config.pop("epochs")}
    federate(grid, Settings(**config, plan=plan))
