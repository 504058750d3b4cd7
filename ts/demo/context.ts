import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Actions } from "./actions.js";
import type { State } from "./state.js";

const AppContext = createContext<Actions | undefined>(undefined);
export const AppProvider = AppContext.Provider;

/** The state, and what can be done, for a component. */
export function useApp(): { state: State; actions: Actions } {
  const actions = useContext(AppContext);
  if (!actions) throw new Error("this component stands outside the app");
  return { state: actions.state, actions };
}
