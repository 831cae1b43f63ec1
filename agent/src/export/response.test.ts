import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { ResponseReader, type Progress } from "./response.ts";

const feed = (...chunks: string[]): Progress => {
  const reader = new ResponseReader();
  let progress: Progress = "more";
  for (const chunk of chunks) progress = reader.read(Buffer.from(chunk, "latin1"));
  return progress;
};

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";

test.each([
  ["complete", [OK], { status: 200, reusable: true }],
  ["without a body", ["HTTP/1.1 204 No Content\r\n\r\n"], { status: 204, reusable: true }],
  [
    "with zero length",
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    { status: 200, reusable: true },
  ],
  [
    "chunked",
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    { status: 200, reusable: false },
  ],
  [
    "closing",
    ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"],
    { status: 200, reusable: false },
  ],
  ["HTTP/1.0", ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"], { status: 200, reusable: false }],
  ["with more than announced", [`${OK}more`], { status: 200, reusable: false }],
  [
    "with an absurd length",
    ["HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"],
    { status: 200, reusable: false },
  ],
  [
    "with a negative length",
    ["HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"],
    { status: 200, reusable: false },
  ],
  [
    "asking to wait",
    ["HTTP/1.1 429 Slow\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n"],
    { status: 429, retryAfterSeconds: 3 },
  ],
])("an answer %s", (_, chunks, expected) => {
  expect(feed(...chunks)).toMatchObject(expected);
});

test.each([
  ["another protocol", ["SSH-2.0-OpenSSH_9.2\r\n"]],
  ["a broken status line", ["HTTP/1.1 abc\r\n\r\n"]],
  ["a head that never ends", [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}`]],
])("%s is garbage", (_, chunks) => {
  expect(feed(...chunks)).toBe("garbage");
});

test("however an answer is cut into pieces, it is the same answer", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(OK.length)), (cuts) => {
      const reader = new ResponseReader();
      const answers: Progress[] = [];
      let from = 0;
      for (const to of [...cuts.toSorted((a, b) => a - b), OK.length]) {
        if (to > from) answers.push(reader.read(Buffer.from(OK.slice(from, to))));
        from = to;
      }
      expect(answers.slice(0, -1).every((answer) => answer === "more")).toBe(true);
      expect(answers.at(-1)).toMatchObject({ status: 200, reusable: true });
    }),
  );
});

test("one reader reads answer after answer", () => {
  const reader = new ResponseReader();
  for (let count = 0; count < 3; count++)
    expect(reader.read(Buffer.from(OK))).toMatchObject({ status: 200 });
});

test("random bytes never throw", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
      (chunks) => {
        const reader = new ResponseReader();
        for (const chunk of chunks) reader.read(Buffer.from(chunk));
      },
    ),
  );
});
