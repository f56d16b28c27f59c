#!/usr/bin/env python3
"""Writes tests/golden/more_*.json: what PyTorch and scikit-learn compute, in float64, for cases that the tests replay.

    python3 -m venv target/venv
    target/venv/bin/pip install -r tools/requirements.txt
    target/venv/bin/python tools/references.py

The tests read the committed files only. Weights are [inputs][outputs], as the library has them.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
import torch
import torch.nn.functional as F
from sklearn import metrics as sk

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
VERSIONS = f"PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}"

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "silu": F.silu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "softplus": lambda z: F.softplus(z, threshold=500.0),
}


def write(name, about, **content):
    text = json.dumps({"about": about, **content}, separators=(",", ":"))
    (GOLDEN / f"{name}.json").write_text(text + "\n")
    print(f"{name}.json: {len(text)} bytes")


def draw(rng, *shape, spread=1.0):
    """Normal numbers, rounded so that the files stay short."""
    return torch.tensor(np.round(rng.normal(size=shape) * spread, 3))


class Network:
    """Dense layers: weights [inputs][outputs], one activation for each."""

    def __init__(self, rng, sizes, activations):
        pairs = list(zip(sizes, sizes[1:]))
        self.weights = [draw(rng, a, b, spread=a**-0.5) for a, b in pairs]
        self.biases = [draw(rng, b, spread=0.3) for _, b in pairs]
        self.activations = activations
        for parameter in self.weights + self.biases:
            parameter.requires_grad_(True)

    def __call__(self, x):
        for w, b, activation in zip(self.weights, self.biases, self.activations):
            x = ACTIVATIONS[activation](x @ w + b)
        return x

    def parameters(self):
        return self.weights + self.biases

    def values(self):
        return {"weights": lists(self.weights), "biases": lists(self.biases)}

    def gradients(self):
        return {
            "weight_grads": lists(p.grad for p in self.weights),
            "bias_grads": lists(p.grad for p in self.biases),
        }


def lists(tensors):
    return [tensor.detach().tolist() for tensor in tensors]


# ---------- functions ----------


def functions():
    places = [-1e3, -90.0, -40.0, -20.0, -10.5, -8.0, -5.0, -3.3, -2.0, -1.0, -0.6, -0.3, -0.1, -1e-3, -1e-8, 0.0]
    places += [-z for z in places if z != 0.0]
    cases = []
    for name, function in ACTIVATIONS.items():
        z = torch.tensor(places, dtype=torch.float64, requires_grad=True)
        y = function(z)
        (slope,) = torch.autograd.grad(y.sum(), z)
        cases.append({"name": name, "values": y.tolist(), "slopes": slope.tolist()})
    about = f"activation functions and their derivatives by autograd, float64; {VERSIONS}"
    write("more_functions", about, z=places, cases=cases)


# ---------- losses ----------


def binary(logits, target, weights, case):
    smoothing = case.get("label_smoothing", 0.0)
    target = target * (1 - smoothing) + smoothing / 2
    weight = torch.tensor(case.get("positive_weight", 1.0), dtype=torch.float64)
    rows = F.binary_cross_entropy_with_logits(logits, target, pos_weight=weight, reduction="none").mean(dim=1)
    return (rows * weights).sum() / weights.sum()


def softmax(logits, target, weights, case):
    """With sample weights 1 it is PyTorch's own mean; else Σ sᵢ·lossᵢ / Σ sᵢ·weightᵢ."""
    class_weights = torch.tensor(case.get("class_weights", [1.0] * logits.shape[1]), dtype=torch.float64)
    settings = {"weight": class_weights, "label_smoothing": case.get("label_smoothing", 0.0)}
    if "sample_weights" not in case:
        return F.cross_entropy(logits, target, **settings)
    rows = F.cross_entropy(logits, target, reduction="none", **settings)
    return (rows * weights).sum() / (weights * class_weights[target]).sum()


def squared(logits, target, weights, case):
    rows = F.mse_loss(logits, target, reduction="none").mean(dim=1)
    return (rows * weights).sum() / weights.sum()


def huber(logits, target, weights, case):
    rows = F.huber_loss(logits, target, delta=case["threshold"], reduction="none").mean(dim=1)
    return (rows * weights).sum() / weights.sum()


