/** The text of the agent that belongs to this version: part of every hash that a plan shows. The bundle carries it (tools/cli.ts). */

declare const AGENT_SOURCE: string | undefined;

/** Empty when the program is run from its sources, where nothing has been built. */
export const agentSource = (): string => (typeof AGENT_SOURCE === "undefined" ? "" : AGENT_SOURCE);
