/** What is chosen is in sight: a list that is longer than its place follows. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export const useInSight = (chosen: boolean): RefObject<HTMLAnchorElement | null> => {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (chosen) link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen]);
  return link;
};