LOSSES = {"binary": binary, "softmax": softmax, "squared": squared, "huber": huber}


def loss_case(rng, case, rows=7):
    net = Network(rng, [4, 6, 3], ["tanh", "identity"])
    x = draw(rng, rows, 4)
    if case["loss_function"] == "softmax":
        target = torch.tensor(rng.integers(0, 3, rows))
    elif case["loss_function"] == "binary":
        target = torch.tensor(np.round(rng.random((rows, 3)) * 4) / 4)
    else:
        target = draw(rng, rows, 3, spread=2.0)
    weights = torch.tensor(case.get("sample_weights", [1.0] * rows), dtype=torch.float64)
    output = net(x)
    loss = LOSSES[case["loss_function"]](output, target, weights, case)
    loss.backward()
    recorded = {"x": x.tolist(), "target": target.tolist(), "output": output.tolist(), "loss": loss.item()}
    return {**case, **recorded, **net.values(), **net.gradients()}


def losses():
    rng = np.random.default_rng(31)
    weights = [0.5, 2.0, 0.0, 1.0, 3.25, 0.125, 1.5]
    classes = [0.25, 3.0, 1.5]
    cases = [
        {"loss_function": "binary", "positive_weight": 3.5},
        {"loss_function": "binary", "positive_weight": 0.25},
        {"loss_function": "binary", "label_smoothing": 0.2},
        {"loss_function": "binary", "positive_weight": 2.0, "label_smoothing": 0.1, "sample_weights": weights},
        {"loss_function": "softmax", "label_smoothing": 0.1},
        {"loss_function": "softmax", "class_weights": classes},
        {"loss_function": "softmax", "class_weights": classes, "label_smoothing": 0.3},
        {"loss_function": "softmax", "sample_weights": weights},
        {"loss_function": "softmax", "class_weights": classes, "label_smoothing": 0.3, "sample_weights": weights},
        {"loss_function": "squared", "sample_weights": weights},
        {"loss_function": "huber", "threshold": 0.1},
        {"loss_function": "huber", "threshold": 2.5},
        {"loss_function": "huber", "threshold": 0.5, "sample_weights": weights},
    ]
    about = "4-6-3, tanh: losses with their settings, mean over rows and outputs, gradients by autograd, float64; "
    write("more_losses", about + VERSIONS, cases=[loss_case(rng, case) for case in cases])


# ---------- networks ----------


def pattern(count, start, spread):
    """Numbers in ±spread that both sides compute to the last bit: no file has to hold a wide network."""
    return [((start + k * 7919) % 1009 - 504) / 504.0 * spread for k in range(count)]


def network_case(sizes, activations, rows, every):
    net = Network(np.random.default_rng(0), sizes, activations)
    for index, (w, b) in enumerate(zip(net.weights, net.biases)):
        w.data = torch.tensor(pattern(w.numel(), 31 * index, 2.0 * w.shape[0] ** -0.5)).double().reshape(w.shape)
        b.data = torch.tensor(pattern(b.numel(), 17 * index + 5, 0.25)).double()
    x = torch.tensor(pattern(rows * sizes[0], 3, 1.5)).double().reshape(rows, -1)
    target = torch.tensor([(5 * row + 2) % sizes[-1] for row in range(rows)])
    output = net(x)
    loss = F.cross_entropy(output, target)
    loss.backward()
    picked = [p.grad.flatten()[::every].tolist() for pair in zip(net.weights, net.biases) for p in pair]
    name = "-".join(map(str, sizes)) + " " + " ".join(activations)
    return {"name": name, "rows": rows, "every": every, "output": output.tolist(), "loss": loss.item(), "grads": picked}


