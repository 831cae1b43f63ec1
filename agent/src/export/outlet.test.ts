import { expect, test } from "@jest/globals";
import type { Post } from "./connection.ts";
import { type Exporters, outletOf } from "./outlet.ts";

const OTLP: Exporters = { otlp: true, console: false };

const collector = (): { posts: Post[]; post: (post: Post) => boolean } => {
  const posts: Post[] = [];
  return {
    posts,
    post: (post) => {
      posts.push(post);
      return true;
    },
  };
};

const post = (path: string, done: Post["done"] = () => undefined): Post => ({
  path,
  parts: [new Uint8Array(0)],
  done,
});

test("where nobody asks for a console there is nothing in between", () => {
  const connection = collector();
  expect(outletOf(connection, { "/v1/traces": OTLP })).toBe(connection);
});

test("what is for the console alone does not leave, and its bytes are free at once", () => {
  const connection = collector();
  const outlet = outletOf(connection, { "/v1/traces": { otlp: false, console: true } });
  let delivered: boolean | undefined;
  expect(outlet.post(post("/v1/traces", (so) => (delivered = so)))).toBe(true);
  expect(delivered).toBe(true);
  expect(connection.posts).toEqual([]);
});

test("both means both, and other signals go their way", () => {
  const connection = collector();
  const outlet = outletOf(connection, {
    "/v1/traces": { otlp: true, console: true },
    "/v1/logs": OTLP,
  });
  outlet.post(post("/v1/traces"));
  outlet.post(post("/v1/logs"));
  expect(connection.posts.map(({ path }) => path)).toEqual(["/v1/traces", "/v1/logs"]);
});

test("what cannot be printed is delivered all the same", () => {
  const connection = collector();
  const outlet = outletOf(connection, { "/v1/traces": { otlp: true, console: true } });
  outlet.post({ ...post("/v1/traces"), parts: [new Uint8Array([0xff, 0xff])] });
  expect(connection.posts).toHaveLength(1);
});
