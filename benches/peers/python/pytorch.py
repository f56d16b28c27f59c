"""PyTorch as one writes it, eager; with Adam as it comes (`torch`), or fused into one kernel (`torch-fused`), or that with
floats of 64 bits (`torch-f64`)."""

import torch
from torch import nn

from jobs import DROPOUT, L2, LEARNING_RATE, SIZES, THREADS

torch.set_num_threads(THREADS)
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)


def dtype(peer):
    return torch.float64 if peer == "torch-f64" else torch.float32


def is_fused(peer):
    return True if peer in ("torch-fused", "torch-f64") else None


def network(net):
    torch.manual_seed(1)
    drop, layers = [nn.Dropout(DROPOUT)] if net == "moons" else [], []
    for inputs, outputs in zip(SIZES[net], SIZES[net][1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(), *drop]
    return nn.Sequential(*layers[: -1 - len(drop)])


def optimizer(peer, net, model, rows):
    """Adam, with L2 on the weights where the job has it: PyTorch's weight decay is λ/m·w added to the gradient."""
    weights = [p for p in model.parameters() if p.dim() == 2]
    biases = [p for p in model.parameters() if p.dim() == 1]
    decay = L2 / rows if net == "moons" else 0
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0}] if decay else model.parameters()
    return torch.optim.Adam(groups, lr=LEARNING_RATE, fused=is_fused(peer))


def training_step(model, adam, criterion, inputs, targets):
    def step(batch):
        adam.zero_grad()
        loss = criterion(model(inputs[batch]), targets[batch])
        loss.backward()
        adam.step()
        return loss

    return step


def inference_step(model, inputs):
    @torch.inference_mode()
    def step(batch):
        return model(inputs[batch])

    return step


def train(peer, net, inputs, classes):
    model, rows = network(net).to(dtype(peer)), len(inputs[0])
    adam = optimizer(peer, net, model, rows)
    inputs = [torch.from_numpy(batch).to(dtype(peer)) for batch in inputs]
    if net == "moons":
        criterion, targets = nn.BCEWithLogitsLoss(), [torch.from_numpy(c)[:, None].to(dtype(peer)) for c in classes]
    else:
        criterion, targets = nn.CrossEntropyLoss(), [torch.from_numpy(c) for c in classes]

    return training_step(model, adam, criterion, inputs, targets)


def infer(peer, net, inputs, _):
    if peer == "torch-fused":
        return None
    model = network(net).eval().to(dtype(peer))
    inputs = [torch.from_numpy(batch).to(dtype(peer)) for batch in inputs]

    return inference_step(model, inputs)


class Last(nn.Module):
    """The last state of a recurrent unit."""

    def __init__(self, unit):
        super().__init__()
        self.unit = unit

    def forward(self, x):
        return self.unit(x)[1][0]


def stack(name):
    torch.manual_seed(1)
    mean = [nn.AdaptiveAvgPool1d(1), nn.Flatten()]
    return {
        "conv": lambda: nn.Sequential(nn.Conv1d(6, 16, 5), nn.ReLU(), *mean, nn.Linear(16, 10)),
        "motions": lambda: nn.Sequential(
            nn.Conv1d(6, 12, 3), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(12, 16, 3), nn.ReLU(), *mean, nn.Linear(16, 4)
        ),
        "gru": lambda: nn.Sequential(Last(nn.GRU(6, 16, batch_first=True)), nn.Linear(16, 4)),
        "pictures": lambda: nn.Sequential(
            nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.3), nn.Linear(128, 10)
        ),
    }[name]()


def rows(name, inputs):
    """Steps first for recurrent units, otherwise channels first."""
    shape = {"gru": (20, 6), "motions": (6, 20), "conv": (6, 128), "pictures": (1, 8, 8)}[name]
    return [torch.from_numpy(batch).reshape(-1, *shape) for batch in inputs]


def learn(peer, name, inputs, classes):
    model, inputs, targets = stack(name), rows(name, inputs), [torch.from_numpy(c) for c in classes]
    adam = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=is_fused(peer))
    criterion = nn.CrossEntropyLoss()

    return training_step(model, adam, criterion, inputs, targets)


def pass_(peer, name, inputs, _):
    if peer == "torch-fused":
        return None
    model, inputs = stack(name).eval(), rows(name, inputs)

    return inference_step(model, inputs)
