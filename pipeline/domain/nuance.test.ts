import { describe, expect, test } from "@jest/globals";
import { nuanceOf } from "../mock-llm/answers.ts";
import { PipelineError } from "./errors.ts";
import { parseNuance } from "./nuance.ts";

const answer = nuanceOf({ position: 1, term: "사과", type: "noun" });

describe("the answer of stage 1", () => {
  test.each([
    ["plain", JSON.stringify(answer)],
    ["in a code fence", `\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``],
  ])("is read %s", (_how, text) => {
    expect(parseNuance(text)).toEqual(answer);
  });

  test.each([
    ["no JSON", "I would rather talk about the weather.", "did not answer JSON"],
    [
      "too long a meaning",
      JSON.stringify({ ...answer, primary_meaning: "m".repeat(201) }),
      "primary_meaning",
    ],
    ["a missing field", JSON.stringify({ ...answer, comparison: undefined }), "comparison"],
    [
      "too many homonyms",
      JSON.stringify({ ...answer, homonyms: Array(6).fill(answer.homonyms[0] ?? {}) }),
      "homonyms",
    ],
  ])("is refused: %s", (_why, text, sentence) => {
    expect(() => parseNuance(text)).toThrow(sentence);
  });

  test("a refusal is a parsing error and says nothing of what was answered", () => {
    const refused = (): unknown => {
      try {
        return parseNuance(JSON.stringify({ ...answer, ipa: 5, explanation: "사과" }));
      } catch (error) {
        return error;
      }
    };
    const error = refused() as PipelineError;
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.type).toBe("Parsing");
    expect(error.message).not.toMatch(/[가-힣]/);
  });
});
