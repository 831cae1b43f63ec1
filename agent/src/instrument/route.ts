/** What the spans and the duration of one route have in common, built when a method and status are first seen. */
import { register, SERVER } from "../core/template.ts";
import { serverDuration } from "../metrics/own.ts";
import type { Series } from "../metrics/series.ts";
import { knownMethod, originalMethod, spanName } from "./method.ts";

export interface ServerOperation {
  /** The path every request of this route has; the template then holds it. No path can equal the empty one of other routes. */
  path: string;
  withPath: number;
  withoutPath: number;
  duration: Series;
}

/** Where requests come in: the side of a connection that is ours. */
export interface Entrance {
  port: number | undefined;
  scheme: "http" | "https";
}

const OPERATIONS = 200;

export class Route {
  private readonly pattern: string;
  private readonly path: string;
  private readonly operations = new Map<string, ServerOperation>();
  private lastMethod = "";
  private lastStatus = 0;
  private lastPort: number | undefined = 0;
  private last: ServerOperation | null = null;

  constructor(pattern: string) {
    this.pattern = pattern;
    this.path = /[:*{]/.test(pattern) ? "" : pattern;
  }

  operation(method: string, status: number, entrance: Entrance): ServerOperation {
    if (
      this.last !== null &&
      this.lastStatus === status &&
      this.lastMethod === method &&
      this.lastPort === entrance.port
    )
      return this.last;
    const found = this.lookUp(`${method} ${status} ${entrance.port}`, () =>
      this.build(method, status, { entrance, error: status >= 500 ? String(status) : undefined }),
    );
    this.lastPort = entrance.port;
    this.lastMethod = method;
    this.lastStatus = status;
    this.last = found;
    return found;
  }

  aborted(method: string, status: number, entrance: Entrance): ServerOperation {
    return this.lookUp(`${method} ${status} ${entrance.port} aborted`, () =>
      this.build(method, status, { entrance, error: "aborted" }),
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
    { entrance, error }: { entrance: Entrance; error: string | undefined },
  ): ServerOperation {
    const shared = {
      "http.request.method": knownMethod(method),
      "url.scheme": entrance.scheme,
      "http.route": this.pattern || undefined,
      "http.response.status_code": status || undefined,
      "error.type": error,
    };
    const shape = {
      name: spanName(method, this.pattern),
      kind: SERVER,
      error: error !== undefined,
    };
    const attributes = {
      ...shared,
      "http.request.method_original": originalMethod(method),
      "server.port": entrance.port,
    };
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
