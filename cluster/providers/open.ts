import { directProvider } from "../direct/direct.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { contextProvider } from "./context.ts";
import { readFacts } from "./facts.ts";
import { missing } from "./prerequisites.ts";
import { choose, type Provider, type ProviderName, type ProviderWish } from "./provider.ts";

export interface ClusterOptions {
  provider?: ProviderWish;
  context?: string;
}

type Make = (settings: Settings, context: string | undefined) => Provider;

const kind: Make = () => {
  throw new Trouble(
    "the provider kind comes with a later release; use --provider direct (Linux, root) or an existing cluster: --context NAME",
  );
};

const makers: Readonly<Record<ProviderName, Make>> = {
  direct: (settings) => directProvider(settings),
  context: contextProvider,
  kind,
};

/** Picks the provider and says which and why; stops with one line per missing prerequisite. */
export const openCluster = (
  settings: Settings,
  { provider = "auto", context }: ClusterOptions = {},
): Provider => {
  const choice = choose(provider, context);
  settings.say(`cluster provider: ${choice.name} (${choice.why})`);
  const lines = missing(choice.name, readFacts(settings.env));
  if (lines.length > 0) throw new Trouble(lines.join("\n"));
  return makers[choice.name](settings, context);
};
