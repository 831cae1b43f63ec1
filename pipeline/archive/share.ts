/** Which share of the batches is this archive's: a StatefulSet gives its pods names that stay, `archive-0`, `archive-1`. */
import { type Share } from "../store/archives.ts";

export const shareOf = (podName: string, archives: number): Share => {
  const [, digits] = /-(\d+)$/.exec(podName) ?? [];
  const ordinal = Number(digits);
  if (digits === undefined || ordinal >= archives)
    throw new Error(`POD_NAME ${podName} ends with no number below ARCHIVES, ${archives}`);
  return { ordinal, archives };
};
