import vm from "node:vm";
import { TestEnvironment } from "jest-environment-node";

/** Node's environment, but for globals: Jest watches them, by which a Math.floor in a loop over pixels takes far longer. */
export default class extends TestEnvironment {
  constructor(...given) {
    const { createContext } = vm;
    // Before Node 20.18 there is no such context, and undefined makes one of Jest's kind.
    vm.createContext = () => createContext(vm.constants?.DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }
}
