import { loadDataset } from "../../../ts/data/load.js";
import { remarksOn } from "../../../ts/data/remarks.js";
import { train } from "../../../ts/training/train.js";
import type { StartEvent } from "../../../ts/training/events.js";

const blank = new Uint8Array(40 * 64);

test("onStart is told of what is wrong with the data, as remarksOn tells it", async () => {
  const data = await loadDataset({
    train: { images: blank, labels: [...Array(40).keys()].map((i) => (i < 20 ? 0 : 2)) },
  });
  const options = { data, hidden: [], epochs: 1, limit: 10 };
  let event: StartEvent | undefined;
  await train({ ...options, onStart: (start) => (event = start) });
  expect(event?.remarks.map(({ kind }) => kind)).toEqual(["classes missing", "sorted", "images equal"]);
  expect(event?.remarks).toEqual(remarksOn(data, { limit: 10 }));
});

test("training labels of one value are refused", async () => {
  const data = { name: "blank", train: { images: blank, labels: new Uint8Array(40).fill(3) } };
  await expect(train({ data })).rejects.toThrow(
    "blank: all 40 training labels are 3, but a network learns to tell at least 2 classes apart; are these the right labels?",
  );
});
