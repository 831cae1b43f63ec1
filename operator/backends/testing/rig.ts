/** The three real programs on loopback, with the configurations that pods would get. For tests only. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ensure, pathOf } from "../../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../../cluster/settings.ts";
import { collectorConfig } from "../../collector/config.ts";
import type { CollectorSpec } from "../../migration/pipelines.ts";
import { onLoopback } from "../../collector/testing/loopback.ts";
import type { Places as CollectorPlaces } from "../../collector/places.ts";
import { jaegerConfig, type JaegerPlaces } from "../jaeger.ts";
import { prometheusArgs, prometheusConfig } from "../prometheus.ts";
import { ports, type Running, start, stop, up } from "./processes.ts";

type Program = "otelcol" | "jaeger" | "prometheus" | "promtool";

export interface Rig {
  collector: string;
  traces: string;
  metrics: string;
  /** Folder whose rule files the Prometheus evaluates. */
  rules: string;
  programs: Record<Program, string>;
  collectorConfigFile: string;
  places: CollectorPlaces;
  collectorLog: () => string;
  stop: () => Promise<void>;
}

const programs = async (): Promise<Rig["programs"]> => {
  const paths = await ensure(settingsFrom(process.env), ["collector", "jaeger", "prometheus"]);
  const program = (artefact: "collector" | "jaeger" | "prometheus", name: string): string =>
    join(pathOf(paths, artefact), "bin", name);
  return {
    otelcol: program("collector", "otelcol"),
    jaeger: program("jaeger", "jaeger"),
    prometheus: program("prometheus", "prometheus"),
    promtool: program("prometheus", "promtool"),
  };
};

interface Places {
  jaeger: JaegerPlaces;
  collector: CollectorPlaces;
  /** Of Prometheus. */
  address: string;
}

const choosePlaces = async (): Promise<Places> => {
  const free = await ports(6);
  const next = (): string => free.pop() ?? "";
  const jaeger = { grpc: next(), http: next(), query: next(), queryGrpc: next(), health: next() };
  const address = next();
  const metrics = `http://${address}`;
  const collector = await onLoopback({ traces: jaeger.grpc, metrics });
  return { jaeger, collector, address };
};

interface Files {
  jaeger: string;
  prometheus: string;
  collector: string;
  data: string;
  rules: string;
}

export interface Scraped {
  /** `host:port` */
  address: string;
  /** As discovery would add them. */
  labels?: Record<string, string>;
}

export interface Options {
  /** Applications with `/metrics`, as the old monitoring scrapes them. */
  scraped?: Scraped[];
  /** What the collector shall do beside its plainest work, given the address of Prometheus. */
  collectorFor?: (metrics: string) => CollectorSpec;
  /** Further arguments of Prometheus. */
  prometheus?: string[];
}

/** Name of the job under which the old series are. */
export const SCRAPE_JOB = "old";

const scraping = ({ scraped }: Options) =>
  scraped
    ? {
        scrape_configs: [
          {
            job_name: SCRAPE_JOB,
            scrape_interval: "1s",
            static_configs: scraped.map(({ address, labels = {} }) => ({
              targets: [address],
              labels,
            })),
          },
        ],
      }
    : {};

const writeFiles = async (
  folder: string,
  { jaeger, collector }: Places,
  options: Options,
): Promise<Files> => {
  const file = (name: string): string => join(folder, `${name}.yaml`);
  const rules = join(folder, "rules");
  await mkdir(rules);
  const configs = {
    jaeger: jaegerConfig(jaeger),
    collector: collectorConfig(collector, options.collectorFor?.(collector.metrics)),
    prometheus: { ...prometheusConfig(rules), ...scraping(options) },
  };
  for (const [name, config] of Object.entries(configs))
    await writeFile(file(name), stringify(config));
  return {
    jaeger: file("jaeger"),
    prometheus: file("prometheus"),
    collector: file("collector"),
    data: join(folder, "data"),
    rules,
  };
};

const startAll = (
  { otelcol, jaeger, prometheus }: Rig["programs"],
  files: Files,
  { address, more = [] }: { address: string; more: string[] | undefined },
) => {
  const { data } = files;
  return {
    jaeger: start(jaeger, ["--config", files.jaeger]),
    prometheus: start(prometheus, [
      ...prometheusArgs({ file: files.prometheus, data, address }),
      ...more,
    ]),
    collector: start(otelcol, [`--config=${files.collector}`]),
  } satisfies Record<string, Running>;
};

export const startRig = async (options: Options = {}): Promise<Rig> => {
  const paths = await programs();
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-backends-"));
  const places = await choosePlaces();
  const files = await writeFiles(folder, places, options);
  const running = startAll(paths, files, { address: places.address, more: options.prometheus });
  const end = async (): Promise<void> => {
    await Promise.all(Object.values(running).map((one) => stop(one)));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await up(`http://${places.jaeger.health}/status`, running.jaeger);
    await up(`http://${places.address}/-/ready`, running.prometheus);
    await up(`http://${places.collector.health}/`, running.collector);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    collector: `http://${places.collector.http}`,
    traces: `http://${places.jaeger.query}`,
    metrics: `http://${places.address}`,
    rules: files.rules,
    programs: paths,
    collectorConfigFile: files.collector,
    places: places.collector,
    collectorLog: running.collector.output,
    stop: end,
  };
};
