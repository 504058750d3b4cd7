import {
  type Hyperparameters,
  type Model,
  OptionError,
  type Recipe,
  resolveOptions,
  type TrainOptions,
} from "../index.js";
import { element, messageOf } from "./element.js";

/** What the form's fields say, by the names of train's options. */
export type Choices = Omit<Partial<Hyperparameters>, "limit"> & { recipe: Recipe; limit?: number };

/** The form of recipes and hyperparameters. */
export class Settings {
  readonly #form = element("settings", HTMLFormElement);
  readonly #problem = element("problem", HTMLElement);

  /** @param changed called when the user has changed something that is right */
  constructor(changed: () => void) {
    this.write(resolveOptions({ recipe: "fast" }));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
    });
    this.#form.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || !target.name)
        return;
      if (target.name === "recipe") {
        const { seed, threads, deterministic } = this.#choices();
        this.write({
          ...resolveOptions({ recipe: target.value as Recipe }),
          seed: seed ?? 0,
          threads: threads ?? "auto",
          deterministic: deterministic ?? false,
        });
      }
      if (this.check()) changed();
    });
  }

  /** Whether all fields are right; where one is not, says so. */
  check(): boolean {
    for (const field of this.#fields()) field.removeAttribute("aria-invalid");
    try {
      resolveOptions(this.#choices());
      this.#problem.textContent = "";
      return true;
    } catch (error) {
      const [, name = ""] = /^(\w+) takes /.exec(messageOf(error)) ?? [];
      const field = this.#fields().find((one) => one.name === name);
      field?.setAttribute("aria-invalid", "true");
      const label = field?.labels?.[0]?.firstChild?.textContent?.trim();
      this.#problem.textContent = messageOf(error).replace(
        name,
        label !== undefined && label !== "" ? label : name,
      );
      if (!(error instanceof OptionError)) throw error;
      return false;
    }
  }

  /** What the user has chosen. */
  choices(): Choices {
    return this.#choices();
  }

  /** The options of a run: from random weights, or from the present model, whose sizes then hold. */
  options(present: Model | undefined): TrainOptions {
    const { hidden, ...others } = this.#choices();
    const fromPresent = this.#field("start")?.value === "present" && present;
    return fromPresent ? { ...others, initial: present } : { ...others, ...(hidden && { hidden }) };
  }

  /** Start from the present model, or from random weights. */
  setStart(start: "random" | "present"): void {
    const field = this.#field("start");
    if (field) field.value = start;
  }

  write(options: Choices | Hyperparameters): void {
    for (const field of this.#fields()) {
      const value: unknown = options[field.name as keyof typeof options];
      if (value === undefined && field.name !== "limit") continue;
      if (field instanceof HTMLInputElement && field.type === "radio") field.checked = field.value === value;
      else if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === true;
      else if (Array.isArray(value)) field.value = value.join(", ");
      else field.value = typeof value === "number" || typeof value === "string" ? textOf(value) : "";
    }
  }

  #choices(): Choices {
    const entries = this.#fields().flatMap((field): [string, unknown][] => {
      if (
        field.name === "start" ||
        (field instanceof HTMLInputElement && field.type === "radio" && !field.checked)
      )
        return [];
      return [[field.name, valueOf(field)]];
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as unknown as Choices;
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement | undefined {
    return this.#fields().find((field) => field.name === name);
  }

  #fields(): (HTMLInputElement | HTMLSelectElement)[] {
    return [...this.#form.elements].filter(
      (field): field is HTMLInputElement | HTMLSelectElement =>
        (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.name !== "",
    );
  }
}

/** What a field says; undefined where it may be left empty, and is. */
function valueOf(field: HTMLInputElement | HTMLSelectElement): unknown {
  if (field instanceof HTMLSelectElement) return field.value;
  if (field.type === "checkbox") return field.checked;
  if (field.name === "hidden") {
    const sizes = field.value.trim();
    return sizes === "" || sizes === "none" ? [] : sizes.split(/[\s,]+/).map(Number);
  }
  if (field.type !== "number") return field.value;
  const mayBeEmpty = field.placeholder !== "";
  return mayBeEmpty && field.value === "" && !field.validity.badInput ? undefined : field.valueAsNumber;
}

/** An option's value as its field shows it: what is chosen by itself is left open. */
function textOf(value: number | string): string {
  return value === "auto" ? "" : String(value);
}
