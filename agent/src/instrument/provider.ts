/** Which model provider a client talks to, by the address it was given. */

/** By host; whoever speaks OpenAI's protocol elsewhere is taken for OpenAI, as the conventions have it. */
const PROVIDERS: readonly [RegExp, string][] = [
  [/\.azure\.com$/, "azure.ai.openai"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)mistral\.ai$/, "mistral_ai"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)perplexity\.ai$/, "perplexity"],
  [/(^|\.)x\.ai$/, "x_ai"],
];

export interface Provider {
  "gen_ai.provider.name": string;
  "server.address"?: string;
  "server.port"?: number;
}

const ADDRESS = /^https?:\/\/[\w.[\]:-]+(\/|$)/;
const providers = new Map<string, Provider>();
const LIMIT = 100;

export function providerOf(baseUrl: string): Provider {
  const known = providers.get(baseUrl);
  if (known !== undefined) return known;
  const built = describe(baseUrl);
  if (providers.size < LIMIT) providers.set(baseUrl, built);
  return built;
}

function describe(baseUrl: string): Provider {
  if (!ADDRESS.test(baseUrl)) return { "gen_ai.provider.name": "openai" };
  const { hostname, port, protocol } = new URL(baseUrl);
  const provider = PROVIDERS.find(([host]) => host.test(hostname))?.[1] ?? "openai";
  return {
    "gen_ai.provider.name": provider,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
  };
}
