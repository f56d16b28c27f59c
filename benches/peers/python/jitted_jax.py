"""JAX: the whole step, forward, gradient and Adam, in one compiled function whose buffers are donated (`jax`); and the same with all steps over
the batches inside of one compiled function (`jax-scan`), which calls from Python cost least."""

import functools
import os

from jobs import DROPOUT, L2, LEARNING_RATE, SIZES, THREADS

# One core, before JAX is imported: XLA starts as many threads as the process has cores, and the processor
# time of all counts.
if THREADS == 1:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import jax.numpy as jnp

import jax_stacks
from jax_stacks import dropout


def new(net):
    sizes = SIZES[net]
    keys = jax.random.split(jax.random.key(1), len(sizes) - 1)
    return [
        (jax.random.normal(key, (i, o)) * jnp.sqrt(2 / i), jnp.zeros(o)) for key, i, o in zip(keys, sizes, sizes[1:])
    ]


def forward(parameters, x, rate=0.0, key=None):
    for w, b in parameters[:-1]:
        x = jax.nn.relu(x @ w + b)
        if rate:
            key, of_layer = jax.random.split(key)
            x = dropout(x, rate, of_layer)
    w, b = parameters[-1]
    return x @ w + b


def cross_entropy(logits, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1))


def loss(parameters, x, y, net, key):
    if net in jax_stacks.SHAPES:
        return cross_entropy(jax_stacks.forward(parameters, x, net, key), y)
    logits = forward(parameters, x, DROPOUT if net == "moons" else 0.0, key)
    if net != "moons":
        return cross_entropy(logits, y)
    entropy = jnp.mean(jax.nn.softplus(logits[:, 0]) - y * logits[:, 0])
    return entropy + L2 / (2 * len(x)) * sum(jnp.sum(w * w) for w, _ in parameters)


def adam(p, g, m, v, t):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return p - LEARNING_RATE * m_hat / (jnp.sqrt(v_hat) + 1e-8), m, v


def step(state, x, y, net):
    parameters, m, v, t, key = state
    key, noise = jax.random.split(key) if net in ("moons", "pictures") else (key, None)
    gradient = jax.grad(loss)(parameters, x, y, net, noise)
    trees = [jax.tree.leaves(tree) for tree in (parameters, gradient, m, v)]
    new = list(zip(*(adam(*leaves, t) for leaves in zip(*trees))))
    parameters, m, v = (jax.tree.unflatten(jax.tree.structure(parameters), leaves) for leaves in new)
    return parameters, m, v, t + 1, key


def train(peer, net, inputs, classes):
    return trained(peer, net, new(net), inputs, classes)


def learn(peer, name, inputs, classes):
    return trained(peer, name, jax_stacks.new(name), jax_stacks.rows(name, inputs), classes)


def trained(peer, net, parameters, inputs, classes):
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(1), jax.random.key(2))]
    x = [jnp.asarray(batch) for batch in inputs]
    y = [jnp.asarray(c, jnp.float32 if net == "moons" else jnp.int32) for c in classes]
    if peer == "jax-scan":
        return scan(net, state, jnp.stack(x), jnp.stack(y))
    jitted = jax.jit(step, static_argnums=3, donate_argnums=0)

    def call(batch):
        state[0] = jax.block_until_ready(jitted(state[0], x[batch], y[batch], net))

    return call


def scan(net, state, x, y):
    """A call that takes a step with every batch."""

    @functools.partial(jax.jit, donate_argnums=0)
    def epoch(state, x, y):
        return jax.lax.scan(lambda state, batch: (step(state, *batch, net), None), state, (x, y))[0]

    def call(_):
        state[0] = jax.block_until_ready(epoch(state[0], x, y))

    call.steps = len(x)
    return call


def infer(peer, net, inputs, _classes):
    if peer == "jax-scan":
        return None
    parameters, x = new(net), [jnp.asarray(batch) for batch in inputs]
    jitted = jax.jit(forward)
    return lambda batch: jax.block_until_ready(jitted(parameters, x[batch]))


def pass_(peer, name, inputs, _classes):
    if peer == "jax-scan":
        return None
    parameters, x = jax_stacks.new(name), [jnp.asarray(batch) for batch in jax_stacks.rows(name, inputs)]
    jitted = jax.jit(lambda parameters, x: jax_stacks.forward(parameters, x, name))
    return lambda batch: jax.block_until_ready(jitted(parameters, x[batch]))
