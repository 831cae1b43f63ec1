import { once } from "node:events";
import { createServer } from "node:net";
import { expect, jest, test } from "@jest/globals";
import { freePort } from "./ports.ts";

test("many asked for at once are different, and no kernel gives them to a connection", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
  expect(Math.max(...ports)).toBeLessThan(30_000);
});

test("one that somebody else listens on is passed over", async () => {
  const server = createServer()
    .listen(await freePort(), "127.0.0.1")
    .unref();
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const drawn = jest.spyOn(Math, "random").mockReturnValueOnce((port - 20_000 + 0.5) / 10_000);
  // A module of its own, which has not given this port itself.
  jest.resetModules();
  const { freePort: another } = await import("./ports.ts");
  expect(await another()).not.toBe(port);
  expect(drawn).toHaveBeenCalled();
  drawn.mockRestore();
  server.close();
});
