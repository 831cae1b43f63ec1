/** Unit tests sit beside what they test; `*.rig.test.ts` need real servers and `e2e/` a cluster (see tools/jest.ts). */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  modulePathIgnorePatterns: ["/dist/", "/.state/"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
};
