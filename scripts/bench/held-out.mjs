/** The examples from `start` to `end`. */
function slice({ images, labels, shape }, start, end) {
  const inputs = shape[0] * shape[1];
  return {
    images: images.slice(start * inputs, end * inputs),
    labels: labels.slice(start, end),
    count: end - start,
    shape,
  };
}

/** The training examples alone: the last sixth are the test examples. */
export function holdOut(data) {
  const { count } = data.train;
  const start = count - Math.floor(count / 6);
  return { ...data, train: slice(data.train, 0, start), test: slice(data.train, start, count) };
}
