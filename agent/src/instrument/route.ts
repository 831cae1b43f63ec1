/** What the spans and the duration of one route have in common, built when a method and status are first seen. */
import type { Socket } from "node:net";
import { register, SERVER } from "../core/template.ts";
import { serverDuration } from "../metrics/own.ts";
import type { Series } from "../metrics/series.ts";
import { knownMethod, spanName } from "./method.ts";

export interface ServerOperation {
  /** The path every request of this route has; the template then holds it. No path can equal the empty one of other routes. */
  path: string;
  withPath: number;
  withoutPath: number;
  duration: Series;
}

const OPERATIONS = 200;

export class Route {
  private readonly pattern: string;
  private readonly path: string;
  private readonly operations = new Map<string, ServerOperation>();
  private lastMethod = "";
  private lastStatus = 0;
  private last: ServerOperation | null = null;

  constructor(pattern: string) {
    this.pattern = pattern;
    this.path = /[:*{]/.test(pattern) ? "" : pattern;
  }

  operation(method: string, status: number, socket: Socket | null): ServerOperation {
    if (this.last !== null && this.lastStatus === status && this.lastMethod === method)
      return this.last;
    const found = this.lookUp(`${method} ${status}`, () =>
      this.build(method, status, { socket, error: status >= 500 ? String(status) : undefined }),
    );
    this.lastMethod = method;
    this.lastStatus = status;
    this.last = found;
    return found;
  }

  aborted(method: string, status: number, socket: Socket | null): ServerOperation {
    return this.lookUp(`${method} ${status} aborted`, () =>
      this.build(method, status, { socket, error: "aborted" }),
    );
  }

  private lookUp(key: string, build: () => ServerOperation): ServerOperation {
    const known = this.operations.get(key);
    if (known !== undefined) return known;
    const built = build();
    if (this.operations.size < OPERATIONS) this.operations.set(key, built);
    return built;
  }

  private build(
    method: string,
    status: number,
    { socket, error }: { socket: Socket | null; error: string | undefined },
  ): ServerOperation {
    const shared = {
      "http.request.method": knownMethod(method),
      "url.scheme": socket !== null && "encrypted" in socket ? "https" : "http",
      "http.route": this.pattern || undefined,
      "http.response.status_code": status || undefined,
      "error.type": error,
    };
    const shape = {
      name: spanName(method, this.pattern),
      kind: SERVER,
      error: error !== undefined,
    };
    const attributes = { ...shared, "server.port": socket?.localPort };
    return {
      path: this.path === "" ? NO_PATH : this.path,
      withPath: register({ ...shape, attributes: { ...attributes, "url.path": this.path } }),
      withoutPath: register({ ...shape, attributes }),
      duration: serverDuration.series(defined(shared)),
    };
  }
}

/** Equal to no request's path. */
const NO_PATH = "\0";

export const OTHER_ROUTE = new Route("");

const defined = (attributes: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
