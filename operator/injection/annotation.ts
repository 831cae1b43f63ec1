/** `<profile>@<hash>[;container=NAME][;repair=N]`: all that the webhook is ever told. */
import { PROFILES, type Profile } from "../migration/schema.ts";

export interface Asked {
  profile: Profile;
  hash: string;
  container: string | undefined;
  repair: number;
}

/** The value of the annotation on a pod template. */
export const annotationValue = ({ profile, hash, container, repair }: Asked): string =>
  [
    markOf({ profile, hash }),
    ...(container ? [`container=${container}`] : []),
    ...(repair > 0 ? [`repair=${repair}`] : []),
  ].join(";");

/** What the pod's `injected` annotation says: the request without its delivery details. */
export const markOf = ({ profile, hash }: Pick<Asked, "profile" | "hash">): string =>
  `${profile.toLowerCase()}@${hash}`;

const FORM = /^([a-z]+)@([0-9a-f]{10})((?:;[a-z]+=[A-Za-z0-9.-]+)*)$/;

/** Undefined for anything that is not exactly of this form; unknown parameters are ignored, newer operators may send them. */
export const parseAnnotation = (value: string): Asked | undefined => {
  const [, word, hash, rest] = FORM.exec(value) ?? [];
  const profile = PROFILES.find((known) => known.toLowerCase() === word);
  if (!profile || !hash) return undefined;
  const pairs = (rest ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const];
  });
  const parameters = new Map(pairs);
  const repair = Number(parameters.get("repair") ?? 0);
  return {
    profile,
    hash,
    container: parameters.get("container"),
    repair: Number.isSafeInteger(repair) ? repair : 0,
  };
};