def networks():
    torch.set_default_dtype(torch.float64)
    cases = [
        network_case([64, 128, 64, 10], ["relu", "relu", "identity"], 9, 37),
        network_case([3, 200, 2], ["gelu", "identity"], 33, 7),
        network_case([5, 6, 7, 8, 9, 4], ["elu", "softplus", "sigmoid", "leaky_relu", "identity"], 11, 3),
        network_case([2, 3, 3, 3, 3, 3, 3, 3, 3, 2], ["tanh", "silu"] * 4 + ["identity"], 5, 1),
        network_case([1, 1, 2], ["softplus", "identity"], 1, 1),
    ]
    about = "networks filled by pattern() of tools/references.py, cross-entropy of class (5·row + 2) mod outputs: outputs, "
    about += "loss and every n-th number of each gradient tensor, weights and bias in turn, float64; " + VERSIONS
    write("more_networks", about, cases=cases)


# ---------- optimizers ----------


def optimizer(case, parameters):
    """The first parameter is a matrix, the second a bias: PyTorch is told not to let the bias decay."""
    name, lr = case["name"], case["learning_rate"]
    betas = {"betas": (case.get("beta1"), case.get("beta2")), "eps": case.get("epsilon")}
    decay = case.get("weight_decay", 0.0)
    groups = [{"params": parameters[:1], "weight_decay": decay}, {"params": parameters[1:], "weight_decay": 0.0}]
    match name:
        case "sgd":
            return torch.optim.SGD(groups, lr=lr)
        case "momentum":
            return torch.optim.SGD(groups, lr=lr, momentum=case["momentum"], nesterov=case["nesterov"])
        case "adam" | "amsgrad":
            return torch.optim.Adam(groups, lr=lr, amsgrad=name == "amsgrad", **betas)
        case "adamw":
            return torch.optim.AdamW(groups, lr=lr, **betas)
        case "rmsprop":
            return torch.optim.RMSprop(groups, lr=lr, alpha=case["alpha"], eps=case["epsilon"])
        case "adagrad":
            return torch.optim.Adagrad(groups, lr=lr, eps=case["epsilon"])


OPTIMIZERS = [
    {"name": "sgd", "learning_rate": 1.5},
    {"name": "momentum", "learning_rate": 0.2, "momentum": 0.5, "nesterov": False},
    {"name": "momentum", "learning_rate": 0.002, "momentum": 0.99, "nesterov": False},
    {"name": "momentum", "learning_rate": 0.1, "momentum": 0.0, "nesterov": False},
    {"name": "momentum", "learning_rate": 0.03, "momentum": 0.8, "nesterov": True},
    {"name": "adam", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-4},
    {"name": "adam", "learning_rate": 0.002, "beta1": 0.0, "beta2": 0.99, "epsilon": 0.1},
    {"name": "adam", "learning_rate": 0.05, "beta1": 0.95, "beta2": 0.9999, "epsilon": 1e-8},
    {"name": "amsgrad", "learning_rate": 0.05, "beta1": 0.8, "beta2": 0.7, "epsilon": 1e-6},
    {"name": "amsgrad", "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    {"name": "adamw", "learning_rate": 0.02, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-5, "weight_decay": 0.5},
    {"name": "adamw", "learning_rate": 0.5, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1.5},
    {"name": "rmsprop", "learning_rate": 0.05, "alpha": 0.5, "epsilon": 1e-3},
    {"name": "rmsprop", "learning_rate": 0.001, "alpha": 0.999, "epsilon": 1e-8},
    {"name": "adagrad", "learning_rate": 0.5, "epsilon": 1e-3},
    {"name": "adagrad", "learning_rate": 0.01, "epsilon": 1e-10},
]


def optimizers(steps=60):
    """Gradients of very different sizes, one that is zero half of the time, one that is zero at first."""
    rng = np.random.default_rng(32)
    scale = np.array([1.0, 100.0, 1e-3, 1.0, 1.0, 1e-6, 1.0, 10.0])
    gradients = rng.normal(size=(steps, 8)) * scale
    gradients[::2, 3] = 0.0
    gradients[:20, 4] = 0.0
    gradients = torch.tensor([[float(f"{g:.4g}") for g in row] for row in gradients])
    initial = draw(rng, 8)
    cases = []
    for case in OPTIMIZERS:
        parameters = [initial[:6].reshape(3, 2).clone().requires_grad_(), initial[6:].clone().requires_grad_()]
        stepper = optimizer(case, parameters)
        recorded = []
        for step, gradient in enumerate(gradients, 1):
            parameters[0].grad, parameters[1].grad = gradient[:6].reshape(3, 2).clone(), gradient[6:].clone()
            stepper.step()
            if step in (1, 2, 3, 10, 20, 21, 40, steps):
                recorded.append([step, torch.cat([p.detach().flatten() for p in parameters]).tolist()])
        cases.append({**case, "parameters_after_step": recorded})
    about = "PyTorch optimizers fed the same gradients, float64: 6 weights, which decay, and 2 biases, which do not; "
    write("more_optimizers", about + VERSIONS, initial=initial.tolist(), gradients=gradients.tolist(), cases=cases)


# ---------- schedules ----------


def rates(make, steps, learning_rate=0.4):
    """The learning rate of steps 1, 2, …"""
    stepper = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=learning_rate)
    scheduler, found = make(stepper), []
    for _ in range(steps):
        found.append(stepper.param_groups[0]["lr"])
        stepper.step()
        scheduler.step()
    return found


