// Sentry, tracing everything, otherwise as it comes. SENTRY_DSN.
const { createRequire } = require("node:module");

createRequire(process.env.BENCH_PEERS)("@sentry/node").init({ tracesSampleRate: 1 });
