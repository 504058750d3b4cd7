// The MLP of jax-js's MNIST page: 784-256-128-10, Adam at 0.005, 60 batches of 1,000 an epoch.
import { train } from "digitrain";

await train({
  data: process.argv[2] ?? "mnist",
  hidden: [256, 128],
  loss: "cross-entropy",
  optimizer: "adam",
  learningRate: 0.005,
  initialization: "he",
  batchSize: 1000,
  shuffle: true,
  epochs: 10,
  onEpoch: ({ epoch, meanLoss, testAccuracy }) => {
    console.log({ epoch, meanLoss, testAccuracy });
  },
});
