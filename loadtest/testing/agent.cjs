/**
 * A stand-in agent: obeys the marks of a trial and sends one span for each item that is on.
 * BURN_ROUNDS: work it does besides for each such item. BROKEN=deaf: it does not mute.
 */
const { Agent, IncomingMessage, Server, request } = require("node:http");
const { field } = require("../protobuf.ts");

const { FLASHCARD_OTEL_TRIAL_TOKEN: token, OTLP_URL, BURN_ROUNDS = "0", BROKEN = "" } = process.env;
const agent = new Agent({ keepAlive: true });
let pending = [];

const flush = () => {
  const spans = pending.map((id) => field(2, [field(1, [Buffer.from(id, "hex")])]));
  pending = [];
  const body = field(1, [field(2, spans)]);
  const post = request(`${OTLP_URL}/v1/traces`, {
    agent,
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
  });
  post.on("response", (response) => response.resume());
  post.end(body);
};

const emit = Server.prototype.emit;
Server.prototype.emit = function patched(event, message, ...rest) {
  const mark =
    event === "request" && message instanceof IncomingMessage
      ? message.headers["flashcard-otel-trial"]
      : undefined;
  if (!mark?.startsWith(token)) return emit.call(this, event, message, ...rest);
  if (mark.endsWith(";on") || BROKEN === "deaf") {
    pending.push(message.headers.traceparent.slice(3, 35));
    globalThis.workOfTheApp(Number(BURN_ROUNDS));
  }
  if (mark.endsWith(";flush")) flush();
  return emit.call(this, event, message, ...rest);
};
