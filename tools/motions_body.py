"""Trains the network whose body `examples/20_transfer` keeps in flash: python tools/motions_body.py

Reads examples/firmware/data/motions_train.csv and writes examples/data/motions_body.safetensors. Run from the root of the repository, with numpy,
safetensors and scikit-learn of tools/requirements.txt. 12-32-16-4: mean and standard deviation of six axes over windows of two seconds, one window a
second, in units of 8 (acceleration) and 4 (rotation).
"""

import csv

import numpy as np
from sklearn.neural_network import MLPClassifier

import from_sklearn

NAMES = ["Standing", "Running", "Walking", "Badminton"]
UNITS = np.array([8.0] * 3 + [4.0] * 3)


def windows(path):
    """The features and the class of each window."""
    recordings = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            axes = list(row.values())[2:]
            recordings.setdefault((row["recording"], row["activity"]), []).append([float(x) for x in axes])
    features, classes = [], []
    for (_, activity), axes in recordings.items():
        axes = np.array(axes) / UNITS
        for start in range(0, len(axes) - 19, 10):
            window = axes[start : start + 20]
            features.append(np.concatenate([window.mean(0), window.std(0)]))
            classes.append(NAMES.index(activity))
    return np.array(features, np.float32), np.array(classes)


def main():
    model = MLPClassifier((32, 16), alpha=0.01, learning_rate_init=0.003, max_iter=400, tol=0, n_iter_no_change=400, random_state=1)
    model.fit(*windows("examples/firmware/data/motions_train.csv"))
    score = model.score(*windows("examples/firmware/data/motions_test.csv"))
    print(f"{score:.4f} of the test windows, with the sensor as in training")
    from_sklearn.save(model, "examples/data/motions_body.safetensors")


if __name__ == "__main__":
    main()
