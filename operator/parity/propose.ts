/** `parity suggest`: reads an old `/metrics` and the new series, prints a parity map to check by hand. A row for a table of commands. */
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { readExposition } from "./exposition.ts";
import { type Proposal, suggest, type Suggestion } from "./suggest.ts";

export interface Io {
  print: (text: string) => void;
  remark: (text: string) => void;
  readText: (file: string) => Promise<string>;
}

const USAGE = `usage: parity suggest --legacy URL|FILE --otel URL|FILE
  --legacy  the old metrics: /metrics of the application, after some traffic
  --otel    the new ones of the same process, e.g. http://PROMETHEUS/federate?match[]={job="NAMESPACE/SERVICE"}
`;

const MISUSE = 2;
const NOTHING = 3;

/** 0 with a map, 1 when something cannot be read, 2 for a command line that makes no sense, 3 when no row can be proposed. */
export const run = async (argv: string[], io: Io): Promise<number> => {
  const asked = placesFrom(argv);
  if (!asked) {
    io.remark(USAGE);
    return MISUSE;
  }
  try {
    const [olds, news] = await Promise.all([read(asked.legacy, io), read(asked.otel, io)]);
    const found = suggest(readExposition(olds), readExposition(news));
    io.print(mapOf(found));
    return found.proposals.length > 0 ? 0 : NOTHING;
  } catch (error) {
    io.remark(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
};

const placesFrom = (args: string[]): { legacy: string; otel: string } | undefined => {
  try {
    const options = { legacy: { type: "string" }, otel: { type: "string" } } as const;
    const { legacy, otel } = parseArgs({ args, options }).values;
    return legacy && otel ? { legacy, otel } : undefined;
  } catch {
    return undefined;
  }
};

const DEADLINE_MS = 30_000;

const read = async (place: string, { readText }: Io): Promise<string> => {
  try {
    return await (/^https?:\/\//.test(place) ? get(place) : readText(place));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(
      `reading ${place}: ${said}; is it the address, or a file, of a text exposition?`,
      {
        cause: error,
      },
    );
  }
};

const get = async (address: string): Promise<string> => {
  const answer = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
};

const comment = (lines: string[]): string => lines.map((line) => `# ${line}\n`).join("");

const mapOf = ({ proposals, open }: Suggestion): string =>
  [
    comment(["A proposal: check every row, then remove this line."]),
    comment(proposals.map(restsOn)),
    stringify({ version: 1, rows: proposals.map(({ row }) => row) }, { lineWidth: 0 }),
    open.length > 0 ? comment(["", "Without a proposal:"]) : "",
    comment(open.map(({ legacy, reason }) => `${legacy}: ${reason}`)),
  ].join("");

const restsOn = ({ row, because }: Proposal): string =>
  `row ${row.row} rests on: ${because.join(", ")}`;
