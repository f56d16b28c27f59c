"""Checks that the peers in Python do the same job. Flat NumPy takes the steps of the guide's. PyTorch and ONNX Runtime
give the logits of NumPy. JAX gives those of PyTorch for sequences and pictures."""

import numpy as np
import onnxruntime
import torch

import flat_numpy
import guide_numpy
import jax_stacks
import onnx_runtime
import pytorch

from jobs import L2, SIZES, STACKS
from peer import data

# A step changes a weight by about 0.001.
STEPS, CLOSE = 40, 1e-9


def steps(net):
    """The largest distance of a weight after some steps, both with floats of 64 bits and without dropout."""
    (inputs, classes), l2 = data(net, 32), L2 if net == "moons" else 0
    flat, guide = flat_numpy.Network(SIZES[net], 32, np.float64, 0, l2), guide_numpy.NeuralNetwork(SIZES[net], 0, l2)
    for layer, (w, _) in enumerate(flat.layers, 1):
        w[:] = guide.parameters[f"W{layer}"]
    first, of_flat, of_guide = flat.parameters.copy(), flat_numpy.Adam(flat), guide_numpy.Adam(guide.parameters)
    for batch in range(STEPS):
        x, c = inputs[batch % 16].astype(np.float64), classes[batch % 16]
        y = c[:, None].astype(np.float64) if net == "moons" else np.eye(10)[c]
        loss = flat.binary(flat.forward(x, True), y) if net == "moons" else flat.softmax(flat.forward(x, True), c)
        probability = guide.probabilities(guide.forward(x))
        assert abs(loss + flat.penalty() - guide.loss(probability, y)) < CLOSE, "losses"
        flat.backward(x)
        of_flat.step()
        of_guide.step(guide.parameters, guide.backward(probability, y))
    assert abs(flat.parameters - first).max() > 0.01, "nothing learned"
    return max(abs(w - guide.parameters[f"W{layer}"]).max() for layer, (w, _) in enumerate(flat.layers, 1))


def logits(net):
    """The largest distance of an output from that of NumPy."""
    inputs, _ = data(net, 32)
    graph, flat = onnx_runtime.model(SIZES[net], 32), flat_numpy.Network(SIZES[net], 32, np.float32)
    weights = {tensor.name: onnx_runtime.numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
    torch_layers = []
    for layer, (w, b) in enumerate(flat.layers):
        w[:], b[:] = weights[f"w{layer}"], weights[f"b{layer}"]
        torch_layers += [torch.nn.Linear(*w.shape), torch.nn.ReLU()]
        torch_layers[-2].weight.data, torch_layers[-2].bias.data = torch.from_numpy(w.T), torch.from_numpy(b)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    of_onnx = session.run(None, {"x0": inputs[0]})[0]
    of_torch = torch.nn.Sequential(*torch_layers[:-1])(torch.from_numpy(inputs[0])).detach().numpy()
    of_numpy = flat.forward(inputs[0])
    assert abs(of_numpy).max() > 0.1, "outputs of nothing"
    return max(abs(of_onnx - of_numpy).max(), abs(of_torch - of_numpy).max())


def stacks(name):
    """The largest distance of an output of JAX from that of PyTorch with the same weights."""
    (inputs, _), model, parameters = data(name, 32), pytorch.stack(name).eval(), jax_stacks.new(name)
    *layers, (dense, _) = [(np.asarray(w), b) for w, b in parameters]
    if name == "pictures":
        # PyTorch has channels first also where a picture becomes a row.
        dense = np.moveaxis(dense.reshape(2, 2, 32, 10), 2, 0).reshape(128, 10)
    # The inputs of a weight come last in PyTorch, and before its kernel.
    turned = [np.moveaxis(w, (-1, -2), (0, 1)) for w in [*(w for w, _ in layers), dense]]
    for to, w in zip((p for p in model.parameters() if p.dim() > 1), turned):
        to.data = torch.from_numpy(w.copy())
    for bias in (p for p in model.parameters() if p.dim() == 1):
        bias.data.zero_()
    x = jax_stacks.rows(name, inputs)[0]
    of_jax = np.asarray(jax_stacks.forward(parameters, x, name))
    of_torch = model(torch.from_numpy(x if name == "gru" else np.moveaxis(x, -1, 1).copy())).detach().numpy()
    assert abs(of_torch).max() > 0.1, "outputs of nothing"
    return abs(of_jax - of_torch).max()


if __name__ == "__main__":
    for name in STACKS:
        of_stack = stacks(name)
        print(f"{name}: logits of JAX and PyTorch differ by {of_stack:.0e}")
        assert of_stack < 1e-4
    for net in ["moons", "digits", "images"]:
        of_steps, of_logits = steps(net), logits(net)
        print(f"{net}: flat NumPy and the guide's differ by {of_steps:.0e} after {STEPS} steps, logits by {of_logits:.0e}")
        assert of_steps < CLOSE and of_logits < 1e-4
