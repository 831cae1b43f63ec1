import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Asked, type Guard, guard } from "./guard.ts";

const PORT = 4711;
const HOST = `127.0.0.1:${PORT}`;

let gate: Guard;
let cookie: string;

const ask = (headers: Asked["headers"] = {}, difference: Partial<Asked> = {}) =>
  gate.admit({ method: "GET", token: null, ...difference, headers: { host: HOST, ...headers } });

const statusOf = (admission: ReturnType<typeof ask>) =>
  admission.kind === "refused" ? admission.status : admission.kind;

beforeEach(() => {
  gate = guard(PORT);
  const welcome = ask({}, { token: gate.token });
  cookie = welcome.kind === "welcome" ? (welcome.cookie.split(";")[0] ?? "") : "";
});

test("the cookie is for this host alone, out of reach for scripts and other sites", () => {
  const fresh = guard(PORT);
  expect(fresh.admit({ method: "GET", headers: { host: HOST }, token: fresh.token })).toMatchObject(
    { cookie: expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Strict$/) },
  );
});

test("who has the cookie is let in", () => {
  expect(statusOf(ask({ cookie }))).toBe("admitted");
  expect(statusOf(ask({ cookie: `theme=dark; ${cookie}` }))).toBe("admitted");
});

describe("nobody else", () => {
  test("without token and cookie", () => expect(statusOf(ask())).toBe(401));
  test("with another token", () => expect(statusOf(ask({}, { token: "guess" }))).toBe(401));
  test("with the token a second time", () =>
    expect(statusOf(ask({}, { token: gate.token }))).toBe(401));
  test("with the cookie of another console", () => {
    const other = guard(PORT);
    const welcome = other.admit({ method: "GET", headers: { host: HOST }, token: other.token });
    const theirs = welcome.kind === "welcome" ? welcome.cookie : "";
    expect(statusOf(ask({ cookie: theirs }))).toBe(401);
  });
});

describe("even with the cookie", () => {
  test.each([`evil.example:${PORT}`, "127.0.0.1", `127.0.0.1:${PORT + 1}`, ""])(
    "a name that leads here is not ours: %j",
    (host) => expect(statusOf(ask({ cookie, host }))).toBe(421),
  );
  test.each(["http://evil.example", `http://localhost:${PORT + 1}`, "null", `https://${HOST}`])(
    "another origin is refused: %j",
    (origin) => expect(statusOf(ask({ cookie, origin }))).toBe(403),
  );
  test("a command without an origin is refused", () =>
    expect(statusOf(ask({ cookie }, { method: "POST" }))).toBe(403));
  test("a command of our own page is not", () =>
    expect(statusOf(ask({ cookie, origin: `http://${HOST}` }, { method: "POST" }))).toBe(
      "admitted",
    ));
  test("another site's script or image is refused", () =>
    expect(statusOf(ask({ cookie, "sec-fetch-site": "cross-site" }))).toBe(403));
  test("a link on another site may open the page", () =>
    expect(
      statusOf(ask({ cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })),
    ).toBe("admitted"));
});
