/** Names the places where the operator writes, so that a crash can be planned there. Pure. */
import { createHash } from "node:crypto";
import type { Passing } from "./proxy.ts";

/** `METHOD resource/name[/subresource] what`; undefined for what stores nothing, and for events: they are told at most once. */
export const siteOf = ({ method, path, body }: Omit<Passing, "life">): string | undefined => {
  const { pathname, searchParams } = new URL(path, "http://api");
  if (method === "GET" || searchParams.has("dryRun")) return undefined;
  const [, rest = ""] = PLACE.exec(pathname) ?? [];
  const [resource = "", name, subresource] = rest.split("/");
  if (resource === "" || resource === "events") return undefined;
  const content = (body === "" ? {} : JSON.parse(body)) as Content;
  const place = [resource, name ?? content.metadata?.name, subresource].filter(Boolean).join("/");
  return `${method} ${place} ${subresource === "status" ? standing(content) : digest(body)}`;
};

/** All that the operator writes lies in a namespace; a question about rights does not. */
const PLACE = /^\/apis?\/.*?\/namespaces\/[^/]+\/(.*)$/;

interface Content {
  metadata?: { name?: string };
  status?: {
    phase?: string;
    components?: { name: string; stage: string }[];
    switched?: { step: string };
  };
}

/** What a status says, as far as it steers what is done next. */
const standing = ({ status }: Content): string =>
  [
    status?.phase,
    ...(status?.components ?? []).map(({ name, stage }) => `${name}=${stage}`),
    status?.switched?.step,
  ]
    .filter(Boolean)
    .join(" ");

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const VERSION = /"resourceVersion":"\d+"/g;

/** Two writes that differ only in when they happened are one site. */
const digest = (body: string): string =>
  createHash("sha256")
    .update(body.replaceAll(TIME, "T").replaceAll(VERSION, ""))
    .digest("hex")
    .slice(0, 6);
