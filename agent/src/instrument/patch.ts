/** Replacing a method of somebody else's prototype, at most once and without a visible difference. */

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Once per connection, not seen by whoever prints the object. */
export function hide(target: object, key: symbol, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

const PATCHED = Symbol.for("flashcard-otel.patched");

export function patchMethod(
  holder: unknown,
  name: string | symbol,
  wrap: (original: Method) => Method,
): void {
  if (typeof holder !== "object" || holder === null) return;
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  const original = descriptor?.value as (Method & { [PATCHED]?: boolean }) | undefined;
  if (typeof original !== "function" || original[PATCHED] === true) return;
  const wrapped = wrap(original) as Method & { [PATCHED]?: boolean };
  Object.defineProperty(wrapped, "name", { value: original.name, configurable: true });
  Object.defineProperty(wrapped, "length", { value: original.length, configurable: true });
  Object.defineProperty(wrapped, PATCHED, { value: true });
  Object.defineProperty(holder, name, { ...descriptor, value: wrapped });
}
