/**
 * `http.route` of Express 4 and 5. An application that is built is watched: which router holds a route and where each router is
 * mounted. The whole pattern of a route is put together when its first request comes, and is only looked up from then on.
 */
import type { Socket } from "node:net";
import { failed } from "../core/guard.ts";
import { silent } from "../core/switch.ts";
import { hide, patchMethod } from "./patch.ts";
import { setRoute } from "./server.ts";

interface Mount {
  parent: object;
  path: string;
}

interface App {
  mountpath?: unknown;
  parent?: App;
}

interface Request {
  baseUrl?: string;
  socket?: Socket;
  app?: App;
}

interface Route {
  path?: unknown;
  [PATTERNS]?: string[];
}

const PATTERNS = Symbol("flashcard-otel.patterns");
/** Routers mounted in circles, or nested beyond reason. */
const DEEPEST = 20;
/** Places of one router. A router made for each request around one that stays must not live as long as that. */
const MOST = 50;

const routers = new WeakMap<object, object>();
const mounts = new WeakMap<object, Mount[]>();

const isRouter = (value: unknown): value is object =>
  typeof value === "function" && Array.isArray((value as { stack?: unknown }).stack);

const pathsOf = (given: unknown): string[] => (Array.isArray(given) ? given : [given]).map(String);

function mounted(parent: object, args: readonly unknown[]): void {
  const paths = typeof args[0] === "function" ? ["/"] : pathsOf(args[0]);
  for (const child of args.flat(DEEPEST).filter(isRouter)) {
    const known = mounts.get(child) ?? [];
    const room = Math.max(0, MOST - known.length);
    known.push(...paths.slice(0, room).map((path) => ({ parent, path })));
    mounts.set(child, known);
  }
}

/** `exports` of express 4's lib/router/index.js and of the package `router` of Express 5: a function and its methods. */
export function patchRouter(exports: unknown): void {
  const { prototype } = exports as { prototype?: { route?: unknown } };
  const holder = typeof prototype?.route === "function" ? prototype : exports;
  patchMethod(holder, "use", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      safely(() => mounted(this as object, args));
      return original.apply(this, args);
    };
  });
  patchMethod(holder, "route", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const route = original.apply(this, args);
      safely(() => routers.set(route as object, this as object));
      return route;
    };
  });
}

/** `exports` of lib/router/route.js and of router's lib/route.js. */
export function patchRoute(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "dispatch", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!silent) {
        try {
          const request = args[0] as Request;
          setRoute(patternOf(this as Route, request), request.socket);
        } catch (error) {
          failed(error);
        }
      }
      return original.apply(this, args);
    };
  });
}

function safely(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

function patternOf(route: Route, request: Request): string {
  if (route[PATTERNS] === undefined) hide(route, PATTERNS, patternsOf(route, request.app));
  const patterns = route[PATTERNS] as unknown as string[];
  const [first = ""] = patterns;
  if (patterns.length === 1) return first;
  const base = request.baseUrl ?? "";
  return patterns.find((pattern) => startsLike(base, pattern)) ?? first;
}

/** A router may be mounted at several places, and so may the one it is in. */
function patternsOf(route: Route, app: App | undefined): string[] {
  const router = routers.get(route);
  const path = pathsOf(route.path).join(",");
  const prefixes = router === undefined ? [""] : prefixesOf(router, DEEPEST);
  const outer = prefixOf(app, DEEPEST);
  return prefixes.map((prefix) => joined(outer, prefix, path));
}

function prefixesOf(router: object, depth: number): string[] {
  const places = mounts.get(router);
  if (places === undefined || depth === 0) return [""];
  return places.flatMap(({ parent, path }) =>
    prefixesOf(parent, depth - 1).map((prefix) => `${prefix}/${path}`),
  );
}

/** Applications mounted in applications. */
function prefixOf(app: App | undefined, depth: number): string {
  if (app?.parent === undefined || depth === 0) return "";
  return `${prefixOf(app.parent, depth - 1)}/${pathsOf(app.mountpath).join(",")}`;
}

const joined = (...parts: string[]): string =>
  `/${parts.join("/")}`.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");

/** Whether a path can be the beginning of what a pattern matches. */
function startsLike(path: string, pattern: string): boolean {
  const wanted = pattern.split("/");
  return path
    .split("/")
    .every((part, at) => part === wanted[at] || /[:*{(]/.test(wanted[at] ?? ""));
}