def schedules():
    torch_lr = torch.optim.lr_scheduler
    warm_up = lambda o: torch_lr.LinearLR(o, start_factor=1 / 8, end_factor=1.0, total_iters=7)
    step = lambda o: torch_lr.StepLR(o, step_size=6, gamma=0.3)
    cases = [
        ("step", 40, {"every": 6, "factor": 0.3}, step),
        ("exponential", 80, {"factor": 0.93}, lambda o: torch_lr.ExponentialLR(o, gamma=0.93)),
        # T_max + 1 steps: afterwards PyTorch's rate rises again and the library's stays.
        ("cosine", 31, {"steps": 30, "floor": 0.1}, lambda o: torch_lr.CosineAnnealingLR(o, 30, eta_min=0.04)),
        ("cosine", 14, {"steps": 13, "floor": 0.0}, lambda o: torch_lr.CosineAnnealingLR(o, 13)),
        ("constant", 20, {"warm_up": 8}, warm_up),
        ("step", 40, {"warm_up": 8, "every": 6, "factor": 0.3}, lambda o: torch_lr.ChainedScheduler([warm_up(o), step(o)])),
    ]
    cases = [{"name": name, **settings, "rates": rates(make, steps)} for name, steps, settings, make in cases]
    write("more_schedules", f"learning rates of steps 1, 2, … from 0.4; {VERSIONS}", learning_rate=0.4, cases=cases)


# ---------- training ----------


def clip(net, case):
    """PyTorch's clip_grad_norm_ divides by ‖g‖ + 10⁻⁶; here, as in the paper, by ‖g‖."""
    gradients = [p.grad for p in net.parameters()]
    norm = torch.nn.utils.get_total_norm(gradients)
    if "clip_value" in case:
        torch.nn.utils.clip_grad_value_(net.parameters(), case["clip_value"])
    if "clip_norm" in case and norm > case["clip_norm"]:
        for gradient in gradients:
            gradient.mul_(case["clip_norm"] / norm)
    return norm.item()


def training_step(net, stepper, x, target, case):
    """One batch: Huber's loss, (λ/2m)·Σw² beside it, clipping, the optimizer."""
    loss = F.huber_loss(net(x), target, delta=1.0)
    penalty = case.get("l2", 0.0) / (2 * len(x)) * sum((w * w).sum() for w in net.weights)
    stepper.zero_grad()
    (loss + penalty).backward()
    norm = clip(net, case)
    stepper.step()
    return [loss.item(), penalty.item(), norm]


def training_case(case, rows=22, batch=5, epochs=6):
    rng = np.random.default_rng(33)
    net, x = Network(rng, [2, 5, 1], ["tanh", "identity"]), draw(rng, rows, 2)
    target = torch.tensor(np.round((x[:, :1] * x[:, 1:] * 4).numpy(), 3))
    start = net.values()
    groups = [net.weights[0], net.biases[0], net.weights[1], net.biases[1]]
    stepper = optimizer(case, groups)
    orders, steps = [], []
    for _ in range(epochs):
        order = rng.permutation(rows)
        orders.append(order.tolist())
        for first in range(0, rows, batch):
            part = torch.tensor(order[first : first + batch])
            steps.append(training_step(net, stepper, x[part], target[part], case))
    end = net.values()
    recorded = {"steps": steps, "end_weights": end["weights"], "end_biases": end["biases"]}
    return {**case, **recorded}, {"x": x.tolist(), "target": target.tolist(), "batch": batch, "orders": orders, **start}


