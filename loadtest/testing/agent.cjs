/**
 * A stand-in agent: sends one span for each item that is on. With a token it obeys the marks of a trial; without one every item is on,
 * and it exports by itself, as agents do in production.
 * BURN_ROUNDS: work it does besides for each such item. BROKEN=deaf: it does not mute.
 * CHEAT: where that work is hidden from a comparison of items: `off` (items that are off do it too), `timer` (later, between items),
 * `worker` (in another thread), `garbage` (objects that are thrown away later).
 * SLOW_SHARE: items that are on and take SLOW_MS (50) longer. FAIL_SHARE: items that are on and fail.
 * BALANCED=1: items that are off cost the agent as much as those that are on, so that BURN_ROUNDS is all the difference there is.
 */
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Agent, IncomingMessage, Server, request } = require("node:http");
const { Worker } = require("node:worker_threads");
const { field } = require("../protobuf.ts");

/** Beside the file, where the operator has delivered it. */
const delivered = () => {
  const path = join(__dirname, "config.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
};
const { endpoint = "", flushIntervalMs = 200 } = delivered();

const {
  FLASHCARD_OTEL_TRIAL_TOKEN: token = "",
  OTEL_EXPORTER_OTLP_ENDPOINT = endpoint,
  OTLP_URL = OTEL_EXPORTER_OTLP_ENDPOINT,
  BURN_ROUNDS = "0",
  BROKEN = "",
  CHEAT = "",
  SLOW_SHARE = "0",
  SLOW_MS = "50",
  FAIL_SHARE = "0",
  BALANCED = "",
} = process.env;
const IDLE = "/readyz";
const agent = new Agent({ keepAlive: true });
let pending = [];
let unsent = [];

const flush = () => {
  if (pending.length === 0) return;
  send("/v1/traces", pending);
  pending = [];
};

const send = (path, ids) => {
  const spans = ids.map((id) => field(2, [field(1, [Buffer.from(id, "hex")])]));
  const body = field(1, [field(2, spans)]);
  const post = request(`${OTLP_URL}${path}`, {
    agent,
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
  });
  post.on("response", (response) => response.resume());
  post.on("error", () => undefined);
  post.end(body);
};

if (token === "") setInterval(flush, flushIntervalMs).unref();

/** Every so many of the items that are on. */
const spread = (share) => {
  let owed = 0;
  return () => {
    owed += Number(share);
    if (owed < 1) return false;
    owed -= 1;
    return true;
  };
};
/** Fractions of a round add up. */
const isOneMore = spread(Number(BURN_ROUNDS) % 1);
const rounds = () => Math.floor(Number(BURN_ROUNDS)) + (isOneMore() ? 1 : 0);

const THREAD = `
const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const page = Buffer.alloc(4096, "flashcard");
parentPort.on("message", (rounds) => {
  for (let round = 0; round < rounds; round += 1) createHash("sha256").update(page).digest("hex");
});`;
const thread =
  CHEAT === "worker" ? new Worker(THREAD, { eval: true, execArgv: [], env: {} }) : undefined;
thread?.unref();

const KEPT = 64;
const kept = [];
const litter = () => {
  kept.push(Array.from({ length: rounds() * 50 }, (_, i) => ({ i })));
  if (kept.length > KEPT) kept.shift();
};

const hidden = {
  off: () => globalThis.workOfTheApp(rounds()),
  timer: () => setTimeout(() => globalThis.workOfTheApp(rounds()), 4),
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  worker: () => thread.postMessage(rounds()),
  garbage: litter,
};
const work = hidden[CHEAT] ?? (() => globalThis.workOfTheApp(rounds()));

const isOn = (mark) => token === "" || mark.endsWith(";on") || BROKEN === "deaf";

const [isSlow, isFailing] = [spread(SLOW_SHARE), spread(FAIL_SHARE)];

/** What an item that is on costs, and its export, without anything that the sink would count. */
const balance = ({ url, headers }) => {
  if (url !== IDLE) unsent.push(headers.traceparent.slice(3, 35));
  else if (!headers["flashcard-otel-trial"].endsWith(";flush")) {
    send("/v1/logs", unsent);
    unsent = [];
  }
};

const emit = Server.prototype.emit;
Server.prototype.emit = function patched(event, message, ...rest) {
  const mark =
    event === "request" && message instanceof IncomingMessage
      ? message.headers["flashcard-otel-trial"]
      : undefined;
  if (!mark?.startsWith(token)) return emit.call(this, event, message, ...rest);
  if (mark.endsWith(";flush")) flush();
  if (!isOn(mark)) {
    if (BALANCED === "1") balance(message);
    if (CHEAT === "off" && !mark.endsWith(";flush")) work();
    return emit.call(this, event, message, ...rest);
  }
  pending.push(message.headers.traceparent.slice(3, 35));
  work();
  const [response] = rest;
  if (isFailing()) return response.writeHead(503).end();
  if (!isSlow()) return emit.call(this, event, message, ...rest);
  return setTimeout(() => emit.call(this, event, message, ...rest), Number(SLOW_MS));
};
