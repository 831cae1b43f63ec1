/** Replacing a method of somebody else's prototype, at most once and without a visible difference. */

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Once per connection, not seen by whoever prints the object. */
export function hide(target: object, key: string | symbol, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

const PATCHED = Symbol.for("flashcard-otel.patched");

type Wrap = (original: Method) => Method;

export function patchMethod(holder: unknown, name: string | symbol, wrap: Wrap): void {
  if (!canHold(holder)) return;
  const descriptor = Object.getOwnPropertyDescriptor(holder, name) ?? inherited(holder, name);
  const original = descriptor?.value as (Method & { [PATCHED]?: boolean }) | undefined;
  if (typeof original !== "function" || original[PATCHED] === true) return;
  // Frozen by whoever wants it to stay as it is.
  if (descriptor?.configurable === false || !Object.isExtensible(holder)) return;
  const wrapped = wrap(original) as Method & { [PATCHED]?: boolean };
  Object.defineProperty(wrapped, "name", { value: original.name, configurable: true });
  Object.defineProperty(wrapped, "length", { value: original.length, configurable: true });
  Object.defineProperty(wrapped, PATCHED, { value: true });
  Object.defineProperty(holder, name, { ...descriptor, value: wrapped });
}

const canHold = (holder: unknown): holder is object =>
  (typeof holder === "object" && holder !== null) || typeof holder === "function";

/** The class's own version of what it inherits: its parents are used by others, too. */
function inherited(holder: object, name: string | symbol): PropertyDescriptor | undefined {
  const value: unknown = (holder as Record<string | symbol, unknown>)[name];
  return { value, writable: true, configurable: true, enumerable: false };
}

/** Replaces an exported class by one that tells about its instances. */
export function patchClass(
  exports: unknown,
  name: string,
  made: (instance: object, args: unknown[]) => void,
): void {
  const holder = exports as Record<string, unknown>;
  const original = holder?.[name] as (new (...args: unknown[]) => object) & { [PATCHED]?: boolean };
  if (typeof original !== "function" || Object.hasOwn(original, PATCHED)) return;
  const watched = class extends original {
    constructor(...args: unknown[]) {
      super(...args);
      made(this, args);
    }
  };
  Object.defineProperty(watched, "name", { value: original.name, configurable: true });
  Object.defineProperty(watched, PATCHED, { value: true });
  holder[name] = watched;
}
