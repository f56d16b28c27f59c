"""A server of your own: FedAdam instead of FedAvg, a network with dropout, any number of devices."""

import argparse

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAdam

from fleet.strategy import Guarded

app = ServerApp()
# (Dense<12, 16, Relu>, Dropout<16>, Dense<16, 4>): `run hello` says its fingerprint.
SIZES, FINGERPRINT, RATES = (12, 16, 4), 0xF59FD451, [0.25]


def initial(seed=1):
    """Weights [in, out] and biases [out] of each layer, in their order, as `f32`."""
    random, arrays = np.random.RandomState(seed), []
    for rows, columns in zip(SIZES, SIZES[1:]):
        limit = np.sqrt(6 / rows)
        arrays += [random.uniform(-limit, limit, (rows, columns)).astype(np.float32), np.zeros(columns, np.float32)]
    return arrays


def federate(grid, devices, rounds):
    # Rounds go on with one device too.
    least = dict.fromkeys(("min_available_nodes", "min_train_nodes", "min_evaluate_nodes"), 1)
    # No device has more than 100 rows, which it passes 5 times.
    strategy = Guarded(FedAdam(eta=0.1, tau=0.01, **least), clip=4.0, most_samples=500)
    strategy.wait(grid, devices)
    config = {"fingerprint": FINGERPRINT, "rates": RATES, "epochs": 5, "seed": 1}
    result = strategy.start(
        grid, ArrayRecord(initial()), rounds, train_config=ConfigRecord(config), evaluate_config=ConfigRecord(config)
    )
    return result, strategy


@app.main()
def main(grid, context):
    federate(grid, int(context.run_config["devices"]), int(context.run_config["rounds"]))


if __name__ == "__main__":
    from fleet.job import TARGET, pipe
    from fleet.simulation import run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    fleet = {"addresses": [pipe(number, options.devices, "dropout") for number in range(options.devices)]}
    result, strategy = run(fleet, options.devices, lambda grid: federate(grid, options.devices, options.rounds), log=TARGET / "own.log")
    for number, metrics in result.evaluate_metrics_clientapp.items():
        print(f"round {number:2}: accuracy {metrics['accuracy']:.3f}, loss {metrics['loss']:.3f}")
    for event in strategy.events:
        print("round {}, device {}: {}".format(*event))
