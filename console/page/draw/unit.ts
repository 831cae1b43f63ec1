/** Values as Grafana's units write them, as far as dashboards of services use them. Pure. */
import { duration, short } from "../words.ts";
import { binaryTicks, ticks } from "./scale.ts";

type Format = (value: number) => string;

const bytes: Format = (value) => {
  const step = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${short(value / 1024 ** step)} ${["B", "KiB", "MiB", "GiB", "TiB"][step]}`;
};

const UNITS: Record<string, Format> = {
  percentunit: (value) => `${short(value * 100)} %`,
  percent: (value) => `${short(value)} %`,
  s: duration,
  ms: (value) => duration(value / 1000),
  reqps: (value) => `${short(value)}/s`,
  ops: (value) => `${short(value)}/s`,
  cps: (value) => `${short(value)}/s`,
  bytes,
  decbytes: bytes,
};

export const ticksOf = (unit: string): typeof ticks =>
  UNITS[unit] === bytes ? binaryTicks : ticks;

export const formatOf = (unit: string): Format => UNITS[unit] ?? short;
