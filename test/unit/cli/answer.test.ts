import { expect } from "chai";
import { z } from "zod";
import { checkAnswer, parseAnswer } from "../../../cli/answer.ts";
import { FailedError } from "../../../cli/errors.ts";
import { plainJson } from "../../../cli/plain-text.ts";

const schema = z.object({ size: z.number() });

describe("what a program has answered", () => {
  it("is taken in the shape that is expected of it", () => {
    expect(parseAnswer("its answer", '{"size":1,"more":2}', schema)).to.deep.equal({ size: 1 });
  });

  it("is refused in one line that names the place", () => {
    const refusal = (work: () => unknown) => expect(work).to.throw(FailedError);
    refusal(() => parseAnswer("it", "{", schema)).with.property(
      "message",
      "it cannot be read: it is not JSON",
    );
    refusal(() => parseAnswer("it", '{"size":"1"}', schema)).and.match(
      /cannot be read: size: [^\n]+$/,
    );
    const keys = z.record(z.string(), z.number());
    refusal(() => checkAnswer("it", { "a\nb": "" }, keys)).and.match(/read: a b: [^\n]+$/);
  });
});

describe("JSON for machines", () => {
  it("means the same, and has nothing that a terminal obeys", () => {
    const value = { text: "\u009b2J\u202e\u0085ü\u001b", list: ["##[error]"] };
    const text = plainJson(value);
    expect(JSON.parse(text)).to.deep.equal(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
