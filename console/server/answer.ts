/** Answers over HTTP: the headers that every one of them carries, and errors as a sentence for the page. */
import type { ServerResponse } from "node:http";
import { ClusterError, type Refusal } from "../../operator/cluster/cluster.ts";
import { MeasurementError } from "../../operator/measurement/ask.ts";
import { BadRequest } from "./routes.ts";

/** Scripts, styles and data from here and nowhere else; nothing inline; nobody may frame the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS: Record<string, string> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export interface Content {
  status?: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

export const send = (response: ServerResponse, { status = 200, type, body, headers }: Content) =>
  response
    .writeHead(status, { ...HEADERS, "content-type": `${type}; charset=utf-8`, ...headers })
    .end(body);

export const openStream = (response: ServerResponse): void => {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
};

export const sendJson = (response: ServerResponse, value: unknown, status = 200): void => {
  send(response, { status, type: "application/json", body: JSON.stringify(value) });
};

const STATUS: Record<Refusal, number> = {
  NotFound: 404,
  Conflict: 409,
  AlreadyExists: 409,
  Forbidden: 403,
  Invalid: 422,
  Unavailable: 502,
};

const statusOf = (error: unknown): number => {
  if (error instanceof ClusterError) return STATUS[error.refusal];
  if (error instanceof BadRequest) return 400;
  return error instanceof MeasurementError ? 502 : 500;
};

export const sendError = (response: ServerResponse, error: unknown): void => {
  const message = error instanceof Error ? error.message : String(error);
  sendJson(response, { error: message }, statusOf(error));
};
