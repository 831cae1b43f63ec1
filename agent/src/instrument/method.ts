const KNOWN = new Set([
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "HEAD",
  "PATCH",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "QUERY",
]);

/** Anybody can send any word as method; only these become an attribute. */
export const knownMethod = (method: string): string => (KNOWN.has(method) ? method : "_OTHER");

/** Said beside `_OTHER` only, and of spans only: it is any word, and long ones say no more. */
export const originalMethod = (method: string): string | undefined =>
  KNOWN.has(method) ? undefined : method.slice(0, 64);

/** An unknown method must not name spans either. */
export function spanName(method: string, route = ""): string {
  const name = KNOWN.has(method) ? method : "HTTP";
  return route === "" ? name : `${name} ${route}`;
}