def training():
    adam = {"name": "adam", "learning_rate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    momentum = {"name": "momentum", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True}
    sgd = {"name": "sgd", "learning_rate": 0.1}
    cases = [
        {**sgd, "clip_norm": 0.3},
        {**sgd, "clip_value": 0.1},
        {**sgd, "l2": 0.5},
        {**momentum, "l2": 0.2, "clip_norm": 0.5},
        {**adam, "l2": 0.2, "clip_value": 0.05},
    ]
    done = [training_case(case) for case in cases]
    about = "2-5-1 with tanh, Huber's loss, L2, clipping after L2; steps are [loss, penalty, ‖g‖], float64; "
    write("more_training", about + VERSIONS, **done[0][1], cases=[case for case, _ in done])


def plateau(factor=0.5, patience=1, threshold=0.01, floor=0.2, learning_rate=0.9, epochs=25):
    """All rows in one batch, so that the order of an epoch does not matter."""
    rng = np.random.default_rng(34)
    net, x, x_validation = Network(rng, [2, 4, 1], ["tanh", "identity"]), draw(rng, 12, 2), draw(rng, 5, 2)
    target, target_validation = (torch.round((v[:, :1] - v[:, 1:] ** 2) * 1000) / 1000 for v in (x, x_validation))
    start = net.values()
    stepper = torch.optim.SGD(net.parameters(), lr=learning_rate)
    settings = {"factor": factor, "patience": patience, "threshold": threshold}
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        stepper, **settings, threshold_mode="abs", min_lr=floor * learning_rate, eps=0.0
    )
    recorded = []
    for _ in range(epochs):
        rate = stepper.param_groups[0]["lr"]
        loss = F.mse_loss(net(x), target)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        validation = F.mse_loss(net(x_validation), target_validation).item()
        scheduler.step(validation)
        recorded.append([rate, loss.item(), validation])
    data = {"x": x.tolist(), "target": target.tolist()}
    data |= {"x_validation": x_validation.tolist(), "target_validation": target_validation.tolist()}
    about = f"ReduceLROnPlateau; epochs are [learning rate, loss, validation loss], float64; {VERSIONS}"
    settings |= {"floor": floor, "learning_rate": learning_rate}
    write("more_plateau", about, **settings, **data, **start, epochs=recorded)


# ---------- metrics ----------


def binary_metrics(name, labels, scores, threshold):
    predicted = scores >= threshold
    fpr, tpr, thresholds = sk.roc_curve(labels, scores, drop_intermediate=False)
    precision, recall, _ = sk.precision_recall_curve(labels, scores)
    zero = {"zero_division": 0.0}
    clipped = np.clip(scores, 1e-7, 1 - 1e-7)
    return {
        "name": name, "labels": labels.tolist(), "scores": scores.tolist(), "threshold": threshold,
        "accuracy": sk.accuracy_score(labels, predicted), "precision": sk.precision_score(labels, predicted, **zero),
        "recall": sk.recall_score(labels, predicted, **zero), "f1": sk.f1_score(labels, predicted, **zero),
        "specificity": sk.recall_score(labels, predicted, pos_label=0, **zero),
        "balanced_accuracy": sk.balanced_accuracy_score(labels, predicted),
        "mcc": sk.matthews_corrcoef(labels, predicted), "roc_auc": sk.roc_auc_score(labels, scores),
        "average_precision": sk.average_precision_score(labels, scores),
        "brier": sk.brier_score_loss(labels, scores), "log_loss": sk.log_loss(labels, clipped),
        "roc": [fpr.tolist(), tpr.tolist(), thresholds[1:].tolist()],
        "precision_recall": [precision[::-1].tolist(), recall[::-1].tolist()],
    }


