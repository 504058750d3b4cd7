"""The walk-through's program in TensorFlow: eagerly, as it is written there, or with its step compiled by tf.function."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from common import arguments, initial_parameters, run, training_set

args = arguments(mode=["eager", "function"])
tf.config.threading.set_intra_op_parallelism_threads(args.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
images, targets = training_set(args.data)
labels = tf.convert_to_tensor(targets.argmax(axis=1), dtype=tf.int32)
dataset = tf.data.Dataset.from_tensor_slices((tf.convert_to_tensor(images), labels)).batch(args.batch_size)
parameters = [tf.Variable(array) for array in initial_parameters(args.initial)]
layers = list(zip(parameters[::2], parameters[1::2]))


def scores(x):
    for weights, biases in layers[:-1]:
        x = tf.nn.relu(x @ weights + biases)
    weights, biases = layers[-1]
    return x @ weights + biases


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.one_hot(y, depth=10) - scores(x)))
    for parameter, gradient in zip(parameters, tape.gradient(loss, parameters)):
        parameter.assign_sub(args.learning_rate * gradient)
    return loss


if args.mode == "function":
    step = tf.function(step)


def epoch():
    return np.array([step(x, y) for x, y in dataset])


run(args, f"TensorFlow {tf.__version__}", epoch, lambda: [p.numpy() for p in parameters])
