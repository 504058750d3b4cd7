"""Searches for good settings with Ray Tune, on one machine or a cluster. Each trial is a digitrain of its own; poor ones
are stopped early (ASHA), and the best one's command is printed.

    pip install "ray[tune]"
    python examples/sweep_with_ray.py --data MNIST-DIRECTORY --trials 12 [--epochs 8] [--address CLUSTER]

A cluster's machines need Node and digitrain (npm install -g digitrain, or --digitrain "node /path/dist/cli/main.js"), and
the data at the same path.
"""

import argparse
import json
import os
import shlex
import subprocess

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler

parser = argparse.ArgumentParser()
parser.add_argument("--data", default="mnist", help="as digitrain train takes it")
parser.add_argument("--trials", type=int, default=12)
parser.add_argument("--epochs", type=int, default=8, help="of a trial that isn't stopped")
parser.add_argument("--limit", type=int, help="train on so many images only")
parser.add_argument("--digitrain", default="npx digitrain", help="the command")
parser.add_argument("--address", help="of a Ray cluster; default: this machine alone")
arguments = parser.parse_args()
COMMAND = shlex.split(arguments.digitrain)
DATA = os.path.abspath(arguments.data) if os.path.exists(arguments.data) else arguments.data


def flags(settings):
    """The settings as digitrain takes them. The test images have no part in the search: a tenth of the rest judges."""
    flags = ["--data", DATA, "--recipe", "fast", "--epochs", str(arguments.epochs), "--validation-fraction", "0.1"]
    if arguments.limit is not None:
        flags += ["--limit", str(arguments.limit)]
    for name, value in settings.items():
        flags += [f"--{name}", str(value) if isinstance(value, (int, str)) else f"{value:.3g}"]
    return flags


def trial(settings):
    """Runs digitrain, and reports each epoch to Ray, which may end the trial then. A loss that is no longer finite ends
    it, too: a poor setting, not a fault of the search."""
    command = [*COMMAND, "train", *flags(settings), "--threads", "1", "--evaluate-every", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            for line in run.stdout:
                event = json.loads(line)
                if event["event"] == "epoch":
                    tune.report({name: event[name] for name in ("validationAccuracy", "validationLoss", "seconds")})
        finally:
            run.terminate()


ray.init(address=arguments.address, log_to_driver=False)
tuner = tune.Tuner(
    tune.with_resources(trial, {"cpu": 1}),
    param_space={
        "learning-rate": tune.loguniform(0.03, 1),
        "momentum": tune.uniform(0.5, 0.95),
        "weight-decay": tune.loguniform(1e-5, 1e-3),
        "dropout": tune.choice([0, 0.1, 0.2]),
        "batch-size": tune.choice([64, 128, 256]),
    },
    tune_config=tune.TuneConfig(
        metric="validationAccuracy",
        mode="max",
        num_samples=arguments.trials,
        scheduler=ASHAScheduler(max_t=arguments.epochs, grace_period=1, reduction_factor=3),
    ),
    run_config=tune.RunConfig(verbose=0),
)
results = tuner.fit()
best = results.get_best_result()
stopped = sum(result.metrics.get("training_iteration", 0) < arguments.epochs for result in results)
print(f"{len(results)} trials, {stopped} of them stopped early")
print(f"best: {best.metrics['validationAccuracy']:.2%} of the validation images")
print(shlex.join([*COMMAND, "train", *flags(best.config)]))
