import type { Component } from "./components.js";
import { type Box, extentOf, union } from "./grid.js";

/** The parts of a digit are this near to each other, against its extent. */
const NEAR = 0.35;
/** What is smaller, against the largest part, is a speck. */
const SPECK = 0.025;
/** What is this large, against the largest part, may be a digit itself. */
const ANOTHER = 0.25;
/** No digit of several parts is wider, against its height. */
const WIDEST = 1.25;
/** A frame comes this near to its box's corners, which a round digit doesn't, and holds a part of this extent at least. */
const [CORNER, FRAMED] = [0.08, 0.12];

/** What belongs to a picture's digit. */
export interface Choice {
  /** The largest first; none where there is nothing. */
  parts: Component[];
  /** Why it can't be one digit. */
  remark?: string | undefined;
}

/**
 * Chooses those of a picture's components that are its digit: the largest and what is near it. What touches the picture's
 * edge is the edge of something else, and what is drawn around others is a frame, where there is a digit within.
 */
export function choose(
  components: readonly Component[],
  labels: Int32Array,
  picture: { width: number; height: number },
): Choice {
  const { width, height } = picture;
  const touches = ({ left, right, top, bottom }: Box) =>
    left === 0 || top === 0 || right === width || bottom === height;
  const bySize = components
    .filter((component) => !isFrame(component, components, labels, width))
    .sort((a, b) => b.area - a.area);
  const outer = bySize.find(touches);
  const inner = bySize.find((component) => !touches(component));
  const isWithin = inner !== undefined && (!outer || extentOf(inner) >= 0.7 * reachOf(outer, picture));
  const first = isWithin ? inner : outer;
  if (!first) return { parts: [] };
  const others = bySize.filter(
    (component) =>
      component !== first && component.area >= SPECK * first.area && !(isWithin && touches(component)),
  );
  return gather(first, others);
}

/** Whether a component holds another that is no speck, and has a box's four corners. */
function isFrame(
  frame: Component,
  components: readonly Component[],
  labels: Int32Array,
  width: number,
): boolean {
  const { left, right, top, bottom } = frame;
  const isInside = (other: Box) =>
    other.left > left && other.right < right && other.top > top && other.bottom < bottom;
  const holds = components.some((other) => isInside(other) && extentOf(other) >= FRAMED * extentOf(frame));
  return holds && cornerGapOf(frame, labels, width) <= CORNER;
}

/** How near its pixels come to its box's corners: the farthest of the four, against the box's width and height together. */
function cornerGapOf(
  { label, left, right, top, bottom }: Component,
  labels: Int32Array,
  width: number,
): number {
  const gaps = [Infinity, Infinity, Infinity, Infinity];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (labels[y * width + x] !== label) continue;
      const [column, row] = [x - left, y - top];
      const [columnsLeft, rowsLeft] = [right - 1 - x, bottom - 1 - y];
      [column + row, columnsLeft + row, column + rowsLeft, columnsLeft + rowsLeft].forEach((gap, corner) => {
        gaps[corner] = Math.min(gaps[corner] ?? Infinity, gap);
      });
    }
  }
  return Math.max(...gaps) / (right - left + bottom - top);
}

/** How far what touches a picture's edge reaches into it. */
function reachOf(component: Component, { width, height }: { width: number; height: number }): number {
  const { left, right, top, bottom, area } = component;
  const reaches = [
    left === 0 ? right : Infinity,
    right === width ? width - left : Infinity,
    top === 0 ? bottom : Infinity,
    bottom === height ? height - top : Infinity,
  ];
  // A line along the edge, or a border around everything, reaches no farther than some times its thickness.
  return Math.min(...reaches, (4 * area) / extentOf(component), Math.max(width, height) / 2);
}

/** Adds to a digit's largest part those of the others that are near, one after another. */
function gather(first: Component, others: Component[]): Choice {
  const parts = [first];
  let box: Box = first;
  let remark: string | undefined;
  for (let next: Component | undefined; ;) {
    const rest = others.filter((other) => !parts.includes(other));
    next = rest.find((other) => isNear(other, box) && !isBeside(other, first, box));
    if (!next) {
      if (rest.some((other) => other.area >= ANOTHER * first.area)) remark = "there is more than one digit";
      return { parts, remark };
    }
    parts.push(next);
    box = union(box, next);
  }
}

function gaps(one: Box, other: Box): [across: number, down: number] {
  return [
    Math.max(0, one.left - other.right, other.left - one.right),
    Math.max(0, one.top - other.bottom, other.top - one.bottom),
  ];
}

function isNear(part: Box, box: Box): boolean {
  return Math.hypot(...gaps(part, box)) <= NEAR * extentOf(box);
}

/** Whether a part stands beside the others like a second digit. */
function isBeside(part: Box, first: Box, box: Box): boolean {
  const { left, right, top, bottom } = union(part, box);
  const isAsHigh = part.bottom - part.top > (first.bottom - first.top) / 2;
  return isAsHigh && gaps(part, box)[0] > 0 && right - left > WIDEST * (bottom - top);
}
