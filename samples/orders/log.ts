/** One JSON object per line on standard output. */
type Level = "info" | "warn" | "error";
type Fields = Record<string, string | number>;

export type Log = (level: Level, msg: string, fields?: Fields) => void;

export const logOf =
  (service: string): Log =>
  (level, msg, fields = {}) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), level, service, msg, ...fields }));
