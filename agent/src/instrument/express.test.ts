import { expect, test } from "@jest/globals";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { patchRouter } from "./express.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** As Express has it: a function with methods of its prototype. */
function newRouter(): { use: (...args: unknown[]) => unknown } {
  return Object.assign(() => undefined, { stack: [], ...prototype });
}
const prototype = { use: () => undefined, route: () => ({}) };
patchRouter(prototype);

test("routers that are made for a request do not live as long as one that stays", async () => {
  const shared = newRouter();
  const made = Array.from({ length: 500 }, () => {
    const router = newRouter();
    router.use("/api", shared);
    return new WeakRef(router);
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(made.filter((router) => router.deref() !== undefined).length).toBeLessThan(60);
});
