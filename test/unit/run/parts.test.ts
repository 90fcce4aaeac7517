import { expect } from "chai";
import { partsOf } from "../../support/parts.ts";

describe("the parts of a suite", () => {
  const name = "ONEBOX_PARTS_OF_THIS_TEST";
  afterEach(() => {
    delete process.env[name];
  });
  const taken = (count?: string) => {
    if (count !== undefined) process.env[name] = count;
    const names = ["one", "two", "three"] as const;
    const part = partsOf(name, names);
    return names.filter((each) => part(each).it === it && part(each).describe === describe);
  };

  it("are as many as the environment says, and all by hand", () => {
    expect(taken()).to.have.length(3);
    expect(taken("2")).to.have.length(2);
    expect(taken("all")).to.have.length(3);
  });

  it("that are left out define nothing", () => {
    process.env[name] = "1";
    const names = ["one", "two"] as const;
    const left = names.map(partsOf(name, names)).filter((part) => part.it !== it);
    expect(left).to.have.length(1);
    left[0]?.describe("left out", () => expect.fail("it was defined"));
    left[0]?.it("left out", () => expect.fail("it was run"));
  });
});
