import type { Exception } from "@opentelemetry/api";
import { nameOf } from "./values.ts";

const STACK_LIMIT = 4096;

/** The attributes of an exception event. Whatever was thrown: reading it must not throw again. */
export function exceptionAttributes(
  exception: Exception | undefined,
): Record<string, string | undefined> {
  try {
    return typeof exception === "object" && exception !== null
      ? attributesOf(exception)
      : { "exception.message": String(exception) };
  } catch {
    return { "exception.type": "Error" };
  }
}

function attributesOf({
  code,
  name,
  message,
  stack,
}: {
  code?: unknown;
  name?: unknown;
  message?: unknown;
  stack?: unknown;
}): Record<string, string | undefined> {
  return {
    "exception.type": nameOf(code) || nameOf(name) || "Error",
    "exception.message": typeof message === "string" ? message : undefined,
    "exception.stacktrace": typeof stack === "string" ? stack.slice(0, STACK_LIMIT) : undefined,
  };
}

/** `error.type`: low cardinality, never the message. */
export function errorType(error: unknown): string {
  try {
    return typeOf(error);
  } catch {
    return "_OTHER";
  }
}

function typeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "_OTHER";
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string" && code !== "") return code.slice(0, 64);
  return typeof name === "string" && name !== "" ? name.slice(0, 64) : "_OTHER";
}