def multiclass_metrics(labels, predicted, classes):
    averages = {}
    for average in ("macro", "micro", "weighted"):
        found = sk.precision_recall_fscore_support(labels, predicted, average=average, zero_division=0.0)
        averages[average] = [float(value) for value in found[:3]]
    return {
        "classes": classes, "labels": labels.tolist(), "predicted": predicted.tolist(), **averages,
        "accuracy": sk.accuracy_score(labels, predicted), "mcc": sk.matthews_corrcoef(labels, predicted),
        "cohen_kappa": sk.cohen_kappa_score(labels, predicted),
        "recalls": sk.recall_score(labels, predicted, labels=range(classes), average=None, zero_division=0.0).tolist(),
    }


def log_loss(labels, probabilities, classes, single=True, double=True):
    """scikit-learn in float64, in float32, and in float64 on what float32 clips to.

    Probabilities are strings, since the tests' JSON parser may lose the last bit of a number.
    """
    found = lambda p: float(sk.log_loss(labels, p, labels=range(classes)))
    narrow = np.asarray(probabilities, np.float32)
    epsilon = float(np.finfo(np.float32).eps)
    clipped = np.clip(narrow.astype(np.float64), epsilon, 1 - epsilon)
    assert not single or np.array_equal(narrow, probabilities)
    return {
        "labels": np.asarray(labels).tolist(), "probabilities": np.asarray(probabilities).astype(str).tolist(),
        "double": found(np.asarray(probabilities, np.float64)) if double else None,
        "single": found(narrow) if single else None, "single_clipped": found(clipped) if single else None,
    }


def log_losses():
    """Two classes, then more. Rows that do not sum to 1 stay as they are, which scikit-learn warns of."""
    rng = np.random.default_rng(36)
    two = [
        log_loss(rng.integers(0, 2, 40), np.floor(rng.random(40) * 1025) / 1024, 2),
        log_loss([0, 1, 0, 1], [0.0, 0.0, 1.0, 1.0], 2),
        log_loss([0, 1], [0.0, 0.0], 2),
        *(log_loss([label], [p], 2) for label in (0, 1) for p in (0.0, 2**-100, 2**-24, 2**-23, 2**-22, 1 - 2**-24, 1 - 2**-22, 1.0)),
        *(log_loss([label], [p], 2, single=False) for label in (0, 1) for p in (1e-300, 2**-53, 2**-51, 1 - 2**-53, 1 - 2**-51)),
        # scikit-learn rounds 1 − p, so that only a positive has all digits of such a p.
        log_loss([1], [1e-10], 2, single=False),
    ]
    rows = np.floor(rng.dirichlet([0.5] * 3, 40) * 1024) / 1024
    rows[:, 2] = 1 - rows[:, 0] - rows[:, 1]
    near = rows + [2**-28, 0, 0]
    more = [
        log_loss(rng.integers(0, 3, 40), rows, 3),
        log_loss([0, 1, 2, 2], [[1.0, 0, 0], [1.0, 0, 0], [0, 0, 1.0], [0.25, 0.75, 0]], 3),
        log_loss([1, 1], [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]], 3),
        log_loss(rng.integers(0, 3, 40), near, 3, single=False),
        log_loss([0, 1, 2], [[0.25 + 2**-12, 0.5, 0.25], [0.25, 0.5 - 2**-12, 0.25], [0.0, 2**-12, 1.0]], 3, double=False),
    ]
    return {"log_loss": two, "multiclass_log_loss": more}


