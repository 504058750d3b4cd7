"""Checks exported networks with onnx's checker, and their scores with onnxruntime's. Called by check-examples."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime
from safetensors.numpy import save_file

repository, trained, arrays, data, accuracy = sys.argv[1:]
sys.path.append(f"{repository}/examples")
import idx

NETWORKS = [
    ([784, 256, 128, 10], "linear"),
    ([784, 512, 256, 10], "relu"),
    ([784, 10], "linear"),
    ([784, 10], "relu"),
    ([1, 1], "linear"),
    ([1, 7, 1], "relu"),
    ([3, 200, 2], "linear"),
    ([100, 33, 65, 31, 4], "linear"),
    ([17, 5, 5, 5, 5, 5, 3], "relu"),
    ([3072, 64, 100], "linear"),
]


def session_of(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version >= 17
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def scores_of(parameters, images, relu):
    """In float64."""
    depth = len(parameters) // 2
    for layer in range(1, depth + 1):
        images = images @ parameters[f"w{layer}"].astype(numpy.float64) + parameters[f"b{layer}"]
        if layer < depth or relu:
            images = numpy.maximum(images, 0)
    return images


random = numpy.random.default_rng(0)
worst = 0
with tempfile.TemporaryDirectory() as scratch:
    for layers, activation in NETWORKS:
        pairs = list(enumerate(zip(layers, layers[1:]), start=1))
        parameters = {f"w{i}": random.normal(0, 0.1, shape).astype(numpy.float32) for i, shape in pairs}
        parameters |= {f"b{i}": random.normal(0, 0.1, outputs).astype(numpy.float32) for i, (_, outputs) in pairs}
        metadata = dict(
            format="digitrain",
            version="1",
            activation="relu",
            outputActivation=activation,
            loss="mse",
            pixelScale="1/255",
        )
        source, target = Path(scratch, "network.safetensors"), Path(scratch, "network.onnx")
        save_file(parameters, source, metadata)
        subprocess.run(["node", f"{repository}/dist/cli/main.js", "export", source, "--to", target], check=True)
        images = random.random((50, layers[0]), numpy.float32)
        (scores,) = session_of(target).run(["scores"], {"images": images})
        difference = abs(scores - scores_of(parameters, images, activation == "relu")).max()
        assert difference < 1e-5, (layers, difference)
        worst = max(worst, difference)
print(f"{len(NETWORKS)} networks: onnxruntime within {worst:.1e} of float64")

images, labels = idx.read(data, "t10k")
(scores,) = session_of(trained).run(["scores"], {"images": images})
assert f"{(scores.argmax(1) == labels).mean():.4f}" == accuracy, "onnxruntime's accuracy"
with numpy.load(arrays) as parameters:
    assert abs(scores - scores_of(parameters, images, False)).max() < 1e-4
print("the trained network: the same accuracy in onnxruntime, and the same scores from its .npz")
