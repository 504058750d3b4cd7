/** What a chapter says in symbols and code, the same in each language. */
export interface Chapter {
  readonly formula: string;
  readonly tensorflow: string;
  readonly digitrain: string;
}

export const CHAPTERS: readonly Chapter[] = [
  {
    formula: "x [28, 28]: 0 … 255  →  x / 255: 0 … 1",
    tensorflow: "x = tf.cast(x, tf.float32) / 255.",
    digitrain: 'data = await loadDataset("mnist");\n// divided by 255 inside',
  },
  {
    formula: "[b, 28, 28]  →  X [b, 784]",
    tensorflow: "x = tf.reshape(x, [-1, 28 * 28])",
    digitrain: "train({ data, batchSize: 128 })\n// images are flat already",
  },
  {
    formula: "X@W + b:\n[b,784]@[784,10] + [10] → [b,10]",
    tensorflow: "out = x @ w + b",
    digitrain: "train({ data, hidden: [] })",
  },
  {
    formula: "h1 = relu(X@W1 + b1)\nrelu(a) = max(0, a)",
    tensorflow: "h1 = tf.nn.relu(x @ w1 + b1)",
    digitrain: "const [h1] = model.activations(image)",
  },
  {
    formula: "[b,784] → [b,256] → [b,128] → [b,10]",
    tensorflow: "w1 = tf.Variable(\n  tf.random.truncated_normal(\n    [784, 256], stddev=0.1))",
    digitrain: "train({ hidden: [256, 128],\n  initialStandardDeviation: 0.1 })",
  },
  {
    formula: "loss = mean((one_hot(y, 10) − out)²)",
    tensorflow: "loss = tf.reduce_mean(\n    tf.square(tf.one_hot(y, 10) - out))",
    digitrain: 'train({ loss: "mse" })',
  },
  {
    formula: "W ← W − rate · ∂loss/∂W",
    tensorflow: "grad = tape.gradient(loss, w1)\nw1.assign_sub(lr * grad)",
    digitrain: 'train({ optimizer: "sgd",\n  learningRate: 1e-3 })',
  },
  {
    formula: "10 epochs · 469 steps = 4,690 steps",
    tensorflow: 'print(epoch, step, "loss:",\n  float(loss))',
    digitrain: 'train({ recipe: "tutorial",\n  onStep: console.log })',
  },
];
