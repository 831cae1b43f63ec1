/** What the command line asks for. */
import { parseArgs } from "node:util";
import type { Budget } from "../verdict/reading.ts";
import type { Extent } from "./keys.ts";
import type { Item } from "./stage.ts";

export interface Options {
  app: string;
  url: URL;
  agent: string;
  item: Item;
  idlePath: string;
  budget: Budget;
  extent: Extent;
  json: string | undefined;
  html: string | undefined;
}

export const USAGE = `usage: overhead --app "node server.js" --url http://127.0.0.1:3000/path
  --agent lean|stock|COMMAND   ours (default), the OpenTelemetry SDK, or a command that starts the application with another
  --method M --body TEXT --header "name: value" (repeatable)    what an item sends; GET without a body
  --idle-path P                answered without work (/healthz; any answer will do)
  --budget 1 --guard 3         limits in percent: of an item, and of everything
  --warmup 1000 --items 300    items before anything is measured, and measured in each fresh pair of processes
  --blocks 300 --pairs 40      most blocks of 100 items, and most fresh pairs
  --seed 1
  --json FILE --html FILE      the verdict with its evidence; a page that shows how it came about`;

/** Throws a sentence that says what is wrong and what would be right. */
export const optionsFrom = (args: string[]): Options => {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { app, url, agent, json, html } = values;
  if (!app) throw new Error("--app is missing: the command that starts the application");
  return {
    app,
    url: urlFrom(url ?? ""),
    agent,
    item: itemFrom(values, urlFrom(url ?? "")),
    idlePath: values["idle-path"],
    budget: {
      cpuPercent: positive("budget", values.budget),
      guardPercent: positive("guard", values.guard),
      alpha: 0.05,
    },
    extent: {
      warmupItems: whole("warmup", values.warmup),
      epochItems: whole("items", values.items),
      blocks: whole("blocks", values.blocks),
      pairs: whole("pairs", values.pairs),
      seed: whole("seed", values.seed),
    },
    json,
    html,
  };
};

const OPTIONS = {
  app: { type: "string" },
  url: { type: "string" },
  agent: { type: "string", default: "lean" },
  method: { type: "string" },
  body: { type: "string" },
  header: { type: "string", multiple: true, default: [] as string[] },
  "idle-path": { type: "string", default: "/healthz" },
  budget: { type: "string", default: "1" },
  guard: { type: "string", default: "3" },
  warmup: { type: "string", default: "1000" },
  items: { type: "string", default: "300" },
  blocks: { type: "string", default: "300" },
  pairs: { type: "string", default: "40" },
  seed: { type: "string", default: "1" },
  json: { type: "string" },
  html: { type: "string" },
} as const;

/** Plain HTTP on this machine: the application is started here, twice. */
const urlFrom = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)) return url;
  throw new Error(`--url is "${text}", not an address like http://127.0.0.1:3000/path`);
};

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

interface Sent {
  method?: string | undefined;
  body?: string | undefined;
  header: readonly string[];
}

const itemFrom = ({ method, body, header }: Sent, { pathname, search }: URL): Item => ({
  method: method ?? (body === undefined ? "GET" : "POST"),
  path: `${pathname}${search}`,
  headers: {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...Object.fromEntries(header.map(headerFrom)),
  },
  ...(body === undefined ? {} : { body }),
});

const headerFrom = (text: string): [string, string] => {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`--header is "${text}", not "name: value"`);
  return [name.toLowerCase(), value ?? ""];
};

const positive = (name: string, text: string): number => {
  if (Number(text) > 0) return Number(text);
  throw new Error(`--${name} is ${text}, not a number above 0`);
};

const whole = (name: string, text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`--${name} is ${text}, not a whole number above 0`);
};
