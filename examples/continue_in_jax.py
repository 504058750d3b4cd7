"""Trains a network further in JAX, a first step towards its distributed engines.

    digitrain train --recipe fast --save model.safetensors
    pip install jax numpy safetensors
    python examples/continue_in_jax.py model.safetensors MNIST-DIRECTORY
"""

import sys

import idx
import jax
import jax.numpy as jnp
import numpy
from safetensors.flax import load_file, save_file

weights_path, data_directory = sys.argv[1:]
parameters = load_file(weights_path)
depth = len(parameters) // 2

x_train, y_train = idx.read(data_directory, "train")
x_test, y_test = idx.read(data_directory, "t10k")


def scores(parameters, images):
    for layer in range(1, depth + 1):
        images = images @ parameters[f"w{layer}"] + parameters[f"b{layer}"]
        if layer < depth:
            images = jax.nn.relu(images)
    return images


def loss(parameters, images, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(scores(parameters, images)), labels[:, None], 1).mean()


@jax.jit
def step(parameters, images, labels):
    gradients = jax.grad(loss)(parameters, images, labels)
    return jax.tree.map(lambda parameter, gradient: parameter - 0.01 * gradient, parameters, gradients)


def accuracy():
    return (scores(parameters, x_test).argmax(1) == y_test).mean()


print(f"test accuracy before: {accuracy():.4f}")
order = numpy.random.default_rng(0).permutation(len(x_train))
for start in range(0, len(order), 128):
    batch = order[start : start + 128]
    parameters = step(parameters, x_train[batch], y_train[batch])
print(f"test accuracy after one more epoch: {accuracy():.4f}")
save_file(parameters, "continued.safetensors")
