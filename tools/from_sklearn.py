"""Writes scikit-learn's MLPClassifier or MLPRegressor as a file that `bareprop::storage::safetensors::read` takes with `Format::default()`.

    import from_sklearn
    from_sklearn.save(model, "model.safetensors", scaler)    # a StandardScaler becomes part of the first layer

Needs numpy and safetensors. Outputs are logits: softmax or sigmoid is the part of the loss.
"""

import numpy as np
from safetensors.numpy import save_file


def save(model, path, scaler=None):
    weights, biases = [w.T for w in model.coefs_], list(model.intercepts_)
    if scaler is not None:
        # W·((x − mean) / scale) + b = (W / scale)·x + (b − (W / scale)·mean)
        weights[0] = weights[0] / (1.0 if scaler.scale_ is None else scaler.scale_)
        biases[0] = biases[0] - weights[0] @ (np.zeros(weights[0].shape[1]) if scaler.mean_ is None else scaler.mean_)
    modules = 1 if model.activation == "identity" else 2
    tensors = {}
    for layer, (weight, bias) in enumerate(zip(weights, biases)):
        tensors[f"{modules * layer}.weight"] = np.ascontiguousarray(weight)
        tensors[f"{modules * layer}.bias"] = np.ascontiguousarray(bias)
    save_file(tensors, path)
