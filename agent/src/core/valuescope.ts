import type { Context } from "@opentelemetry/api";

/** One more value in front of the others. */
export class ValueScope implements Context {
  private readonly before: Context | null;
  private readonly key: symbol;
  private readonly value: unknown;
  constructor(before: Context | null, key: symbol, value: unknown) {
    this.before = before;
    this.key = key;
    this.value = value;
  }
  getValue(key: symbol): unknown {
    return key === this.key ? this.value : this.before?.getValue(key);
  }
  setValue(key: symbol, value: unknown): Context {
    return new ValueScope(this, key, value);
  }
  deleteValue(key: symbol): Context {
    return new ValueScope(this, key, undefined);
  }
}
