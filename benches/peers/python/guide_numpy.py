"""A network as the guide teaches it: plain NumPy, dictionaries of parameters, floats of 64 bits, masks of dropout, and Adam over the dictionary."""

import numpy as np

from jobs import DROPOUT, L2, LEARNING_RATE, SIZES


class NeuralNetwork:
    """ReLU between the layers; sigmoid or softmax behind the last."""

    def __init__(self, sizes, dropout, l2):
        rng = np.random.default_rng(1)
        self.rng, self.dropout, self.l2, self.depth = rng, dropout, l2, len(sizes) - 1
        self.parameters = {}
        for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]), 1):
            self.parameters[f"W{layer}"] = rng.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)
            self.parameters[f"b{layer}"] = np.zeros((1, outputs))

    def forward(self, X, training=True):
        self.cache = {"A0": X}
        A = X
        for layer in range(1, self.depth):
            Z = A @ self.parameters[f"W{layer}"] + self.parameters[f"b{layer}"]
            A = np.maximum(0, Z)
            if training and self.dropout > 0:
                mask = (self.rng.random(A.shape) > self.dropout) / (1 - self.dropout)
                A = A * mask
                self.cache[f"mask{layer}"] = mask
            self.cache[f"Z{layer}"], self.cache[f"A{layer}"] = Z, A
        Z = A @ self.parameters[f"W{self.depth}"] + self.parameters[f"b{self.depth}"]
        return Z

    def probabilities(self, Z):
        if Z.shape[1] == 1:
            return 1 / (1 + np.exp(-Z))
        exp = np.exp(Z - Z.max(axis=1, keepdims=True))
        return exp / exp.sum(axis=1, keepdims=True)

    def loss(self, probability, Y):
        m = Y.shape[0]
        clipped = np.clip(probability, 1e-15, 1 - 1e-15)
        if Y.shape[1] == 1:
            loss = -np.mean(Y * np.log(clipped) + (1 - Y) * np.log(1 - clipped))
        else:
            loss = -np.sum(Y * np.log(clipped)) / m
        if self.l2 > 0:
            squares = sum(np.sum(self.parameters[f"W{layer}"] ** 2) for layer in range(1, self.depth + 1))
            loss += self.l2 / (2 * m) * squares
        return loss

    def backward(self, probability, Y):
        m, gradients = Y.shape[0], {}
        dZ = (probability - Y) / m
        for layer in range(self.depth, 0, -1):
            W = self.parameters[f"W{layer}"]
            gradients[f"W{layer}"] = self.cache[f"A{layer - 1}"].T @ dZ
            if self.l2 > 0:
                gradients[f"W{layer}"] += self.l2 / m * W
            gradients[f"b{layer}"] = np.sum(dZ, axis=0, keepdims=True)
            if layer > 1:
                dA = dZ @ W.T
                if self.dropout > 0:
                    dA = dA * self.cache[f"mask{layer - 1}"]
                dZ = dA * (self.cache[f"Z{layer - 1}"] > 0)
        return gradients


class Adam:
    def __init__(self, parameters, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon, self.t = beta1, beta2, epsilon, 0
        self.m = {name: np.zeros_like(value) for name, value in parameters.items()}
        self.v = {name: np.zeros_like(value) for name, value in parameters.items()}

    def step(self, parameters, gradients):
        self.t += 1
        for name, gradient in gradients.items():
            self.m[name] = self.beta1 * self.m[name] + (1 - self.beta1) * gradient
            self.v[name] = self.beta2 * self.v[name] + (1 - self.beta2) * gradient**2
            m_hat = self.m[name] / (1 - self.beta1**self.t)
            v_hat = self.v[name] / (1 - self.beta2**self.t)
            parameters[name] -= LEARNING_RATE * m_hat / (np.sqrt(v_hat) + self.epsilon)


def network(net):
    return NeuralNetwork(SIZES[net], *((DROPOUT, L2) if net == "moons" else (0, 0)))


def train(_, net, inputs, classes):
    model = network(net)
    adam = Adam(model.parameters)
    X = [batch.astype(np.float64) for batch in inputs]
    Y = [c[:, None].astype(float) if net == "moons" else np.eye(10)[c] for c in classes]

    def step(batch):
        probability = model.probabilities(model.forward(X[batch]))
        loss = model.loss(probability, Y[batch])
        adam.step(model.parameters, model.backward(probability, Y[batch]))
        return loss

    return step


def infer(_, net, inputs, _classes):
    model, X = network(net), [batch.astype(np.float64) for batch in inputs]
    return lambda batch: model.forward(X[batch], training=False)
