/**
 * Profile `full`: the stock SDK with its auto-instrumentations. Bundled into full.cjs, delivered on a volume of its own, required
 * by agent.cjs. Configured by the SDK's own environment variables; what the user set wins.
 */
import {
  context,
  propagation,
  trace,
  type Context,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import { getRPCMetadata, RPCType } from "@opentelemetry/core";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { subscribe } from "node:diagnostics_channel";
import { AGENT_ENV, type AgentConfig } from "../contract.ts";
import { instanceId, isForked } from "../src/instance.ts";
import { hookImports } from "./imports.ts";

const OFF = { enabled: false };
const SURPLUS = {
  // A second span per request beside express's own.
  "@opentelemetry/instrumentation-router": OFF,
  // Traces of their own for the exporter's look-ups and connections.
  "@opentelemetry/instrumentation-dns": OFF,
  "@opentelemetry/instrumentation-net": OFF,
};

export function startFull(config: AgentConfig): void {
  const restore = setDefaults(defaults(config));
  try {
    hookImports();
    const sdk = new NodeSDK({ instrumentations: [getNodeAutoInstrumentations(SURPLUS)] });
    sdk.start();
    if (config.baggage.length > 0) showBaggage(config.baggage);
    subscribe("tracing:fastify.request.handler:start", onFastify);
    flushAtEnd(sdk);
  } finally {
    restore();
  }
}

function defaults({
  endpoint,
  service,
  metricIntervalMs,
  flushIntervalMs,
}: AgentConfig): Record<string, string> {
  const { env } = process;
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_SERVICE_NAME: service.name,
    OTEL_RESOURCE_ATTRIBUTES: resource(service.namespace, env),
    // Cloud detectors ask metadata servers that are not there, slowly.
    OTEL_NODE_RESOURCE_DETECTORS: "env,host,process,container,serviceinstance",
    OTEL_METRIC_EXPORT_INTERVAL: String(metricIntervalMs),
    OTEL_METRIC_EXPORT_TIMEOUT: String(metricIntervalMs),
    OTEL_BSP_SCHEDULE_DELAY: String(flushIntervalMs),
    // Logs go to stdout with trace ids, as in the other profiles; the container runtime collects them.
    OTEL_LOGS_EXPORTER: "none",
    OTEL_SEMCONV_STABILITY_OPT_IN: "http,database",
  };
}

function resource(namespace: string, env: NodeJS.ProcessEnv): string {
  const own: Record<string, string | undefined> = {
    "service.namespace": namespace,
    "k8s.pod.name": env[AGENT_ENV.podName],
    "k8s.namespace.name": env[AGENT_ENV.namespace],
    "k8s.node.name": env[AGENT_ENV.nodeName],
    "service.instance.id": instanceId(env[AGENT_ENV.podUid], {
      pid: process.pid,
      forked: isForked(process),
    }),
  };
  const pairs = Object.entries(own).filter(([, value]) => value !== undefined && value !== "");
  const text = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value ?? "")}`);
  // The user's list comes last: of two equal keys the later one counts.
  return [...text, env["OTEL_RESOURCE_ATTRIBUTES"]].filter(Boolean).join(",");
}

const MERGED = "OTEL_RESOURCE_ATTRIBUTES";

/** For the time of the start only: the application and its children must not inherit our choices as if they were the user's. */
function setDefaults(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(values))
    if (process.env[name] === undefined || name === MERGED) process.env[name] = value;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Baggage entries as span attributes; the SDK's processor for it is no dependency of the meta package. */
function showBaggage(keys: readonly string[]): void {
  const proxy = trace.getTracerProvider() as {
    getDelegate?: () => { getTracer: (...args: string[]) => Tracer };
  };
  const provider = proxy.getDelegate?.();
  if (provider === undefined) return;
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (...args) => {
    const tracer = getTracer(...args);
    const startSpan = tracer.startSpan.bind(tracer);
    tracer.startSpan = (name, options, at) => described(startSpan(name, options, at), keys, at);
    return tracer;
  };
}

function described(span: Span, keys: readonly string[], at: Context = context.active()): Span {
  const baggage = propagation.getBaggage(at);
  if (baggage === undefined || !span.isRecording()) return span;
  for (const key of keys) {
    const value = baggage.getEntry(key)?.value;
    if (value !== undefined) span.setAttribute(key, value);
  }
  return span;
}

/** The meta package has no fastify instrumentation any more; without it no server span would know its route. */
function onFastify(message: unknown): void {
  const url = (message as { route?: { url?: unknown } }).route?.url;
  const metadata = getRPCMetadata(context.active());
  if (typeof url === "string" && metadata?.type === RPCType.HTTP) metadata.route = url;
}

/** As the SDK's own register file does; a listener for SIGTERM is added only where the application has one, so that it still ends. */
function flushAtEnd(sdk: NodeSDK): void {
  const shutdown = (): void => {
    sdk.shutdown().catch(() => undefined);
  };
  process.once("beforeExit", shutdown);
  const emit = process.emit.bind(process) as (...args: unknown[]) => boolean;
  const patched = (...args: [string, ...unknown[]]): boolean => {
    if (args[0] === "SIGTERM") shutdown();
    return emit(...args);
  };
  process.emit = patched as typeof process.emit;
}
