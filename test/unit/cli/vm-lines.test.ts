import { expect } from "chai";
import { z } from "zod";
import { FailedError } from "../../../cli/errors.ts";
import { fromColumns } from "../../../cli/vm/columns.ts";
import { readAnswer } from "../../../cli/vm/lines.ts";

describe("a line of the VM's", () => {
  const schema = z.object({ a: z.string() });
  const good = '{"onebox":1,"kind":"x","a":"1"}';
  const read = (text: string) => readAnswer(text, "x", schema);

  it("is read where it is of the kind that was asked for", () => {
    expect(read(`\n${good}\n{"onebox":1,"kind":"y"}\nwarning: x\n`)).to.deep.equal([{ a: "1" }]);
  });

  const refused: [string, string, RegExp][] = [
    ["half a line", good.slice(0, -3), /a line is not complete$/],
    ["no version", '{"kind":"x","a":"1"}', /a line has no version$/],
    [
      "a later version",
      good.replace("1", "2"),
      /version 2, and 1 is known here; update this clone$/,
    ],
    ["a field of another type", good.replace('"1"', "1"), /about x cannot be read: a: /],
    ["more than anybody would say", `${good}\n`.repeat(150_000), /it is too long$/],
  ];
  for (const [what, text, why] of refused) {
    it(`is refused with ${what}`, () => {
      expect(() => read(text)).to.throw(FailedError, why);
    });
  }
});

describe("a line of an older VM's", () => {
  const cases: [string, string, object | undefined][] = [
    ["maintenance", "off", { state: "off" }],
    ["maintenance", "on\t2026\tnot json", { state: "on", since: "2026" }],
    ["preview", "fix-1\tfix", { slug: "fix-1", branch: "fix", by: "" }],
    ["slot", "a word without columns", undefined],
    ["survey", "a\tb", undefined],
    ["holder", "me runs release a-1 since 3, at step pull", { by: "me", step: "pull" }],
    ["holder", "nobody\tis", undefined],
  ];
  for (const [kind, line, fields] of cases) {
    it(`of ${kind}: ${JSON.stringify(line)}`, () => {
      const found = fromColumns(line, kind);
      if (fields === undefined) expect(found).to.equal(undefined);
      else expect(found).to.deep.include(fields);
    });
  }
});