def degenerate():
    """What is undefined: with a class that is missing, or without predictions of one. null is NaN."""
    yes, no, some, scores = [1, 1, 1], [0, 0, 0], [0, 1, 0], [0.25, 0.75, 0.5]
    found = {
        "precision, none predicted": sk.precision_score(some, no), "recall, no positives": sk.recall_score(no, some),
        "specificity, no negatives": sk.recall_score(yes, some, pos_label=0), "f1, no positives": sk.f1_score(no, some),
        "f1, neither": sk.f1_score(no, no), "balanced accuracy, no positives": sk.balanced_accuracy_score(no, some),
        "balanced accuracy, no negatives": sk.balanced_accuracy_score(yes, some), "mcc, one class": sk.matthews_corrcoef(yes, yes),
        "mcc, one class predicted": sk.matthews_corrcoef(some, yes), "mcc, no negatives": sk.matthews_corrcoef(yes, some),
        "kappa, one class": sk.cohen_kappa_score(yes, yes), "kappa, one class predicted": sk.cohen_kappa_score(some, yes),
        "roc auc, no positives": sk.roc_auc_score(no, scores), "roc auc, no negatives": sk.roc_auc_score(yes, scores),
        "average precision, no positives": sk.average_precision_score(no, scores),
        "average precision, no negatives": sk.average_precision_score(yes, scores),
        "r2, one row": sk.r2_score([0.5], [0.5]), "r2, one row, wrong": sk.r2_score([0.5], [1.0]),
        "r2, constant": sk.r2_score([0.5] * 3, [0.5] * 3), "r2, constant, wrong": sk.r2_score([0.5] * 3, [0.5, 1.0, 0.5]),
        "r2, constant with a mean that rounds": sk.r2_score([0.1] * 3, [0.2] * 3),
    }
    for name, labels in (("no positives", no), ("no negatives", yes)):
        fpr, tpr, _ = sk.roc_curve(labels, scores, drop_intermediate=False)
        precision, recall, _ = sk.precision_recall_curve(labels, scores)
        curves = {"false positive rate": fpr, "true positive rate": tpr, "precision": precision[::-1], "recall": recall[::-1]}
        found |= {f"curve of {curve}, {name}": points for curve, points in curves.items()}
    plain = lambda x: [plain(y) for y in x] if np.ndim(x) else None if np.isnan(x) else float(x)
    return {name: plain(value) for name, value in found.items()}


def metrics():
    rng = np.random.default_rng(35)
    # Scores are multiples of powers of two, so that they are the same numbers in float32.
    noisy = lambda labels, steps: np.floor(np.clip(labels * 0.3 + rng.random(len(labels)) * 0.7, 0, 1) * steps) / steps
    labels = [(rng.random(n) < share).astype(int) for n, share in ((200, 0.5), (150, 0.04), (150, 0.96), (64, 0.5))]
    binary = [
        binary_metrics("many ties", labels[0], noisy(labels[0], 8), 0.5),
        binary_metrics("few positives", labels[1], noisy(labels[1], 16), 0.75),
        binary_metrics("few negatives", labels[2], noisy(labels[2], 4), 0.25),
        binary_metrics("hardly any tie", labels[3], noisy(labels[3], 65536), 0.5),
        binary_metrics("one score for all", labels[3], np.full(64, 0.25), 0.25),
        binary_metrics("perfect", labels[3], labels[3] * 0.5 + 0.25, 0.5),
        binary_metrics("upside down", labels[3], 0.75 - labels[3] * 0.5, 0.5),
        binary_metrics("none predicted", labels[0], noisy(labels[0], 8) / 2, 0.75),
        binary_metrics("two rows", np.array([1, 0]), np.array([0.5, 0.5]), 0.5),
    ]
    truth = rng.integers(0, 5, 120)
    truth[truth == 3] = 2  # class 3 never occurs, and is predicted
    guess = np.where(rng.random(120) < 0.5, truth, rng.integers(0, 4, 120))  # class 4 is rarely predicted
    multiclass = [multiclass_metrics(truth, guess, 5), multiclass_metrics(truth, np.full(120, 2), 5)]
    predicted, target = rng.normal(size=40).round(3), rng.normal(size=40).round(3)
    regression = []
    for p, t in ((predicted, target), (target + predicted * 0.01, target), (predicted, np.full(40, 0.5)), (predicted + 1e3, target + 1e3)):
        found = {"mse": sk.mean_squared_error(t, p), "mae": sk.mean_absolute_error(t, p), "r2": sk.r2_score(t, p)}
        regression.append({"predicted": p.tolist(), "target": t.tolist(), **found})
    about = f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}; log_loss on scores clipped to [1e-7, 1-1e-7]; 0 where undefined"
    about += "; log_loss and multiclass_log_loss as they are clipped by scikit-learn, in float64 and float32"
    write("more_metrics", about, binary=binary, multiclass=multiclass, regression=regression, **log_losses(), degenerate=degenerate())


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    for part in (functions, losses, networks, optimizers, schedules, training, plateau, metrics):
        part()
