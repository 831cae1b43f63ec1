/** The place of a page that holds the figures of the bench: between two comments, and nobody writes there by hand. Pure. */

const BEGIN = "<!-- figures of the bench -->\n";
const END = "<!-- end of the figures of the bench -->";

/** Throws where the page has no such place. */
export const placeIn = (page: string): { before: string; figures: string; after: string } => {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(
      `the page has no place for the figures: put "${BEGIN.trim()}" and "${END}" there`,
    );
  const from = begin + BEGIN.length;
  return { before: page.slice(0, from), figures: page.slice(from, end), after: page.slice(end) };
};

export const withFigures = (page: string, figures: string): string => {
  const { before, after } = placeIn(page);
  return `${before}\n${figures}\n\n${after}`;
};
