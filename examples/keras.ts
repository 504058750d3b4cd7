// Keras's mnist_mlp: two layers of 512 with a dropout of 0.2, 20 epochs. Its own program says 98.40 % of the test images.
import { train } from "digitrain";

await train({
  data: process.argv[2] ?? "mnist",
  hidden: [512, 512],
  dropout: 0.2,
  loss: "cross-entropy",
  optimizer: "adam", // Keras's program has RMSprop, which is Adam without its first moment
  initialization: "he",
  shuffle: true,
  epochs: 20,
  onEpoch: ({ epoch, meanLoss, testAccuracy }) => {
    console.log({ epoch, meanLoss, testAccuracy });
  },
});
