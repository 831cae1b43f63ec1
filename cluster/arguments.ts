import { Trouble } from "./trouble.ts";
import { providerNames, type ProviderWish } from "./providers/provider.ts";

export const usage = `npm run cluster -- COMMAND [--provider auto|direct|kind|context] [--context NAME] [--with-docker]

  up [--images]       start a cluster; with --images also build and load all images
  down                remove it
                      kind uses the machine's Docker; --with-docker starts one where none answers (root)
  status              what is up, what is left
  load ARCHIVE...     make image archives available to pods; without archives all images that were built
  images [NAME...]    build image archives into the cache, print their names and tags
         --push REGISTRY   and push them there; without a name the operator's, which nobody else publishes
  refs [NAME...]      their names and tags as JSON, for helm's --set-json images=...
  dockerfiles [NAME]  write dist/images/NAME for docker build, from the same file lists
  node-image          what kind needs to be told: nothing where kindest/node can be pulled, else --image with one of ours
  build [ARTEFACT...] build programs into the cache (all of them without a name)
  kubectl ...         kubectl on this cluster; likewise helm ...
  api up|down         etcd and an API server alone, for tests
`;

export const commandNames = [
  "up",
  "down",
  "status",
  "load",
  "images",
  "refs",
  "node-image",
  "dockerfiles",
  "build",
  "kubectl",
  "helm",
  "api",
] as const;
export type CommandName = (typeof commandNames)[number];

export interface Command {
  name: CommandName;
  provider: ProviderWish;
  context?: string;
  withDocker: boolean;
  images: boolean;
  /** Registry that images are pushed to. */
  push?: string;
  rest: string[];
}

const isCommand = (name: string): name is CommandName =>
  (commandNames as readonly string[]).includes(name);

const isProvider = (name: string): name is ProviderWish =>
  ["auto", ...providerNames].some((one) => one === name);

const value = (queue: string[], option: string): string => {
  const next = queue.shift();
  if (next === undefined || next.startsWith("--"))
    throw new Trouble(`${option} needs a value\n\n${usage}`);
  return next;
};

const providerOf = (name: string): ProviderWish => {
  if (isProvider(name)) return name;
  throw new Trouble(
    `--provider ${name} is unknown: it is one of auto, ${providerNames.join(", ")}`,
  );
};

type Option = (command: Command, queue: string[]) => void;

const options: Readonly<Record<string, Option>> = {
  "--provider": (command, queue) => {
    command.provider = providerOf(value(queue, "--provider"));
  },
  "--context": (command, queue) => {
    command.context = value(queue, "--context");
  },
  "--push": (command, queue) => {
    command.push = value(queue, "--push");
  },
  "--with-docker": (command) => {
    command.withDocker = true;
  },
  "--images": (command) => {
    command.images = true;
  },
};

/** Takes one argument off the queue; false when the command has been read and the rest is not ours. */
const take = (
  command: Partial<Command> & Command,
  queue: string[],
  seen: { name: boolean },
): void => {
  const word = queue.shift() ?? "";
  const option = options[word];
  if (option) option(command, queue);
  else if (seen.name) command.rest.push(word);
  else if (isCommand(word)) {
    command.name = word;
    seen.name = true;
  } else throw new Trouble(`unknown command ${word}\n\n${usage}`);
};

/** What follows `kubectl` and `helm` belongs to them, options of our names included. */
const passesOn = (command: Command, seen: { name: boolean }): boolean =>
  seen.name && (command.name === "kubectl" || command.name === "helm");

export const parseArguments = (args: readonly string[]): Command => {
  const queue = [...args];
  const command: Command = {
    name: "status",
    provider: "auto",
    withDocker: false,
    images: false,
    rest: [],
  };
  const seen = { name: false };
  while (queue.length > 0) {
    if (passesOn(command, seen)) command.rest.push(...queue.splice(0));
    else take(command, queue, seen);
  }
  if (!seen.name) throw new Trouble(usage);
  return command;
};
