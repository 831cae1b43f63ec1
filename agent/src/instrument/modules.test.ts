import { expect, test } from "@jest/globals";
import { inPackage } from "./modules.ts";

test.each([
  ["/app/node_modules/pg/lib/client.js", "pg/lib/client.js"],
  ["/app/node_modules/.pnpm/pg@8.1.0/node_modules/pg/lib/client.js", "pg/lib/client.js"],
  ["/app/node_modules/fastify/node_modules/pino/lib/proto.js", "pino/lib/proto.js"],
  ["C:\\app\\node_modules\\ioredis\\built\\Redis.js", "ioredis/built/Redis.js"],
  ["/app/src/pg/lib/client.js", ""],
])("%s", (filename, expected) => {
  expect(inPackage(filename)).toBe(expected);
});
