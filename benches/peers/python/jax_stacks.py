"""The networks of convolutions and recurrent units in JAX: channels last, as XLA has it on a processor."""

import jax
import jax.numpy as jnp

SHAPES = {"conv": (128, 6), "motions": (20, 6), "gru": (20, 6), "pictures": (8, 8, 1)}
# For each convolution the kernel, the channels that come in, and those that go out.
KERNELS = {
    "conv": [(5, 6, 16)],
    "motions": [(3, 6, 12), (3, 12, 16)],
    "gru": [],
    "pictures": [(3, 3, 1, 16), (3, 3, 16, 32)],
}
DENSE = {"conv": (16, 10), "motions": (16, 4), "gru": (16, 4), "pictures": (128, 10)}
STATE = 16


def rows(name, inputs):
    return [batch.reshape(-1, *SHAPES[name]) for batch in inputs]


def new(name):
    keys = iter(jax.random.split(jax.random.key(1), 5))
    weights = lambda *shape: jax.random.normal(next(keys), shape) * jnp.sqrt(2 / jnp.prod(jnp.array(shape[:-1])))
    layers = [(weights(*shape), jnp.zeros(shape[-1])) for shape in KERNELS[name]]
    if name == "gru":
        layers += [(weights(width, 3 * STATE), jnp.zeros(3 * STATE)) for width in (SHAPES[name][-1], STATE)]
    return [*layers, (weights(*DENSE[name]), jnp.zeros(DENSE[name][1]))]


def dropout(x, rate, key):
    """Bits are twice as fast as jax.random.bernoulli, and JAX's usual keys the fastest on a processor."""
    kept = jax.random.bits(key, x.shape, jnp.uint32) >= int(rate * 2**32)
    return jnp.where(kept, x / (1 - rate), 0)


def convolve(x, layer):
    w, b = layer
    axes = ("NWC", "WIO", "NWC") if w.ndim == 3 else ("NHWC", "HWIO", "NHWC")
    return jax.nn.relu(jax.lax.conv_general_dilated(x, w, (1,) * (w.ndim - 2), "VALID", dimension_numbers=axes) + b)


def max_pool(x):
    window = (1, *(2,) * (x.ndim - 2), 1)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")


def gru(x, layers):
    """The last state. The products with the inputs of all steps come first, in one."""
    (w, b), (u, c) = layers

    def step(h, x):
        of_input, of_state = jnp.split(x, 3, axis=1), jnp.split(h @ u + c, 3, axis=1)
        r, z = (jax.nn.sigmoid(i + s) for i, s in zip(of_input[:2], of_state))
        n = jnp.tanh(of_input[2] + r * of_state[2])
        return (1 - z) * n + z * h, None

    start = jnp.zeros((len(x), STATE))
    return jax.lax.scan(step, start, jnp.swapaxes(x @ w + b, 0, 1))[0]


def forward(parameters, x, name, key=None):
    *layers, (w, b) = parameters
    if name == "gru":
        return gru(x, layers) @ w + b
    x = convolve(x, layers[0])
    if name == "motions":
        x = max_pool(x)
    for layer in layers[1:]:
        x = convolve(x, layer)
    if name != "pictures":
        return x.mean(axis=1) @ w + b
    x = max_pool(x).reshape(len(x), -1)
    return (x if key is None else dropout(x, 0.3, key)) @ w + b
