import { directProvider } from "../direct/direct.ts";
import { kindProvider } from "../kind/kind.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { contextProvider } from "./context.ts";
import { readFacts } from "./facts.ts";
import { missing } from "./prerequisites.ts";
import { choose, type Provider, type ProviderName, type ProviderWish } from "./provider.ts";

export interface ClusterOptions {
  provider?: ProviderWish;
  context?: string;
  /** kind may start a Docker of our own. */
  withDocker?: boolean;
}

type Make = (settings: Settings, options: ClusterOptions) => Provider;

const makers: Readonly<Record<ProviderName, Make>> = {
  direct: (settings) => directProvider(settings),
  context: (settings, { context }) => contextProvider(settings, context),
  kind: (settings, { withDocker = false }) => kindProvider(settings, { withDocker }),
};

/** Picks the provider and says which and why; stops with one line per missing prerequisite. */
export const openCluster = (settings: Settings, options: ClusterOptions = {}): Provider => {
  const { provider = "auto", context } = options;
  const choice = choose(provider, context);
  settings.say(`cluster provider: ${choice.name} (${choice.why})`);
  const lines = missing(choice.name, readFacts(settings.env));
  if (lines.length > 0) throw new Trouble(lines.join("\n"));
  return makers[choice.name](settings, options);
};
