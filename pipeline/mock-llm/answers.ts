/** Answers that depend on the word alone: the same question always gets the same answer. */
import { type FlashcardRow, COLUMNS, escapeField } from "../domain/cards.ts";
import { type VocabularyItem } from "../domain/item.ts";
import { type Nuance } from "../domain/nuance.ts";

const initials = [
  "k",
  "k͈",
  "n",
  "t",
  "t͈",
  "ɾ",
  "m",
  "p",
  "p͈",
  "s",
  "s͈",
  "",
  "tɕ",
  "t͈ɕ",
  "tɕʰ",
  "kʰ",
  "tʰ",
  "pʰ",
  "h",
];
const medials = [
  "a",
  "ɛ",
  "ja",
  "jɛ",
  "ʌ",
  "e",
  "jʌ",
  "je",
  "o",
  "wa",
  "wɛ",
  "we",
  "jo",
  "u",
  "wʌ",
  "we",
  "wi",
  "ju",
  "ɯ",
  "ɰi",
  "i",
];
const finals = [
  "",
  "k̚",
  "k̚",
  "k̚",
  "n",
  "n",
  "n",
  "t̚",
  "l",
  "k̚",
  "m",
  "l",
  "l",
  "l",
  "p̚",
  "l",
  "m",
  "p̚",
  "p̚",
  "t̚",
  "t̚",
  "ŋ",
  "t̚",
  "t̚",
  "k̚",
  "t̚",
  "p̚",
  "t̚",
];

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;

const soundOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code < firstSyllable || code > lastSyllable) return character;
  const index = code - firstSyllable;
  return `${initials[Math.floor(index / 588)]}${medials[Math.floor((index % 588) / 28)]}${finals[index % 28]}`;
};

/** A syllable by syllable reading, without the sound changes between them. */
export const ipaOf = (term: string): string => `[${Array.from(term, soundOf).join(".")}]`;

const numberOf = (text: string): number => {
  let hash = 2_166_136_261;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
};

const scenes = [
  {
    place: "a kitchen in the early morning",
    object: "a steaming brass bowl",
    sense: "the warm metal and the smell of rice",
    noun: "bowl",
    action: "fills slowly",
  },
  {
    place: "a subway platform at dusk",
    object: "a yellow safety line",
    sense: "the wind of a train that has just left",
    noun: "train",
    action: "arrives on time",
  },
  {
    place: "a mountain path after rain",
    object: "a smooth grey stone",
    sense: "wet pine needles under the feet",
    noun: "path",
    action: "climbs steadily",
  },
  {
    place: "a small bookshop near a palace",
    object: "a paper bookmark",
    sense: "the dry smell of old pages",
    noun: "page",
    action: "turns by itself",
  },
  {
    place: "a fish market by the sea",
    object: "a blue plastic crate",
    sense: "salt on the lips and loud voices",
    noun: "tide",
    action: "comes back every day",
  },
] as const;

const comparisons = ["말하다", "사용하다", "느끼다", "보통", "사람", "장소"];

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

export const nuanceOf = ({ position, term, type }: VocabularyItem): Nuance => {
  const number = numberOf(term);
  const scene = pick(scenes, number);
  const ipa = ipaOf(term);
  return {
    term_number: position,
    term: `${term} ${ipa}`,
    ipa,
    pos: type,
    primary_meaning: `meaning ${number % 1000} of this ${type}`,
    other_meanings: `a wider sense (${number % 97}), used in writing`,
    metaphor: `It is like ${scene.object}: what it stands for ${scene.action}.`,
    metaphor_noun: scene.noun,
    metaphor_action: scene.action,
    suggested_location: scene.place,
    anchor_object: scene.object,
    anchor_sensory: scene.sense,
    explanation: `Picture ${scene.place}. ${scene.object} is in front of you; you notice ${scene.sense}. That is the feeling this ${type} carries.`,
    usage_context: number % 2 === 0 ? "everyday speech" : "formal writing",
    comparison: {
      vs: pick(comparisons, number),
      nuance: "the other word is more general and carries less feeling",
    },
    homonyms:
      number % 3 === 0
        ? [{ hanja: "同", reading: term, meaning: "a homonym", differentiator: "context decides" }]
        : [],
    korean_keywords: [term, pick(comparisons, number + 1), pick(comparisons, number + 2)],
  };
};

const primer = (term: string): string => `Say it aloud: ${term}`;

const cardsOf = (position: number, term: string, nuance: Nuance): FlashcardRow[] => {
  const common = { position, term, term_number: nuance.term_number, honorific_level: "neutral" };
  return [
    {
      ...common,
      tab_name: "Scene",
      primer: primer(term),
      front: `Where are you, and what do you see?\n(${nuance.pos})`,
      back: `${nuance.suggested_location}: ${nuance.anchor_object}. ${nuance.metaphor}\n${nuance.primary_meaning}`,
      tags: `scene,${nuance.pos}`,
    },
    {
      ...common,
      tab_name: "Usage-Comparison",
      primer: primer(term),
      front: `How does ${term} differ from ${nuance.comparison.vs}?`,
      back: `${nuance.comparison.nuance}. Context: ${nuance.usage_context ?? "any"}.`,
      tags: `usage,comparison,${nuance.pos}`,
    },
    {
      ...common,
      tab_name: "Hanja",
      primer: primer(term),
      front: `Which characters stand behind ${term}?`,
      back:
        nuance.homonyms.length > 0
          ? nuance.homonyms.map(({ hanja }) => hanja).join(", ")
          : "none: a native Korean word",
      tags: "hanja",
    },
  ];
};

/** Nine columns, tab-separated, without a header, as models answer. */
export const cardsAnswer = ({
  position,
  term,
  nuance,
}: {
  position: number;
  term: string;
  nuance: Nuance;
}): string =>
  cardsOf(position, term, nuance)
    .map((row) => COLUMNS.map((column) => escapeField(String(row[column]))).join("\t"))
    .join("\n");
