import type { Exception } from "@opentelemetry/api";

const STACK_LIMIT = 4096;

/** The attributes of an exception event. Whatever was thrown: reading it must not throw again. */
export function exceptionAttributes(
  exception: Exception | undefined,
): Record<string, string | undefined> {
  if (typeof exception === "string") return { "exception.message": exception };
  if (typeof exception !== "object" || exception === null)
    return { "exception.message": String(exception) };
  const type = exception.code === undefined ? exception.name : String(exception.code);
  return {
    "exception.type": type ?? "Error",
    "exception.message": exception.message,
    "exception.stacktrace": exception.stack?.slice(0, STACK_LIMIT),
  };
}

/** `error.type`: low cardinality, never the message. */
export function errorType(error: unknown): string {
  if (typeof error !== "object" || error === null) return "_OTHER";
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string" && code !== "") return code.slice(0, 64);
  return typeof name === "string" && name !== "" ? name.slice(0, 64) : "_OTHER";
}
