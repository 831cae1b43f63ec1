/** Whatever the collector does, before a short program starts, over a service's whole life, amid its requests, and as it ends. */
import { FAULTS, type Fault, type FaultName } from "../faults.ts";
import { at, type Moment, type Row } from "../row.ts";

/** An address cannot turn bad later. */
const momentsOf = ({ serve, answer, tls, gone, endpoint }: Fault): Moment[] => {
  const canTurn = endpoint === undefined && (serve ?? answer ?? gone ?? tls) !== undefined;
  return canTurn ? ["load", "shutdown"] : ["start"];
};

const short = (name: FaultName): Row => ({
  fault: `collector: ${name}`,
  moment: "before",
  collector: name,
  code: `require("$APPS/work.cjs")();`,
});

const service = (name: FaultName): Row[] =>
  at(momentsOf(FAULTS[name]), {
    fault: `collector: ${name}`,
    collector: name,
    service: true,
    args: ["$APPS/service.cjs"],
  });

export const collectors: Row[] = (Object.keys(FAULTS) as FaultName[]).flatMap((name) => [
  short(name),
  ...service(name),
]);
