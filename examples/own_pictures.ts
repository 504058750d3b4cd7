// Continues from a trained network with your own pictures of digits: DIRECTORY/3/*.png (or .jpg) and so on, of any size.
//
//     digitrain train --recipe fast --save model.safetensors
//     node examples/own_pictures.ts model.safetensors DIRECTORY [DATA]
import { readFile, writeFile } from "node:fs/promises";
import { loadDataset, Model, train } from "digitrain";

const [file = "model.safetensors", directory = "digits", data = "mnist"] = process.argv.slice(2);
const initial = Model.fromSafetensors(await readFile(file), file);
const own = await loadDataset(directory, { testFraction: 0.2 });
if (own.test) console.log(`before: ${initial.evaluate(own.test).accuracy} of your own test pictures`);

// MNIST beside your own, so that the network doesn't forget it; the first source with test images is what it is tested on.
const { model, testAccuracy } = await train({
  data: [own, data],
  initial,
  recipe: "fast",
  learningRate: 0.05,
  epochs: 2,
});
console.log(`after: ${testAccuracy ?? "unknown"}`);
await writeFile("continued.safetensors", model.toSafetensors());
