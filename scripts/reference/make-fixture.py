"""Makes test/fixtures/reference: a small network trained in JAX (float32), for test/reference/fixture.test.ts.

    pip install jax==0.10.2 numpy safetensors
    python scripts/reference/make-fixture.py

data.npz             synthetic digits, named as in keras's mnist.npz
initial.safetensors  the weights that every run starts from
RUN.safetensors      the weights that it ends with
traces.json          each run's options, every step's loss (of its batch, before the update), test loss and accuracy
"""
import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import save as to_bytes

LAYERS = [784, 24, 16, 10]
TRAIN, TEST, BATCH, EPOCHS = 200, 40, 48, 3
RUNS = {
    "mse": {"loss": "mse", "outputActivation": "linear", "learningRate": 0.5},
    "cross-entropy-momentum": {
        "loss": "cross-entropy", "outputActivation": "linear", "learningRate": 0.1, "momentum": 0.9,
    },
    "relu-output-decay": {
        "loss": "cross-entropy", "outputActivation": "relu", "learningRate": 0.1, "momentum": 0.9,
        "weightDecay": 1e-3,
    },
}
random = np.random.default_rng(7)


def make_digits(count, strokes):
    """Pixels, about a fifth of them not zero: where a class has its strokes more often than elsewhere."""
    labels = random.integers(0, 10, count)
    inked = random.random((count, 784)) < np.where(strokes[labels], 0.85, 0.08)
    pixels = np.where(inked, random.integers(1, 256, (count, 784)), 0)
    return pixels.astype(np.uint8).reshape(count, 28, 28), labels.astype(np.uint8)


def make_initial():
    parameters = {}
    for i, (inputs, outputs) in enumerate(zip(LAYERS, LAYERS[1:]), start=1):
        parameters[f"w{i}"] = (random.standard_normal((inputs, outputs)) * 0.1).astype(np.float32)
        parameters[f"b{i}"] = (random.standard_normal(outputs) * 0.1).astype(np.float32)
    return parameters


def scores_of(parameters, x, relu_output):
    depth = len(LAYERS) - 1
    for i in range(1, depth + 1):
        x = x @ parameters[f"w{i}"] + parameters[f"b{i}"]
        if i < depth or relu_output:
            x = jax.nn.relu(x)
    return x


def loss_of(parameters, x, labels, run):
    scores = scores_of(parameters, x, run["outputActivation"] == "relu")
    targets = jax.nn.one_hot(labels, LAYERS[-1])
    if run["loss"] == "mse":
        return jnp.mean((targets - scores) ** 2)
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(scores), axis=1))


def train(run, initial, train_data, test_data):
    (x, y), (x_test, y_test) = train_data, test_data
    loss_and_gradient = jax.jit(jax.value_and_grad(lambda p, x, y: loss_of(p, x, y, run)))
    rate, momentum, decay = run["learningRate"], run.get("momentum", 0.0), run.get("weightDecay", 0.0)
    parameters = {name: jnp.asarray(value) for name, value in initial.items()}
    velocity = {name: jnp.zeros_like(value) for name, value in parameters.items()}
    trace = {"losses": [], "testLoss": [], "testAccuracy": []}
    for _ in range(EPOCHS):
        for start in range(0, TRAIN, BATCH):
            loss, gradient = loss_and_gradient(parameters, x[start:start + BATCH], y[start:start + BATCH])
            trace["losses"].append(float(loss))
            for name, value in parameters.items():
                velocity[name] = momentum * velocity[name] + (gradient[name] + decay * value)
                parameters[name] = value - rate * velocity[name]
        scores = scores_of(parameters, x_test, run["outputActivation"] == "relu")
        trace["testLoss"].append(float(loss_of(parameters, x_test, y_test, run)))
        trace["testAccuracy"].append(float(np.mean(np.asarray(scores).argmax(1) == np.asarray(y_test))))
    return {name: np.asarray(value) for name, value in parameters.items()}, trace


def save(tensors, path):
    path.write_bytes(to_bytes(tensors))


def main():
    directory = Path(__file__).resolve().parents[2] / "test/fixtures/reference"
    strokes = random.random((10, 784)) < 0.16
    x_train, y_train = make_digits(TRAIN, strokes)
    x_test, y_test = make_digits(TEST, strokes)
    np.savez_compressed(directory / "data.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    initial = make_initial()
    save(initial, directory / "initial.safetensors")

    def inputs(x):
        return jnp.asarray(x.reshape(len(x), 784).astype(np.float32) / np.float32(255))

    traces = {}
    for name, run in RUNS.items():
        final, trace = train(run, initial, (inputs(x_train), y_train), (inputs(x_test), y_test))
        save(final, directory / f"{name}.safetensors")
        traces[name] = {"options": {**run, "batchSize": BATCH, "epochs": EPOCHS}, **trace}
    (directory / "traces.json").write_text(json.dumps(traces, indent=1) + "\n")


if __name__ == "__main__":
    main()
