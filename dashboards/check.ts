/**
 * Asks Prometheus every question of the dashboards, and whether old and new answers agree.
 *
 *   npm run panels:check -- [--prometheus URL] [--legacy URL] [--json FILE]
 *
 * URL: http://127.0.0.1:9090; --legacy where the old series are in another one. Writes `{panels, withData, agree}`: a panel counts
 * for each query; it has data when every edition that it is in draws something, and agrees when they draw the same, or there is one.
 * Exit codes: 0 all that have data agree, and none has it in one of two editions only; 1 otherwise, or nobody answered; 2 wrong arguments.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Manifest } from "../operator/cluster/cluster.ts";
import { type Fetch } from "../operator/measurement/ask.ts";
import { prometheus } from "../operator/measurement/prometheus.ts";
import {
  difference,
  draw,
  type Drawn,
  drawPanels,
  type Grid,
  gridBefore,
  type Sources,
} from "../operator/switching/agree.ts";
import { panelQueries } from "../operator/switching/boards.ts";
import { boards } from "./boards.ts";
import { dashboard } from "./grafana.ts";
import { EDITIONS, type Edition } from "./editions.ts";

const USAGE = "usage: npm run panels:check -- [--prometheus URL] [--legacy URL] [--json FILE]";
const HERE = "http://127.0.0.1:9090";

export interface Io {
  out: (line: string) => void;
  err: (line: string) => void;
  fetch: Fetch;
  now: () => Date;
  save: (file: string, text: string) => Promise<void>;
}

interface Options {
  otel: string;
  legacy: string;
  json: string | undefined;
}

export const run = async (argv: string[], io: Io): Promise<number> => {
  let options: Options;
  try {
    options = optionsFrom(argv);
  } catch (error) {
    io.err(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    return await check(options, io);
  } catch (error) {
    io.err(`${(error as Error).message}; name a Prometheus with --prometheus URL`);
    return 1;
  }
};

const optionsFrom = (args: string[]): Options => {
  const text = { type: "string" } as const;
  const options = { prometheus: text, legacy: text, json: text };
  const { prometheus: otel = HERE, legacy = otel, json } = parseArgs({ args, options }).values;
  for (const url of [otel, legacy])
    if (!/^https?:\/\//.test(url)) throw new Error(`${url} is not an address like ${HERE}`);
  return { otel: bare(otel), legacy: bare(legacy), json };
};

const bare = (url: string): string => url.replace(/\/+$/, "");

const check = async ({ otel, legacy, json }: Options, io: Io): Promise<number> => {
  const sources = { legacy: prometheus(legacy, io.fetch), otel: prometheus(otel, io.fetch) };
  const grid = gridBefore(io.now());
  const pairs = await drawPanels({ legacy: all("legacy"), otel: all("otel") }, sources, grid);
  const singles = await drawSingles(sources, grid);
  const complaints = pairs.flatMap((panel) => oneSided(panel) ?? difference(panel) ?? []);
  const filled = pairs.filter(({ before, after }) => before && after);
  const agreeing = filled.filter((panel) => difference(panel) === undefined);
  const drawn = singles.filter(({ line }) => line).length;
  const found = {
    panels: pairs.length + singles.length,
    withData: filled.length + drawn,
    agree: agreeing.length + drawn,
  };
  for (const complaint of complaints) io.out(complaint);
  for (const where of emptyOnes(pairs, singles)) io.out(`${where}: nothing to draw yet`);
  io.out(JSON.stringify(found));
  if (json !== undefined) await io.save(json, `${JSON.stringify(found, undefined, 2)}\n`);
  return found.withData > 0 && complaints.length === 0 ? 0 : 1;
};

/** As in ConfigMaps. */
const all = (edition: Edition): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: edition },
  data: Object.fromEntries(
    boards
      .filter((one) => one.edition === edition)
      .map(({ board }) => [`${board.name}.json`, dashboard(board, edition)]),
  ),
});

interface Single {
  where: string;
  line: object | undefined;
}

/** What only one edition asks. */
const drawSingles = async (sources: Sources, grid: Grid): Promise<Single[]> => {
  const singles: Single[] = [];
  for (const edition of EDITIONS) {
    const others = panelQueries(all(edition === "otel" ? "legacy" : "otel"));
    const paired = new Set(others.map(({ key }) => key));
    for (const query of panelQueries(all(edition)).filter(({ key }) => !paired.has(key))) {
      const line = await draw(query, sources[edition], grid);
      singles.push({ where: query.where, line });
    }
  }
  return singles;
};

/** What has never happened is drawn by neither edition, and is no trouble. */
const emptyOnes = (pairs: Drawn[], singles: Single[]): string[] => [
  ...pairs.filter(({ before, after }) => !before && !after).map(({ where }) => where),
  ...singles.filter(({ line }) => !line).map(({ where }) => where),
];

const oneSided = ({ where, before, after }: Drawn): string | undefined => {
  if (Boolean(before) === Boolean(after)) return undefined;
  return `${where} shows nothing ${before ? "where the old one does" : "in the old edition"}`;
};

if (import.meta.main)
  process.exitCode = await run(process.argv.slice(2), {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    fetch,
    now: () => new Date(),
    save: (file, text) => writeFile(file, text),
  });
