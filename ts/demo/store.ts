const NAME = "digitrain";
const STORE = "kept";
/** Another one for another form of what is kept: no page reads what it doesn't understand. */
const VERSION = 3;

/** What the page keeps from one visit to the next, by name. */
export interface Store {
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
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

/** A transaction that isn't complete is undone by a reload. */
function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error("the browser keeps no data"));
    };
  });
}

async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    const { result } = opening;
    for (const old of result.objectStoreNames) result.deleteObjectStore(old);
    result.createObjectStore(STORE);
  };
  const database = await resultOf(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const result = await resultOf(ask(transaction.objectStore(STORE)));
    if (mode === "readwrite") await completed(transaction);
    return result;
  } finally {
    database.close();
  }
}

/** The browser's database. One that keeps no data, as in a private window, is left to forget: the page works all the same. */
export const browserStore: Store = {
  read: (name) =>
    inStore("readonly", (store) => store.get(name) as IDBRequest<unknown>).catch(() => undefined),
  async write(name, value) {
    await inStore("readwrite", (store) => store.put(value, name)).catch(() => undefined);
  },
};
