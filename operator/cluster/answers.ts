/** What the API server's answers mean. */
import { ClusterError, type Manifest, type Refusal } from "./cluster.ts";
import type { Answer, Call } from "./wire.ts";

interface ApiStatus {
  reason?: string;
  message?: string;
}

const statusIn = (text: string): ApiStatus => {
  try {
    return JSON.parse(text) as ApiStatus;
  } catch {
    return { message: text.slice(0, 500) };
  }
};

const REFUSALS: Record<number, Refusal> = {
  400: "Invalid",
  // The token is about to be exchanged, or is wrong; either way nothing can be done with it.
  401: "Forbidden",
  403: "Forbidden",
  404: "NotFound",
  405: "Invalid",
  409: "Conflict",
  410: "Conflict",
  413: "Invalid",
  415: "Invalid",
  422: "Invalid",
};

export const refusalOf = ({ status, text }: Answer, { method, path }: Call): ClusterError => {
  const { reason, message } = statusIn(text);
  const kind = reason === "AlreadyExists" ? "AlreadyExists" : (REFUSALS[status] ?? "Unavailable");
  return new ClusterError(
    kind,
    `${method} ${path.split("?")[0]}: ${status} ${message ?? reason ?? ""}`,
  );
};

/** Which fields a manager owns is the greater part of many objects, and only who they are is ever asked. */
export const lean = (object: Manifest): Manifest => {
  for (const entry of object.metadata.managedFields ?? [])
    Reflect.deleteProperty(entry, "fieldsV1");
  return object;
};
