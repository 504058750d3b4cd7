"""The walk-through's network in PyTorch, eagerly, on tensors that stay in memory."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

import torch
from common import arguments, initial_parameters, run, training_set
from torch.nn.functional import mse_loss, relu

args = arguments()
torch.set_num_threads(args.threads)
images, targets = (torch.from_numpy(array) for array in training_set(args.data))
parameters = [torch.from_numpy(array).requires_grad_() for array in initial_parameters(args.initial)]
layers = list(zip(parameters[::2], parameters[1::2]))
optimizer = torch.optim.SGD(parameters, lr=args.learning_rate, foreach=True)


def scores(x):
    for weights, biases in layers[:-1]:
        x = relu(torch.addmm(biases, x, weights))
    weights, biases = layers[-1]
    return torch.addmm(biases, x, weights)


def epoch():
    losses = []
    for x, y in zip(images.split(args.batch_size), targets.split(args.batch_size)):
        loss = mse_loss(scores(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).numpy()


run(args, f"PyTorch {torch.__version__}", epoch, lambda: [p.detach().numpy() for p in parameters])
