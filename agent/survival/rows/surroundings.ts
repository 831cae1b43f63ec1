/** What the process finds, or misses, around itself: streams, files, rights, memory, clocks. */
import { at, type Row } from "../row.ts";

const code = `require("$APPS/work.cjs")();`;
const shell = (script: string): string[] => ["sh", "-c", script, "sh"];

const around = (fault: string, row: Partial<Row>): Row => ({
  fault: `surroundings: ${fault}`,
  moment: "before",
  code,
  ...row,
});

/** In these Node prints the stack of a line that could not be written. */
const CONSOLE_FRAME =
  "one frame of ours in the stack of a console call: ids can be put into its lines in no other place";

/** Prints nothing itself, and records for several flushes. */
const ON_CONSOLE: Partial<Row> = {
  env: {
    OTEL_TRACES_EXPORTER: "console",
    OTEL_METRICS_EXPORTER: "console",
    OTEL_LOGS_EXPORTER: "console",
  },
  code: `
const server = require("node:http").createServer((q, s) => s.end()).listen(0, async () => {
  for (let i = 0; i < 30; i++) {
    await fetch("http://127.0.0.1:" + server.address().port, { headers: { connection: "close" } });
    await new Promise((done) => setTimeout(done, 20));
  }
  server.close(() => (process.exitCode = 7));
});`,
};

const STREAMS: Row[] = [
  around("stdin closed", { wrap: shell('exec "$@" <&-') }),
  around("stdout closed", { wrap: shell('exec "$@" >&-') }),
  around("stderr closed", { wrap: shell('exec "$@" 2>&-'), agent: "unknown" }),
  around("all streams closed", { wrap: shell('exec "$@" <&- >&- 2>&-'), agent: "unknown" }),
  around("stderr full", { wrap: shell('exec "$@" 2>/dev/full'), agent: "unknown" }),
  around("stdout full", { wrap: shell('exec "$@" >/dev/full'), accepted: CONSOLE_FRAME }),
  around("nobody reads stdout", { deaf: true, accepted: CONSOLE_FRAME }),
  around("stdout closed, telemetry for it", { wrap: shell('exec "$@" >&-'), ...ON_CONSOLE }),
  around("stdout full, telemetry for it", { wrap: shell('exec "$@" >/dev/full'), ...ON_CONSOLE }),
  around("nobody reads stdout, telemetry for it", { deaf: true, ...ON_CONSOLE }),
  around("stderr closed, nothing configured", {
    wrap: shell('exec "$@" 2>&-'),
    config: null,
    agent: "unknown",
  }),
  around("stderr full, nothing configured", {
    wrap: shell('exec "$@" 2>/dev/full'),
    config: null,
    agent: "unknown",
  }),
];

const FILES: Row[] = [
  around("the working folder removed", {
    wrap: shell('d=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"'),
  }),
  around("a working folder nobody may write", { wrap: shell('cd /proc && exec "$@"') }),
  around("no environment but ours", {
    wrap: shell('exec env -i NODE_OPTIONS="$NODE_OPTIONS" "$@"'),
  }),
  around("no room for files", { wrap: shell('ulimit -f 0; exec "$@"') }),
  around("few file descriptors", { wrap: shell('ulimit -n 40; exec "$@"') }),
  around("no file descriptors left", {
    wrap: shell('ulimit -n 40; exec "$@"'),
    code: `
const fs = require("node:fs"); const open = [];
try { for (;;) open.push(fs.openSync("/dev/null")); } catch (error) { console.log(error.code); }
setTimeout(() => { for (const fd of open) fs.closeSync(fd); require("$APPS/work.cjs")(); }, 1500);`,
  }),
  around("a small stack", { wrap: shell('ulimit -s 1024; exec "$@"') }),
  around("one at a time on the thread pool", { env: { UV_THREADPOOL_SIZE: "1" } }),
  around("another locale and time zone", {
    env: { LANG: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" },
  }),
];

/** A memory limit as a container has it: everything the process holds, the page cache aside. */
const CGROUP = `g=$(ls -d /sys/fs/cgroup/memory 2>/dev/null || echo /sys/fs/cgroup)/survival-$$
mkdir "$g" || exit 1
for f in memory.limit_in_bytes memory.max; do [ -e "$g/$f" ] && echo 67108864 >"$g/$f"; done
sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$g" "$@"
c=$?
rmdir "$g"
exit $c`;

/** Root only; elsewhere the command fails alike with and without us. */
const PRIVILEGED: Row[] = [
  around("a root file system nobody may write", {
    wrap: ["unshare", "--mount", ...shell('mount -o remount,bind,ro / 2>/dev/null; exec "$@"')],
  }),
  around("no network", {
    wrap: ["unshare", "--net"],
    code: "setTimeout(() => console.log('alone'), 400);",
  }),
  around("64 MB for everything", { wrap: shell(CGROUP) }),
  around("a monotonic clock of years", {
    wrap: ["unshare", "--time", "--monotonic", "99999999", "--boottime", "99999999"],
  }),
];

const clock = (fault: string, change: string): Row[] => [
  around(`clock: ${fault}, before us`, { preloaded: change }),
  around(`clock: ${fault}`, { code: `${change}\n${code}`, moment: "load" }),
];

/** As it happens to a service. */
const clockOfService = (fault: string, change: string): Row[] =>
  at(["start"], {
    fault: `surroundings: clock: ${fault}`,
    postloaded: `setTimeout(() => { ${change} }, 150).unref();`,
    args: ["$APPS/service.cjs"],
    service: true,
  });

const robbed = (row: Row): Row => ({ ...row, robbed: true });

const JUMP = "const now = Date.now; let jump = 0; Date.now = () => now.call(Date) + jump;";

const CHANGES: Record<string, string> = {
  "an hour ahead": `${JUMP} jump = 36e5;`,
  "back to 1970": "Date.now = () => 0;",
  "far in the future": "Date.now = () => 8.64e15;",
  "jumping with every look": `${JUMP} setInterval(() => { jump = (Math.random() - 0.5) * 1e12; }, 5).unref();`,
  "no number": "Date.now = () => NaN;",
  "a Date of somebody's own":
    "globalThis.Date = class extends Date { static now() { return 1; } };",
  "a performance of somebody's own": "require('node:perf_hooks').performance.now = () => 0;",
};

const CLOCKS: Row[] = [
  ...Object.entries(CHANGES).flatMap((change) => [
    ...clock(...change),
    ...clockOfService(...change),
  ]),
  ...clock("throwing", `Date.now = () => { throw new Error("no clock"); };`).map(robbed),
];

export const surroundings: Row[] = [...STREAMS, ...FILES, ...PRIVILEGED, ...CLOCKS];
