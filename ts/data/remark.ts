/** What a remark is about. */
export type RemarkKind =
  | "classes missing"
  | "dark on light"
  | "scale"
  | "test scale"
  | "sorted"
  | "transposed"
  | "test in training"
  | "images equal"
  | "left out"
  | "converted";

/** Something about a data set that is probably a mistake, or that was changed as it was loaded. */
export interface Remark {
  readonly kind: RemarkKind;
  /** What was seen, what it probably means, and what can be done about it. */
  readonly text: string;
}
