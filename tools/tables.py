#!/usr/bin/env python3
"""Writes the tables of examples/data that come with scikit-learn: breast cancer, wine, diabetes.

    pip install scikit-learn==1.9.1; tools/tables.py
"""

import csv
import pathlib

from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

FOLDER = pathlib.Path(__file__).parent.parent / "examples" / "data"


def write(name, data, target):
    """A header, then the features and the target of each row, in the fewest digits that give them back."""
    with open(FOLDER / f"{name}.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow([*(feature.replace(" ", "_") for feature in data.feature_names), target])
        for features, value in zip(data.data, data.target):
            rows.writerow([*(f"{x:g}" if float(f"{x:g}") == x else repr(float(x)) for x in features), f"{value:g}"])


write("breast_cancer", load_breast_cancer(), "class")
write("wine", load_wine(), "class")
write("diabetes", load_diabetes(scaled=False), "progression")
