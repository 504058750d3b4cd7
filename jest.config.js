/** @type {import("jest").Config} */
export default {
  testEnvironment: "<rootDir>/test/environment.mjs",
  testSequencer: "<rootDir>/test/sequencer.mjs",
  roots: ["<rootDir>/test"],
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  // Sources import "./x.js", as ES modules must; under ts-jest that file is still "./x.ts".
  moduleNameMapper: { "^(\\.{1,2}/(?!.*wasm/).*)\\.js$": "$1" },
  // Nothing here takes seconds, but on a machine with other work.
  testTimeout: 60_000,
  transform: { "\\.tsx?$": ["ts-jest", { useESM: true, tsconfig: "<rootDir>/tsconfig.json" }] },
};
