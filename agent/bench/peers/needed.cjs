// OpenTelemetry as somebody sets it up who cares what it costs: the SDK, and only the instrumentations the workload needs.
const { createRequire } = require("node:module");

const peer = createRequire(process.env.BENCH_PEERS);
const { NodeSDK } = peer("@opentelemetry/sdk-node");
const { HttpInstrumentation } = peer("@opentelemetry/instrumentation-http");
const { IORedisInstrumentation } = peer("@opentelemetry/instrumentation-ioredis");
const { PinoInstrumentation } = peer("@opentelemetry/instrumentation-pino");
const { UndiciInstrumentation } = peer("@opentelemetry/instrumentation-undici");

new NodeSDK({
  instrumentations: [
    new HttpInstrumentation(),
    new UndiciInstrumentation(),
    new IORedisInstrumentation(),
    // Ids in the lines; the lines themselves stay where they are.
    new PinoInstrumentation({ disableLogSending: true }),
  ],
}).start();
