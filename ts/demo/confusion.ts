import { confusionShares } from "../index.js";
import { element } from "./element.js";

/** More classes fit no page. */
const MOST_CLASSES = 40;

/** The confusion matrix: a table whose cells stay as long as the classes do. */
export class Confusion {
  readonly #table = element("confusion", HTMLTableElement);
  #cells: HTMLTableCellElement[][] = [];
  #names: readonly string[] = [];

  constructor() {
    this.#build(Array.from({ length: 10 }, (_, label) => String(label)));
  }

  /** @param confusion [true class][predicted class] */
  show(confusion: readonly (readonly number[])[], classNames?: readonly string[]): void {
    const names = confusion.map((_, label) => classNames?.[label] ?? String(label));
    this.#table.hidden = names.length > MOST_CLASSES;
    if (this.#table.hidden) return;
    if (names.join("\n") !== this.#names.join("\n")) this.#build(names);
    const shares = confusionShares(confusion);
    this.#cells.forEach((row, label) => {
      row.forEach((cell, predicted) => {
        const count = confusion[label]?.[predicted] ?? 0;
        cell.textContent = count === 0 ? "" : String(count);
        cell.title = `${names[label] ?? ""} taken for ${names[predicted] ?? ""}: ${count}`;
        cell.style.setProperty("--share", `${(100 * (shares[label]?.[predicted] ?? 0)).toFixed(1)}%`);
      });
    });
  }

  clear(): void {
    for (const cell of this.#cells.flat()) {
      cell.textContent = "";
      cell.removeAttribute("title");
      cell.style.removeProperty("--share");
    }
  }

  #build(names: readonly string[]): void {
    this.#names = names;
    const heading = (text: string, scope: "row" | "col") => {
      const cell = document.createElement("th");
      cell.textContent = text;
      cell.scope = scope;
      return cell;
    };
    const head = document.createElement("tr");
    head.append(document.createElement("td"), ...names.map((name) => heading(name, "col")));
    this.#cells = names.map((_, label) =>
      names.map((__, predicted) => {
        const cell = document.createElement("td");
        cell.style.setProperty("--hue", label === predicted ? "var(--accent)" : "var(--other)");
        return cell;
      }),
    );
    const rows = this.#cells.map((cells, label) => {
      const row = document.createElement("tr");
      row.append(heading(names[label] ?? "", "row"), ...cells);
      return row;
    });
    this.#table.replaceChildren(head, ...rows);
  }
}
