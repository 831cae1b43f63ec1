import { expect, test } from "@jest/globals";
import { bagFromApi, bagFromHeader } from "../core/bag.ts";
import { runIn } from "../core/context.ts";
import { Scope } from "../core/span.ts";
import { onCreate } from "./fetch.ts";
import { open } from "./server.ts";

const TRACE = "1".repeat(32);
const caller = { traceparent: `00-${TRACE}-${"2".repeat(16)}-01` };

/** The headers of a call that is made in `scope`, in undici's flat list. */
function sent(scope: Scope, headers: string[] = []): string[] {
  const addHeader = (name: string, value: string): void => void headers.push(name, value);
  const request = { origin: "http://x", method: "GET", path: "/", headers, addHeader };
  runIn(scope, () => onCreate({ request }), []);
  return headers;
}

test("a call carries what the request around it was told", () => {
  const span = open({ ...caller, tracestate: "a=b", baggage: "c=d" });
  const [, traceparent, ...rest] = sent(span);
  expect(traceparent).toContain(TRACE);
  expect(rest).toEqual(["tracestate", "a=b", "baggage", "c=d"]);
});

test.each(["tracestate", "baggage"])("a line break in %s brings no header of its own", (name) => {
  const span = open({ ...caller, [name]: "a=b\r\nX-Admin: 1" });
  expect(sent(span).filter((_, at) => at % 2 === 0)).toEqual(["traceparent"]);
});

test("the application's own headers are not repeated, however they are written", () => {
  const headers = ["Traceparent", "00-x", "TRACESTATE", "x=y", "Baggage", "z=9"];
  const names = sent(open({ ...caller, tracestate: "a=b", baggage: "c=d" }), headers);
  expect(names).toHaveLength(6);
  expect(names[1]).toContain(TRACE);
  expect(names.slice(3)).toEqual(["a=b", "Baggage", "z=9"]);
});

test("baggage of which nothing can travel is no header", () => {
  const bag = bagFromApi({ getAllEntries: () => [["a", undefined]] });
  expect(sent(new Scope(null, bag, null))).not.toContain("baggage");
});

test("baggage alone travels, too", () => {
  expect(sent(new Scope(null, bagFromHeader("c=d"), null)).slice(-2)).toEqual(["baggage", "c=d"]);
});
