import { type Choice, choose } from "./choose.js";
import { componentsOf } from "./components.js";
import { blurred, dilated } from "./filters.js";
import { emptyGrid, type Grid } from "./grid.js";
import { chosen, divide, noiseOf, quantile } from "./levels.js";

/** Ink that differs less from its paper can't be told from it. */
const LEAST_CONTRAST = 0.1;
/** Ink differs from its paper by this part at least of what the digit's strokes differ by. */
const FAINTEST = 0.45;
/** Two kinds of ink, as a page's lines and a pen's, are these: the fainter differs by less than this part of the other. */
const FAINTER = 0.6;
/** Where what is around the ink differs from paper by this part of what the ink does, all of it may be noise. */
const DROWNED = 0.45;
/** Noise is smoothed down to this, as far as the strokes allow. */
const QUIET = 0.04;

/** A digit in a picture. */
export interface Found extends Choice {
  /** How much of each pixel is the digit's ink, 0..1. */
  ink: Grid;
  /** 1 where a pixel belongs to its strokes, else 0. */
  mask: Grid;
  /** Whether the ink may be as much noise as what is around it. */
  isDrowned: boolean;
}

/**
 * Finds the digit in a picture's contrast with its paper: above a threshold, among the components of what is so dark.
 * It stops where it may be held up.
 */
export function* find(contrast: Grid): Generator<undefined, Found> {
  const { width, height } = contrast;
  const most = Math.floor(Math.max(width, height) / 60);
  const radius = Math.min(most, Math.ceil((noiseOf(contrast) / QUIET - 1) / 2));
  const smooth = blurred(contrast, radius);
  yield;
  const select = (threshold: number) => {
    const { labels, components } = componentsOf(smooth, threshold);
    const { parts, remark } = choose(components, labels, smooth);
    const isPart = new Uint8Array(components.length + 1);
    for (const { label } of parts) isPart[label] = 1;
    const mask = emptyGrid(width, height);
    labels.forEach((label, i) => (mask.values[i] = isPart[label] ?? 0));
    const values = chosen(smooth.values, (i) => mask.values[i] === 1);
    return { threshold, labels, parts, remark, mask, values, level: quantile(values, 0.9) };
  };
  let selected = select(Math.max(LEAST_CONTRAST, divide(smooth.values).threshold));
  for (let round = 0; round < 3; round++) {
    const { threshold, lower, upper } = divide(selected.values);
    const higher = Math.max(FAINTEST * selected.level, lower < FAINTER * upper ? threshold : 0);
    if (higher < 1.05 * selected.threshold) break;
    yield;
    selected = select(higher);
  }
  yield;
  const { labels, parts, remark, mask, level } = selected;
  const near = dilated(mask, 2 + Math.max(0, radius)).values;
  // What differs from the paper elsewhere, such as grain, lines and specks, isn't ink here either.
  const elsewhere = quantile(
    chosen(smooth.values, (i) => labels[i] === 0 && near[i] === 0),
    0.98,
  );
  const paper = Math.min(level / 2, Math.max(level / 50, elsewhere));
  const ink = emptyGrid(width, height);
  smooth.values.forEach((value, i) => {
    if (!near[i] || (labels[i] && !mask.values[i]) || value <= paper) return;
    ink.values[i] = value < level ? (value - paper) / (level - paper) : 1;
  });
  return { parts, remark, mask, ink, isDrowned: elsewhere > DROWNED * level };
}
