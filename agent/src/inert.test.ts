import { expect, test } from "@jest/globals";
import { inertReason, type Surroundings } from "./inert.ts";

const healthy: Surroundings = {
  nodeVersion: "v24.1.0",
  mainThread: true,
  script: "/app/main.ts",
  flags: ["--require /flashcard-otel/agent.cjs --max-old-space-size=200"],
  sdkDisabled: false,
  registered: false,
};

test.each(["v18.0.0", "v20.19.1", "v26.0.0-nightly"])("runs on %s", (nodeVersion) => {
  expect(inertReason({ ...healthy, nodeVersion })).toBeUndefined();
});

test.each<[string, Partial<Surroundings>, RegExp]>([
  ["an old Node", { nodeVersion: "v16.20.2" }, /older than 18/],
  ["a version that is none", { nodeVersion: "unknown" }, /older/],
  ["a worker thread", { mainThread: false }, /worker/],
  ["npm", { script: "/usr/lib/node_modules/npm/bin/npm-cli.js" }, /package manager/],
  ["npx", { script: "/usr/bin/npx" }, /package manager/],
  ["yarn", { script: "/app/.yarn/yarn.cjs" }, /package manager/],
  ["pnpm", { script: "C:\\tools\\pnpm.cjs" }, /package manager/],
  ["a user who said no", { sdkDisabled: true }, /OTEL_SDK_DISABLED/],
  ["another tracer", { registered: true }, /OtherInstrumentation/],
  [
    "dd-trace in the flags",
    { flags: ["--require dd-trace/init"] },
    /OtherInstrumentation.*dd-trace/,
  ],
  [
    "the stock agent in the flags",
    { flags: ["--require", "@opentelemetry/auto-instrumentations-node/register"] },
    /OtherInstrumentation/,
  ],
  ["newrelic with a path", { flags: ["-r /app/node_modules/newrelic"] }, /OtherInstrumentation/],
])("stays inert beside %s", (_, difference, reason) => {
  expect(inertReason({ ...healthy, ...difference })?.message).toMatch(reason);
});

test.each(["/app/npm.ts", "/app/src/yarn-report.js", undefined])(
  "%p is an application",
  (script) => {
    expect(inertReason({ ...healthy, script })).toBeUndefined();
  },
);
