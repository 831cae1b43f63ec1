/**
 * What exporting a block costs where more items leave at once than in a trial. An export has a price of its own (a request and its
 * answer) besides that of the items in it, and a trial flushes after 50 of them at the latest, because nothing may leave while an item is
 * measured. So each block exports a single item once more, which tells the two prices apart:
 *
 *   all flushes of a block   C = k p + s q      k flushes, s items whose spans left
 *   the flush of one item    c =   p +   q
 *
 * Both are of the same block, and nothing is shared between blocks: they stay independent observations.
 */
import type { BlockLine, PlanLine } from "./evidence.ts";

/** The block with `flushUs` as it would be with `itemsPerExport` items served between two exports. */
export const withSharedExport = (
  block: BlockLine,
  { itemsPerExport, pairsPerBlock }: Pick<PlanLine, "itemsPerExport" | "pairsPerBlock">,
): BlockLine => {
  const { flushUs, oneFlushUs, flushes = 0 } = block;
  const exported = block.sampled?.length ?? pairsPerBlock;
  // With one item in each flush there is nothing to tell apart: the whole price is every item's.
  if (itemsPerExport === undefined || oneFlushUs === undefined || exported <= flushes) return block;
  const perItem = (flushUs - flushes * oneFlushUs) / (exported - flushes);
  const perExport = oneFlushUs - perItem;
  return {
    ...block,
    flushUs: exported * perItem + (pairsPerBlock / itemsPerExport) * perExport,
  };
};
