"""What the fleet learns: the network, its start, and the test that only the server has."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Flower runs a copy of this package elsewhere: it is told where the recordings lie.
EXAMPLES = Path(os.environ.get("FLEET_EXAMPLES", Path(__file__).resolve().parent.parent.parent))
ACTIVITIES = ["Standing", "Running", "Walking", "Badminton"]
# What the devices divide their features by, see device/src/motions.rs.
UNITS = np.array([4, 4, 2, 1, 1, 1, 4, 4, 2, 2, 2, 2], np.float32)


@dataclass(frozen=True)
class Job:
    """A network of dense layers with ReLU between them."""

    name: str
    sizes: tuple
    # `Stored::FINGERPRINT` of the network in the firmware that takes part: the server states it, and other firmware is refused.
    fingerprint: int
    # Of the dropout layers, in their order.
    rates: tuple = ()

    def initial(self, seed):
        """He's uniform weights, biases of 0. RandomState gives the same numbers with every version of NumPy."""
        random = np.random.RandomState(seed)
        arrays = []
        for rows, columns in zip(self.sizes, self.sizes[1:]):
            limit = np.float32(np.sqrt(6 / rows))
            arrays.append((random.random_sample((rows, columns)) * 2 - 1).astype(np.float32) * limit)
            arrays.append(np.zeros(columns, np.float32))
        return arrays

    def test(self):
        return {"motions": motions, "dropout": motions, "digits": digits}[self.name]()


OF_ALL = (
    Job("motions", (12, 16, 4), 0xD071D5CC),
    Job("dropout", (12, 16, 4), 0xF59FD451, rates=(0.25,)),
    Job("digits", (64, 32, 10), 0xAD9659C6),
)
JOBS = {job.name: job for job in OF_ALL}


def motions():
    """Means and standard deviations of windows of two seconds, one each second."""
    recordings, classes = {}, {}
    with open(EXAMPLES / "firmware/data/motions_test.csv", newline="") as file:
        for number, activity, *axes in list(csv.reader(file))[1:]:
            recordings.setdefault(number, []).append([float(axis) for axis in axes])
            classes[number] = ACTIVITIES.index(activity)
    inputs, targets = [], []
    for number, axes in recordings.items():
        axes = np.array(axes, np.float32)
        for start in range(0, len(axes) - 10, 10):
            window = axes[start : start + 20]
            inputs.append(np.concatenate([window.mean(0), window.std(0)]) / UNITS)
            targets.append(classes[number])
    return np.array(inputs, np.float32), np.array(targets)


def digits():
    """The last fifth of the table."""
    table = np.loadtxt(EXAMPLES / "data/digits.csv", np.float32, delimiter=",", skiprows=1)[1437:]
    return table[:, :64] / 16, table[:, 64].astype(int)


def accuracy(arrays, test):
    """The share of rows whose largest logit is that of their class."""
    x, classes = test
    for index in range(0, len(arrays), 2):
        x = (np.maximum(x, 0) if index else x) @ arrays[index] + arrays[index + 1]
    return float((x.argmax(1) == classes).mean())
