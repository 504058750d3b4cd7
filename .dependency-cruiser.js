// The floors of ts/: each imports only from those below it, and from itself.
const FLOORS = [
  "ts/base/",
  "ts/core/",
  "ts/data/",
  "ts/model/",
  "ts/training/",
  "ts/view/",
  "ts/(page/|index[.]ts|shared[.]ts)",
  "ts/(cli|demo)/",
];

const upwards = FLOORS.slice(0, -1).map((floor, i) => ({
  name: `upwards-from-${floor}`,
  severity: "error",
  from: { path: `^${floor}` },
  to: { path: FLOORS.slice(i + 1).map((above) => `^${above}`) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...upwards,
    {
      name: "api-only",
      comment:
        "The command and the page use the package as anyone else would, and what shows text and pictures.",
      severity: "error",
      from: { path: "^ts/(cli|demo)/" },
      to: { path: "^ts/", pathNot: ["^ts/index[.]ts$", "^ts/$1/", "^ts/(base|view)/"] },
    },
    { name: "circle", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^ts/wasm/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
