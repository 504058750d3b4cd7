import type { UserConfig } from "vite";

// Cross-origin isolated pages may share memory, which threads need; others train on one thread.
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

export default {
  server: { headers },
  preview: { headers },
  // So that a module may wait for training.
  build: { target: "es2022" },
} satisfies UserConfig;
