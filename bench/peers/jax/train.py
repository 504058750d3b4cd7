"""The walk-through's network in JAX: one jitted scan over an epoch's full batches, and one step for what is left."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

import jax
import jax.numpy as jnp
import numpy as np
from common import arguments, initial_parameters, run, training_set

args = arguments(optimizer=["sgd", "adam"])
images, targets = training_set(args.data)
full = len(images) // args.batch_size * args.batch_size
batches = [
    jnp.asarray(array[:full].reshape(-1, args.batch_size, array.shape[1])) for array in (images, targets)
]
rest = [jnp.asarray(array[full:]) for array in (images, targets)]
parameters = [jnp.asarray(array) for array in initial_parameters(args.initial)]
zeros = [jnp.zeros_like(p) for p in parameters]
state = (parameters, zeros, zeros, 0) if args.optimizer == "adam" else (parameters,)


def batch_loss(parameters, x, y):
    *hidden, last = zip(parameters[::2], parameters[1::2])
    for weights, biases in hidden:
        x = jax.nn.relu(x @ weights + biases)
    return jnp.mean((x @ last[0] + last[1] - y) ** 2)


def sgd(state, gradients):
    (parameters,) = state
    return ([p - args.learning_rate * g for p, g in zip(parameters, gradients)],)


def adam(state, gradients):
    parameters, means, squares, steps = state
    steps += 1
    means = [0.9 * m + 0.1 * g for m, g in zip(means, gradients)]
    squares = [0.999 * s + 0.001 * g * g for s, g in zip(squares, gradients)]
    rate, scale = args.learning_rate / (1 - 0.9**steps), 1 / (1 - 0.999**steps)
    moves = [rate * m / (jnp.sqrt(scale * s) + 1e-8) for m, s in zip(means, squares)]
    return [p - move for p, move in zip(parameters, moves)], means, squares, steps


update = adam if args.optimizer == "adam" else sgd


def step(state, batch):
    loss, gradients = jax.value_and_grad(batch_loss)(state[0], *batch)
    return update(state, gradients), loss


@jax.jit
def whole_epoch(state, batches, rest):
    state, losses = jax.lax.scan(step, state, batches)
    if full < len(images):
        state, last = step(state, rest)
        losses = jnp.append(losses, last)
    return state, losses


def epoch():
    global state
    state, losses = whole_epoch(state, batches, rest)
    return np.asarray(losses)


run(args, f"JAX {jax.__version__}", epoch, lambda: state[0])
