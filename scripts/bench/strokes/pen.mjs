/** The curve through a stroke's points (Catmull and Rom's spline), which a point that stands twice breaks. */
export function curve(points) {
  const parts = [[points[0]]];
  points.slice(1).forEach((point, i) => {
    if (String(point) === String(points[i])) parts.push([point]);
    else parts.at(-1).push(point);
  });
  return parts.flatMap(smooth);
}

const STEPS = 8;

function smooth(points) {
  const at = (i) => points[Math.min(points.length - 1, Math.max(0, i))];
  const places = points.slice(1).flatMap((_, i) => {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    return Array.from({ length: STEPS }, (_, step) => {
      const t = step / STEPS;
      const along = (axis) =>
        from[axis] +
        (t *
          (to[axis] -
            before[axis] +
            t *
              (2 * before[axis] -
                5 * from[axis] +
                4 * to[axis] -
                after[axis] +
                t * (3 * (from[axis] - to[axis]) + after[axis] - before[axis])))) /
          2;
      return [along(0), along(1)];
    });
  });
  return [...places, points.at(-1)];
}

/**
 * A form as somebody's hand writes it once, in parts of a pad of side 1.
 * @param slant how far the top moves to the right, in parts of the height
 * @param shake how far the pen strays, in parts of the height
 */
export function writeOnce(form, random, { size, slant = random.between(-0.05, 0.15), shake = 0.006 }) {
  const wide = random.between(0.75, 1.05) * 0.75;
  const turn = random.between(-0.08, 0.08);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [left, top] = [random.between(0.05, 0.95 - size), random.between(0.05, 0.95 - size)];
  // No hand meets the form's points.
  const moved = form.map((stroke) => {
    let previous;
    return stroke.map((point) => {
      if (String(point) === String(previous?.from)) return previous.to;
      previous = { from: point, to: point.map((place) => place + 3 * random.normal()) };
      return previous.to;
    });
  });
  return moved.map((stroke) => {
    let stray = [0, 0];
    return curve(stroke).map(([x, y]) => {
      stray = stray.map((place) => 0.7 * place + 0.7 * shake * random.normal());
      const [across, down] = [wide * (x / 100 - 0.5) + slant * (0.5 - y / 100), y / 100 - 0.5];
      return {
        x: left + size * (0.5 + across * cos - down * sin + stray[0]),
        y: top + size * (0.5 + across * sin + down * cos + stray[1]),
      };
    });
  });
}

/** Strokes as a photo's pixels, black on white, drawn with a round pen. */
export function drawn(strokes, pen, side = 280) {
  const data = new Uint8Array(4 * side * side).fill(255);
  const radius = (pen * side) / 2;
  const lines = strokes.flatMap((stroke) => stroke.map((to, i) => [stroke[Math.max(0, i - 1)], to]));
  for (const [from, to] of lines) {
    const [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y].map((place) => place * side);
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const range = (a, b) => [
      Math.max(0, Math.floor(Math.min(a, b) - radius - 1)),
      Math.min(side - 1, Math.ceil(Math.max(a, b) + radius + 1)),
    ];
    const [[left, right], [top, bottom]] = [range(x0, x1), range(y0, y1)];
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [u, v] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = length > 0 ? Math.min(1, Math.max(0, (u * (x1 - x0) + v * (y1 - y0)) / length)) : 0;
        const distance = Math.hypot(u - along * (x1 - x0), v - along * (y1 - y0));
        const shade = Math.round(255 * Math.min(1, Math.max(0, distance - radius + 0.5)));
        const at = 4 * (y * side + x);
        if (shade < data[at]) data.fill(shade, at, at + 3);
      }
    }
  }
  return { width: side, height: side, data };
}
