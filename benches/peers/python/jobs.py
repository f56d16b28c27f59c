"""The jobs, and the tables: which jobs are their columns, and which peers their rows."""

import dataclasses
import os

THREADS = int(os.environ.get("PEERS_THREADS", "1"))
LEARNING_RATE, DROPOUT, L2 = 0.001, 0.1, 0.001
SIZES = {
    "moons": [2, 64, 32, 1],
    "digits": [64, 128, 64, 10],
    "images": [784, 128, 64, 10],
    "large": [784, 512, 256, 10],
    "wide": [3072, 1024, 10],
}
# Inputs and classes of the networks with other layers.
STACKS = {"conv": (768, 10), "motions": (120, 4), "gru": (120, 4), "pictures": (64, 10)}
PEERS = {
    "numpy": "flat_numpy",
    "numpy-f64": "flat_numpy",
    "numpy-guide": "guide_numpy",
    "torch": "pytorch",
    "torch-fused": "pytorch",
    "torch-f64": "pytorch",
    "jax": "jitted_jax",
    "jax-scan": "jitted_jax",
    "scikit-learn": "scikit",
    "onnxruntime": "onnx_runtime",
}


@dataclasses.dataclass
class Table:
    """`base` is what the others are compared with; `bits` is the width of a number."""

    title: str
    base: str
    jobs: dict
    rows: dict
    bits: int = 32


RUST = {
    "bareprop": "bareprop",
    "bareprop-64": "bareprop, 64 rows at a time",
    "bareprop-128": "bareprop, 128 rows at a time",
    "dfdx": "dfdx",
    "rust-mlp": "rust-mlp",
    "burn": "burn",
    "candle": "candle",
}
NUMPY = {"numpy": "NumPy f32, in place", "numpy-guide": "NumPy f64, the guide's"}
LAST = {"scikit-learn": "scikit-learn", "C floor": "C floor"}
TORCH = {"torch-fused": "PyTorch, fused Adam", "torch": "PyTorch, Adam as it comes"}
TABLES = [
    Table(
        "Training, a step of Adam",
        "bareprop",
        {
            "train moons 32": "2-64-32-1, dropout, L2, 32 rows",
            "train digits 32": "64-128-64-10, 32 rows",
            "train images 32": "784-128-64-10, 32 rows",
            "train images 128": "784-128-64-10, 128 rows",
            "train large 64": "784-512-256-10, 64 rows",
            "train wide 64": "3072-1024-10, 64 rows",
        },
        RUST
        | {"rust-mlp": "rust-mlp (moons without dropout and L2)"}
        | {"jax-scan": "JAX, 16 steps in one scan", "jax": "JAX, a step a call"}
        | TORCH
        | NUMPY
        | LAST,
    ),
    Table(
        "Inference",
        "bareprop",
        {
            "infer moons 1": "2-64-32-1, 1 row",
            "infer moons 32": "2-64-32-1, 32 rows",
            "infer images 1": "784-128-64-10, 1 row",
            "infer images 32": "784-128-64-10, 32 rows",
            "infer images 10000": "784-128-64-10, 10,000 rows",
        },
        RUST
        | {"fann": "FANN", "onnxruntime": "ONNX Runtime, inputs and outputs bound"}
        | {"jax": "JAX", "torch": "PyTorch"}
        | NUMPY
        | LAST,
    ),
    Table(
        "Floats of 64 bits, training and inference",
        "bareprop-f64",
        {
            "train moons 32": "2-64-32-1, dropout, L2, 32 rows",
            "train digits 32": "64-128-64-10, 32 rows",
            "train images 32": "784-128-64-10, 32 rows",
            "train images 128": "784-128-64-10, 128 rows",
            "train large 64": "784-512-256-10, 64 rows",
            "infer images 32": "inference 784-128-64-10, 32 rows",
            "infer images 10000": "inference 784-128-64-10, 10,000 rows",
        },
        {
            "bareprop-f64": "bareprop f64",
            "torch-f64": "PyTorch f64, fused Adam",
            "numpy-f64": "NumPy f64, in place",
            "numpy-guide": "NumPy f64, the guide's",
        },
        64,
    ),
    Table(
        "Two threads, the time that passes",
        "bareprop@2",
        {
            "train images 128": "784-128-64-10, 128 rows",
            "train large 64": "784-512-256-10, 64 rows",
            "train wide 64": "3072-1024-10, 64 rows",
            "infer images 10000": "inference 784-128-64-10, 10,000 rows",
        },
        {
            "bareprop@2": "bareprop",
            "bareprop@1": "bareprop, one thread",
            "burn@2": "burn",
            "candle@2": "candle",
            "jax-scan@2": "JAX, 16 steps in one scan",
            "jax@2": "JAX, a step a call",
            "torch-fused@2": "PyTorch, fused Adam",
            "numpy@2": "NumPy f32, in place",
            "onnxruntime@2": "ONNX Runtime, inputs and outputs bound",
        },
    ),
    Table(
        "Sequences and pictures",
        "bareprop",
        {
            "learn conv 32": "train conv 128×6 → 16",
            "learn motions 32": "train motions by Conv1d",
            "learn gru 32": "train motions by Gru",
            "learn pictures 32": "train digits by Conv2d",
            "pass conv 32": "infer conv 128×6 → 16",
            "pass motions 32": "infer motions by Conv1d",
            "pass pictures 32": "infer digits by Conv2d",
        },
        {"bareprop": "bareprop", "burn": "burn", "candle": "candle"}
        | {"jax-scan": "JAX, 16 steps in one scan", "jax": "JAX, a step a call"}
        | TORCH,
    ),
]


def flop(job):
    """Multiplications and additions of the products; a first layer has no input gradient. Nothing for the networks
    of other layers."""
    verb, net, rows = job.split()
    if net not in SIZES:
        return None
    first, *others = (i * o for i, o in zip(SIZES[net], SIZES[net][1:]))
    multiply_adds = first + sum(others) if verb == "infer" else 2 * first + 3 * sum(others)
    return 2 * int(rows) * multiply_adds
