"""Trains a network further in PyTorch, a first step towards its distributed engines.

    digitrain export model.safetensors --to torch.safetensors --layout pytorch
    pip install torch numpy safetensors
    python examples/continue_in_pytorch.py torch.safetensors MNIST-DIRECTORY
"""

import sys

import idx
import torch
from safetensors.torch import load_file, save_file

weights_path, data_directory = sys.argv[1:]
weights = load_file(weights_path)

# Linear, ReLU, Linear, ...: the names in the file are those of this Sequential.
modules = []
for name, weight in sorted(weights.items(), key=lambda item: int(item[0].split(".")[0])):
    if name.endswith(".weight"):
        modules += [torch.nn.Linear(weight.shape[1], weight.shape[0]), torch.nn.ReLU()]
network = torch.nn.Sequential(*modules[:-1])
network.load_state_dict(weights)

x_train, y_train = map(torch.from_numpy, idx.read(data_directory, "train"))
x_test, y_test = map(torch.from_numpy, idx.read(data_directory, "t10k"))


def accuracy():
    with torch.no_grad():
        return (network(x_test).argmax(1) == y_test).float().mean().item()


print(f"test accuracy before: {accuracy():.4f}")
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
for batch in torch.randperm(len(x_train)).split(128):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(x_train[batch]), y_train[batch]).backward()
    optimizer.step()
print(f"test accuracy after one more epoch: {accuracy():.4f}")

# Back again: digitrain's own layout is w1 [in, out], b1, w2, ...
parameters = {}
for layer, module in enumerate(network[::2], start=1):
    parameters |= {f"w{layer}": module.weight.detach().T.contiguous(), f"b{layer}": module.bias.detach()}
save_file(parameters, "continued.safetensors")
