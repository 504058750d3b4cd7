// What one writes first in PyTorch: nn.Sequential of 784-256-128-10 with ReLU, optim.Adam as it is, batches of 64.
import { train } from "digitrain";

await train({
  data: process.argv[2] ?? "mnist",
  hidden: [256, 128],
  loss: "cross-entropy",
  optimizer: "adam",
  initialization: "he",
  batchSize: 64,
  shuffle: true,
  epochs: 10,
  onEpoch: ({ epoch, meanLoss, testAccuracy }) => {
    console.log({ epoch, meanLoss, testAccuracy });
  },
});
