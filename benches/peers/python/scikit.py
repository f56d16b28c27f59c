"""scikit-learn's MLPClassifier, a batch at a time with partial_fit. It has L2 (everywhere here, as the job says) but no dropout."""

import numpy as np
from sklearn.neural_network import MLPClassifier

from jobs import L2, LEARNING_RATE, SIZES


def network(net, inputs, classes):
    rows = len(inputs[0])
    alpha = L2 if net == "moons" else 0.0
    model = MLPClassifier(
        SIZES[net][1:-1], alpha=alpha, learning_rate_init=LEARNING_RATE, batch_size=rows, random_state=1
    )
    model.partial_fit(inputs[0], classes[0], classes=np.arange(2 if net == "moons" else 10))
    return model


def train(_, net, inputs, classes):
    model = network(net, inputs, classes)
    return lambda batch: model.partial_fit(inputs[batch], classes[batch])


def infer(_, net, inputs, classes):
    model = network(net, inputs, classes)
    return lambda batch: model.predict_proba(inputs[batch])
