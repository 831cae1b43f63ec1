/** What differs between a pod and a process on loopback, and the names that configurations use. Pure. */

export type Tree = Record<string, unknown>;

/** Where a collector listens. */
interface Listening {
  http: string;
  grpc: string;
  health: string;
  /** Of the collector's figures about itself. */
  own: { host: string; port: number };
  /** Of the metrics that it offers. */
  scrape: string;
}

/** Where it sends to and reads from. */
interface Reaching {
  /** Where traces go: OTLP/gRPC `host:port`, or the base URL of OTLP/HTTP. */
  traces: string;
  /** Base URL of the Prometheus that takes the metrics. */
  metrics: string;
  /** How the exporter that balances by trace finds the second tier. */
  resolver: Tree;
  /** Consumer group of the second tier. */
  group: string;
  /** Brokers, TLS and credentials. */
  kafka: Tree;
}

export interface Places extends Listening, Reaching {
  /** Folder of what waits on disk. */
  queue: string;
  /** Folder with one folder for each Secret. */
  secrets: string;
}

export const SPAN_METRICS = "span_metrics";
export const STORAGE = "file_storage";
