import type { Accuracy } from "./chart.js";
import type { Curve } from "./curve.js";
import type { Choices } from "./settings.js";

/** What the page remembers. */
export interface State {
  choices: Choices;
  /** The data's name. */
  data: string;
  run?: {
    /** A safetensors file. */
    model: Uint8Array;
    /** What the run was to have. */
    epochs: number;
    isComparable: boolean;
    curve: ReturnType<Curve["toJSON"]>;
    accuracies: Accuracy[];
    figures: string[];
  };
}

const NAME = "digitrain";
const STORE = "page";

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE);
  };
  return resultOf(request);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("the browser keeps no data"));
    };
  });
}

/** What the page remembers from before; nothing where the browser keeps no data. */
export async function readState(): Promise<State | undefined> {
  try {
    const database = await open();
    const found = resultOf(
      database.transaction(STORE).objectStore(STORE).get(NAME) as IDBRequest<State | undefined>,
    );
    return await found.finally(() => {
      database.close();
    });
  } catch {
    return undefined;
  }
}

/** Remembers; a browser that keeps no data is left to forget. */
export async function writeState(state: State): Promise<void> {
  try {
    const database = await open();
    await resultOf(database.transaction(STORE, "readwrite").objectStore(STORE).put(state, NAME)).finally(
      () => {
        database.close();
      },
    );
  } catch {
    // A private window: the page works all the same.
  }
}
