import { expect } from "chai";
import { readEnv } from "../../../cli/env/read.ts";
import { hostileValues, withHostileLines } from "../../fixtures/env/hostile.ts";

describe("hostile lines of an env file", () => {
  it("mean what the machine's test expects of them", () => {
    const { entries, problems } = readEnv(withHostileLines("FIRST=1\n"));
    expect(problems).to.deep.equal([]);
    expect(Object.fromEntries(entries.map(({ key, value }) => [key, value]))).to.deep.equal({
      ...{ FIRST: "1", LAST: "line" },
      ...hostileValues,
    });
  });
});
