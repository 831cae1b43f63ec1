/** Flags of Node and V8 that take something away. Where a Node does not know one there is no case. */
import { at, type Row } from "../row.ts";

const code = `require("$APPS/work.cjs")();`;

const flag = (flags: string[], row: Partial<Row> = {}): Row => ({
  fault: `flags: ${flags.join(" ")}`,
  moment: "before",
  flags,
  code,
  ...row,
});

const SHORT: Row[] = [
  ["--disallow-code-generation-from-strings"],
  ["--frozen-intrinsics"],
  ["--disable-proto=delete"],
  ["--disable-proto=throw"],
  ["--use-strict"],
  ["--jitless"],
  ["--no-opt"],
  ["--stack-size=200"],
  ["--no-addons"],
  ["--no-deprecation"],
  ["--throw-deprecation"],
  ["--trace-deprecation", "--pending-deprecation"],
  ["--trace-warnings"],
  ["--trace-uncaught"],
  ["--trace-sync-io"],
  ["--unhandled-rejections=strict"],
  ["--unhandled-rejections=warn"],
  ["--unhandled-rejections=none"],
  ["--enable-source-maps"],
  ["--preserve-symlinks"],
  ["--preserve-symlinks-main"],
  ["--no-global-search-paths"],
  ["--no-experimental-fetch"],
  ["--no-experimental-require-module"],
  ["--no-async-context-frame"],
  ["--experimental-async-context-frame"],
  ["--experimental-vm-modules"],
  ["--insecure-http-parser"],
  ["--max-http-header-size=2048"],
  ["--dns-result-order=ipv4first"],
  ["--zero-fill-buffers"],
  ["--verify-base-objects"],
  ["--expose-gc"],
  ["--icu-data-dir=/nowhere"],
  ["--conditions=development"],
  ["--force-context-aware"],
  ["--no-network-family-autoselection"],
  ["--disable-wasm-trap-handler"],
  ["--disable-sigusr1"],
].map((flags) => flag(flags));

const PERMITTED_BEFORE = ["--experimental-permission", "--allow-fs-read=*"];
const PERMITTED = ["--permission", "--allow-fs-read=*"];

/** The 64 MB are for the whole life of a service, under requests. */
const SMALL = at(["start", "load", "shutdown"], {
  fault: "flags: --max-old-space-size=64 --max-semi-space-size=1",
  flags: ["--max-old-space-size=64", "--max-semi-space-size=1"],
  args: ["$APPS/service.cjs"],
  collector: "accepts and never answers",
  service: true,
});

export const flags: Row[] = [
  ...SHORT,
  flag(["--permission"], { agent: "unknown" }),
  flag(PERMITTED, { code: "console.log('permitted', process.permission.has('fs.write'));" }),
  flag([...PERMITTED, "--allow-net"]),
  flag(PERMITTED_BEFORE),
  ...SMALL,
  {
    ...flag([]),
    fault: "flags: of an older loader",
    options: "--experimental-loader data:text/javascript,",
    agent: "unknown",
  },
  {
    ...flag([]),
    fault: "flags: in NODE_OPTIONS",
    options: "--max-old-space-size=64 --no-deprecation",
  },
];
