"""PyTorch as one writes it, eager; with Adam as it comes (`torch`), or fused into one kernel (`torch-fused`)."""

import torch
from torch import nn

from peer import DROPOUT, L2, LEARNING_RATE, SIZES

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def network(net):
    torch.manual_seed(1)
    inputs, first, second, outputs = SIZES[net]
    drop = [nn.Dropout(DROPOUT)] if net == "moons" else []
    return nn.Sequential(
        nn.Linear(inputs, first), nn.ReLU(), *drop, nn.Linear(first, second), nn.ReLU(), *drop, nn.Linear(second, outputs)
    )


def optimizer(peer, net, model, rows):
    """Adam, with L2 on the weights where the job has it: PyTorch's weight decay is λ/m·w added to the gradient."""
    weights = [p for p in model.parameters() if p.dim() == 2]
    biases = [p for p in model.parameters() if p.dim() == 1]
    decay = L2 / rows if net == "moons" else 0
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0}] if decay else model.parameters()
    return torch.optim.Adam(groups, lr=LEARNING_RATE, fused=True if peer == "torch-fused" else None)


def train(peer, net, inputs, classes):
    model, rows = network(net), len(inputs[0])
    adam = optimizer(peer, net, model, rows)
    inputs = [torch.from_numpy(batch) for batch in inputs]
    if net == "moons":
        criterion, targets = nn.BCEWithLogitsLoss(), [torch.from_numpy(c)[:, None].float() for c in classes]
    else:
        criterion, targets = nn.CrossEntropyLoss(), [torch.from_numpy(c) for c in classes]

    def step(batch):
        adam.zero_grad()
        loss = criterion(model(inputs[batch]), targets[batch])
        loss.backward()
        adam.step()
        return loss

    return step


def infer(peer, net, inputs, _):
    if peer == "torch-fused":
        return None
    model = network(net).eval()
    inputs = [torch.from_numpy(batch) for batch in inputs]

    @torch.inference_mode()
    def step(batch):
        return model(inputs[batch])

    return step
