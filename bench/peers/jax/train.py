"""The walk-through's network in JAX: one jitted scan over an epoch's full batches, and one step for what is left."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

import jax
import jax.numpy as jnp
import numpy as np
from common import arguments, initial_parameters, run, training_set

args = arguments()
images, targets = training_set(args.data)
full = len(images) // args.batch_size * args.batch_size
batches = [
    jnp.asarray(array[:full].reshape(-1, args.batch_size, array.shape[1])) for array in (images, targets)
]
rest = [jnp.asarray(array[full:]) for array in (images, targets)]
parameters = [jnp.asarray(array) for array in initial_parameters(args.initial)]


def batch_loss(parameters, x, y):
    *hidden, last = zip(parameters[::2], parameters[1::2])
    for weights, biases in hidden:
        x = jax.nn.relu(x @ weights + biases)
    return jnp.mean((x @ last[0] + last[1] - y) ** 2)


def step(parameters, batch):
    loss, gradients = jax.value_and_grad(batch_loss)(parameters, *batch)
    return [p - args.learning_rate * g for p, g in zip(parameters, gradients)], loss


@jax.jit
def whole_epoch(parameters, batches, rest):
    parameters, losses = jax.lax.scan(step, parameters, batches)
    if full < len(images):
        parameters, last = step(parameters, rest)
        losses = jnp.append(losses, last)
    return parameters, losses


def epoch():
    global parameters
    parameters, losses = whole_epoch(parameters, batches, rest)
    return np.asarray(losses)


run(args, f"JAX {jax.__version__}", epoch, lambda: parameters)
