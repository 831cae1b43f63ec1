/** `status`: where migrations stand, once or for as long as somebody looks. */
import type { Handler, Request } from "../command.ts";
import type { Io } from "../io.ts";
import type { Connection } from "../reach/connection.ts";
import { allMigrations, findMigration, type Found, fullName } from "../reach/migration.ts";
import { drawAll } from "../status/draw.ts";
import { follow } from "../status/follow.ts";
import { emit } from "../text/emit.ts";
import { EXIT, misuse } from "../trouble.ts";

export const status: Handler = async (request, io) => {
  if (request.flag("watch") && AS_DATA.includes(request.format ?? ""))
    throw misuse({
      what: `--watch and -o ${request.format} exclude each other`,
      why: "what is watched is drawn, or told as news",
      todo: `kubectl get ft -w -o ${request.format}`,
    });
  const connection = await io.connect(request.where);
  const place = request.flag("all-namespaces") ? { ...connection, namespace: "" } : connection;
  const look = () => lookOnce(place, request);
  const draw = async () => drawAll(await look(), { place, wide: request.format === "wide", io });
  if (request.flag("watch")) return follow({ place, look, draw }, io);
  const found = await look();
  if (!(await asData(found, request, io)))
    io.print(await drawAll(found, { place, wide: request.format === "wide", io }));
  return found.some(needsPerson) ? EXIT.no : EXIT.done;
};

const AS_DATA: readonly string[] = ["json", "yaml", "name"];

const lookOnce = async (place: Connection, { positionals, flag }: Request): Promise<Found[]> => {
  const [name] = positionals;
  if (name !== undefined) return [await findMigration(place, name)];
  const all = await allMigrations(place);
  // Asked for by name, nothing is an error that says what to do.
  return all.length > 0 || flag("all-namespaces") ? all : [await findMigration(place, name)];
};

const asData = async (found: Found[], { format }: Request, io: Io): Promise<boolean> => {
  if (format === "name") {
    io.print(found.map((one) => `${fullName(one)}\n`).join(""));
    return true;
  }
  const items = found.map(({ object }) => object);
  const list = { apiVersion: "v1", kind: "List", items };
  return emit(items.length === 1 ? items[0] : list, format, io);
};

const needsPerson = ({ migration, refused }: Found): boolean =>
  refused !== undefined ||
  migration.status.conditions.some(({ type, status: is }) => type === "Stalled" && is === "True");
