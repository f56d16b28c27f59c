"""Writes a Sequential of Keras, made of Dense, Dropout and Activation, as a file that `bareprop::storage::safetensors::read` takes with
`Format::default()`.

    import from_keras
    from_keras.save(model, "model.safetensors")

Needs numpy and safetensors. Softmax or sigmoid behind the last layer is the part of the loss.
"""

import numpy as np
from safetensors.numpy import save_file


def save(model, path):
    tensors, module = {}, 0
    for layer in model.layers:
        kind = type(layer).__name__
        if kind not in ("Dense", "Dropout", "Activation"):
            raise TypeError(f"{kind} has no counterpart here")
        if kind == "Dense":
            kernel, *bias = layer.get_weights()
            tensors[f"{module}.weight"] = np.ascontiguousarray(kernel.T)
            tensors[f"{module}.bias"] = bias[0] if bias else np.zeros(kernel.shape[1], kernel.dtype)
            # An activation counts as a module of its own.
            module += layer.activation.__name__ != "linear"
        module += 1
    save_file(tensors, path)
