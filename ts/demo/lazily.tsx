import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "./context.js";

/** Puts a style sheet that lies beside the page into it. */
function addSheet(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: name, onload: resolve });
    link.onerror = () => {
      reject(new Error(`${name} can't be fetched`));
    };
    document.head.append(link);
  });
}

/**
 * A component whose code is fetched when it is first shown.
 * @param sheet its style sheet
 */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  sheet: string,
): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let loading: Promise<[ComponentType<Props>, unknown]> | undefined;
  return function Lazy(props) {
    const { actions } = useApp();
    useEffect(() => {
      loading ??= Promise.all([load(), addSheet(sheet)]);
      loading.then(
        ([component]) => {
          loaded.value = component;
        },
        (error: unknown) => {
          loading = undefined;
          actions.fail(error);
        },
      );
    }, [actions]);
    const Loaded = loaded.value;
    return Loaded ? <Loaded {...props} /> : null;
  };
}
