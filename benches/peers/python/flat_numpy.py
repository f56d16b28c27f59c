"""NumPy as one writes it for speed. All parameters are one vector, weights and biases are views of it, and every
result is written where it stays. Floats have 32 bits (`numpy`) or 64 (`numpy-f64`)."""

import numpy as np

from jobs import DROPOUT, L2, LEARNING_RATE, SIZES

# How many numbers Adam changes at a time: they stay in the cache.
BLOCK = 16384


def views(vector, sizes):
    """Weights and biases of each layer, in a vector of all."""
    layers, start = [], 0
    for inputs, outputs in zip(sizes, sizes[1:]):
        bias = start + inputs * outputs
        layers.append((vector[start:bias].reshape(inputs, outputs), vector[bias : bias + outputs]))
        start = bias + outputs
    return layers


class Network:
    """ReLU between the layers; sigmoid or softmax behind the last."""

    def __init__(self, sizes, rows, dtype, dropout=0.0, l2=0.0):
        self.dropout, self.l2, self.rng = dropout, l2, np.random.default_rng(1)
        self.dtype, self.rows = dtype, np.arange(rows)
        count = sum(inputs * outputs + outputs for inputs, outputs in zip(sizes, sizes[1:]))
        self.parameters, self.gradient = np.zeros(count, dtype), np.zeros(count, dtype)
        self.layers, self.gradients = views(self.parameters, sizes), views(self.gradient, sizes)
        self.decay = [np.empty_like(w) for w, _ in self.layers]
        for w, _ in self.layers:
            w[:] = self.rng.standard_normal(w.shape) * np.sqrt(2 / len(w))
        self.outputs, self.deltas, self.noise = ([np.empty((rows, n), dtype) for n in sizes[1:]] for _ in range(3))
        self.kept = [np.empty((rows, n), bool) for n in sizes[1:]]
        self.sums = np.empty((rows, 1), dtype)

    def forward(self, x, training=False):
        last = len(self.layers) - 1
        for layer, (w, b) in enumerate(self.layers):
            y = self.outputs[layer]
            np.matmul(x, w, out=y)
            y += b
            if layer < last:
                np.maximum(y, 0, out=y)
                if training and self.dropout:
                    self.drop(layer)
            x = y
        return x

    def drop(self, layer):
        y, noise, kept = self.outputs[layer], self.noise[layer], self.kept[layer]
        self.rng.random(dtype=self.dtype, out=noise)
        np.greater_equal(noise, self.dropout, out=kept)
        y *= kept
        y *= 1 / (1 - self.dropout)

    def binary(self, z, targets):
        """The mean loss, and its gradient in the last of the deltas."""
        delta, noise = self.deltas[-1], self.noise[-1]
        np.negative(z, out=delta)
        np.logaddexp(0, delta, out=noise)
        loss = (noise.sum() + z.sum() - np.vdot(z, targets)) / len(z)
        # Where logaddexp is log(1 + e^-z), this is the sigmoid.
        np.negative(noise, out=noise)
        np.exp(noise, out=delta)
        delta -= targets
        delta /= len(z)
        return loss

    def softmax(self, z, classes):
        delta, rows = self.deltas[-1], self.rows
        z.max(axis=1, keepdims=True, out=self.sums)
        z -= self.sums
        np.exp(z, out=delta)
        delta.sum(axis=1, keepdims=True, out=self.sums)
        loss = (np.log(self.sums).sum() - z[rows, classes].sum()) / len(z)
        self.sums *= len(z)
        delta /= self.sums
        delta[rows, classes] -= 1 / len(z)
        return loss

    def backward(self, x):
        for layer in range(len(self.layers) - 1, -1, -1):
            (w, _), (of_w, of_b), delta = self.layers[layer], self.gradients[layer], self.deltas[layer]
            before = self.outputs[layer - 1] if layer else x
            np.matmul(before.T, delta, out=of_w)
            np.add.reduce(delta, axis=0, out=of_b)
            if self.l2:
                np.multiply(w, self.l2 / len(x), out=self.decay[layer])
                of_w += self.decay[layer]
            if layer:
                # A unit that was dropped is 0, as one that is not active.
                np.matmul(delta, w.T, out=self.deltas[layer - 1])
                np.greater(before, 0, out=self.kept[layer - 1])
                self.deltas[layer - 1] *= self.kept[layer - 1]
                if self.dropout:
                    self.deltas[layer - 1] *= 1 / (1 - self.dropout)

    def penalty(self):
        return self.l2 / (2 * len(self.rows)) * sum(np.vdot(w, w) for w, _ in self.layers) if self.l2 else 0


class Adam:
    def __init__(self, network):
        count, dtype = len(network.parameters), network.parameters.dtype
        vectors = [network.parameters, network.gradient, np.zeros(count, dtype), np.zeros(count, dtype)]
        # Slices once, as each costs a fifth of a microsecond.
        self.blocks = [[vector[i : i + BLOCK] for vector in vectors] for i in range(0, count, BLOCK)]
        self.temporary, self.t = np.empty(min(BLOCK, count), dtype), 0

    def step(self):
        self.t += 1
        of_m, of_v = 1 - 0.9**self.t, (1 - 0.999**self.t) ** 0.5
        for p, g, m, v in self.blocks:
            temporary = self.temporary[: len(p)]
            m *= 0.9
            np.multiply(g, 0.1, out=temporary)
            m += temporary
            v *= 0.999
            g *= g
            g *= 0.001
            v += g
            # m̂ / (√v̂ + ε), with both corrections in front of it.
            np.sqrt(v, out=temporary)
            temporary += 1e-8 * of_v
            np.divide(m, temporary, out=temporary)
            temporary *= LEARNING_RATE * of_v / of_m
            p -= temporary


def dtype_of(peer):
    return np.float64 if peer == "numpy-f64" else np.float32


def train(peer, net, inputs, classes):
    dtype, rows = dtype_of(peer), len(inputs[0])
    model = Network(SIZES[net], rows, dtype, *((DROPOUT, L2) if net == "moons" else ()))
    adam = Adam(model)
    X = [batch.astype(dtype) for batch in inputs]
    Y = [c[:, None].astype(dtype) for c in classes] if net == "moons" else classes
    criterion = model.binary if net == "moons" else model.softmax

    def step(batch):
        x = X[batch]
        loss = criterion(model.forward(x, training=True), Y[batch]) + model.penalty()
        model.backward(x)
        adam.step()
        return loss

    return step


def infer(peer, net, inputs, _classes):
    dtype = dtype_of(peer)
    model = Network(SIZES[net], len(inputs[0]), dtype)
    X = [batch.astype(dtype) for batch in inputs]
    return lambda batch: model.forward(X[batch])
