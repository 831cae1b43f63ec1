// A program that ends by itself; every way of ending is an argument of the environment.
const { trace } = require("@opentelemetry/api");

process.on("beforeExit", () => process.stdout.write("beforeExit\n"));
process.on("exit", (code) => process.stdout.write(`exit ${code}\n`));
process.stdout.write(`legacy ${process.env.LEGACY_MONITORING ?? "unset"}\n`);

const ways = {
  nothing: () => {},
  exit: () => setTimeout(() => process.exit(3), 60),
  throw: () =>
    setTimeout(() => {
      throw new Error("planned");
    }, 60),
  reject: () => setTimeout(() => Promise.reject(new Error("planned")), 60),
  work: () => setTimeout(() => {}, 60),
  signal: () => setTimeout(() => process.kill(process.pid, "SIGTERM"), 60),
};
const work = () =>
  trace.getTracer("app").startActiveSpan("short work", (span) => {
    ways[process.env.WAY ?? "nothing"]();
    span.end();
  });
if (process.env.AFTER_MS) setTimeout(work, Number(process.env.AFTER_MS));
else work();
process.stdout.write("end of main\n");
