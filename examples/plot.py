"""Plots the losses and accuracies of runs, from what train --json prints.

    digitrain train --json > run.jsonl
    pip install matplotlib
    python examples/plot.py losses.png run.jsonl [another.jsonl ...]
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

picture, *runs = sys.argv[1:]
figure, (losses, accuracies) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for path in runs:
    with open(path) as lines:
        events = [json.loads(line) for line in lines]
    (start,) = (event for event in events if event["event"] == "start")
    options = start["options"]
    steps_per_epoch = -(-start["data"]["train"] // options["batchSize"])
    steps = [event for event in events if event["event"] == "step"]
    epochs = [event for event in events if event["event"] == "epoch" and "testAccuracy" in event]
    name = f"{options['recipe']}, {'-'.join(map(str, start['network']))}"
    losses.plot([e["epoch"] + e["step"] / steps_per_epoch for e in steps], [e["loss"] for e in steps], label=name)
    accuracies.plot([e["epoch"] + 1 for e in epochs], [e["testAccuracy"] for e in epochs], "o-", label=name)
losses.set(xlabel="epoch", ylabel="loss")
accuracies.set(xlabel="epochs", ylabel="test accuracy")
losses.legend()
figure.savefig(picture, dpi=150)
