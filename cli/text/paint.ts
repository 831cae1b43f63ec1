/** Colours, where there may be any: a terminal, and no NO_COLOR (https://no-color.org). */
import { styleText } from "node:util";

export type Colour = "green" | "red" | "yellow" | "cyan" | "dim" | "bold";
export type Paint = (colour: Colour, text: string) => string;

export const painter = ({ hasColour }: { hasColour: boolean }): Paint =>
  hasColour
    ? (colour, text) => styleText(colour, text, { validateStream: false })
    : (_colour, text) => text;
