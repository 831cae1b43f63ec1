import type { SpanContext, TraceState } from "@opentelemetry/api";

const MEMBERS = 32;
/** Longer ones may be dropped, says W3C; nobody needs them here. */
const LENGTH = 512;
const KEY = "[a-z0-9][a-z0-9_*/@-]{0,255}";
const VALUE = "[ -+\\--<>-~]{0,255}[!-+\\--<>-~]";
/** A member may be empty; what stands around it is matched in one way only, so that nobody can make the search long. */
const MEMBER = `[ \\t]*(?:${KEY}=${VALUE}[ \\t]*)?`;
const VALID = new RegExp(`^${MEMBER}(?:,${MEMBER}){0,${MEMBERS - 1}}$`);

/**
 * The text, or nothing where it is no tracestate. Anybody may have written it, and it is written into headers as it is: a line
 * break in it would be a header of their own.
 */
export const validState = (text: unknown): string =>
  typeof text === "string" && text.length <= LENGTH && VALID.test(text) ? text : "";

/** Of a span context, which may have come as JSON and lost its methods. */
export const stateOf = ({ traceState: state }: SpanContext): string =>
  typeof state?.serialize === "function" ? validState(state.serialize()) : "";

/** W3C tracestate as the API shows it; the header itself travels untouched. */
export function traceState(header: string): TraceState {
  const entries = new Map<string, string>();
  for (const member of header.split(",")) {
    const equals = member.indexOf("=");
    if (equals > 0 && entries.size < MEMBERS)
      entries.set(member.slice(0, equals).trim(), member.slice(equals + 1).trim());
  }
  return view(entries);
}

/** A changed entry moves to the front, as W3C demands. */
const view = (entries: ReadonlyMap<string, string>): TraceState => ({
  get: (key) => entries.get(key),
  set: (key, value) =>
    view(new Map([[key, value], ...[...entries].filter(([other]) => other !== key)])),
  unset: (key) => view(new Map([...entries].filter(([other]) => other !== key))),
  serialize: () => [...entries].map(([key, value]) => `${key}=${value}`).join(","),
});
