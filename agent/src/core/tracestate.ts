import type { TraceState } from "@opentelemetry/api";

const MEMBERS = 32;

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
