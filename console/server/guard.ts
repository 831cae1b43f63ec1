/**
 * Who may ask. The page acts with the user's own rights, so nobody else on this machine or in the user's browser may use it:
 * the token in the printed address works once and becomes a cookie that scripts cannot read and other sites cannot send;
 * the Host must be loopback's (a name that was rebound to 127.0.0.1 is another one), and so must the Origin.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
  /** Of the query. */
  token: string | null;
}

export type Admission =
  | { kind: "admitted" }
  /** The token was right: here is the session. */
  | { kind: "welcome"; cookie: string }
  | { kind: "refused"; status: 401 | 403 | 421; why: string };

export interface Guard {
  /** For the address that is printed; good for one use. */
  token: string;
  admit: (asked: Asked) => Admission;
}

const secret = (): string => randomBytes(32).toString("base64url");

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const refused = (status: 401 | 403 | 421, why: string): Admission => ({
  kind: "refused",
  status,
  why,
});

/** Cookies know no ports: two consoles side by side need two names. */
const cookieName = (port: number): string => `flashcard-otel-console-${port}`;

const cookieIn = ({ cookie = "" }: IncomingHttpHeaders, name: string): string =>
  cookie
    .split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? "";

/** Undefined when the request was made by our own page, or by a person who opened the address. */
const foreign = ({ method, headers }: Asked, hosts: string[]): Admission | undefined => {
  if (!hosts.includes(headers.host ?? ""))
    return refused(421, `this console answers to ${hosts.join(" and ")} only`);
  const { origin } = headers;
  const ours = hosts.map((host) => `http://${host}`);
  if (origin === undefined ? method !== "GET" : !ours.includes(origin))
    return refused(403, "requests from other origins are refused");
  const site = headers["sec-fetch-site"];
  // A link on another site may open the page (the cookie stays away then), nothing more.
  const navigates = headers["sec-fetch-mode"] === "navigate" && method === "GET";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !navigates)
    return refused(403, "requests from other sites are refused");
  return undefined;
};

export const guard = (port: number): Guard => {
  const token = secret();
  const session = secret();
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  let used = false;
  return {
    token,
    admit: (asked) => {
      const stranger = foreign(asked, hosts);
      if (stranger) return stranger;
      if (same(cookieIn(asked.headers, cookieName(port)), session)) return { kind: "admitted" };
      if (asked.token === null || used || !same(asked.token, token))
        return refused(
          401,
          "open the address that the console printed; it works once: for another browser, start the console again",
        );
      used = true;
      const cookie = `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`;
      return { kind: "welcome", cookie };
    },
  };
};
