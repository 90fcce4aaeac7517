import { expect } from "chai";
import { readArguments, UsageError } from "../../run/arguments.ts";

describe("the arguments of test.sh", () => {
  const read = (...args: string[]) => readArguments(args, ["unit", "kill", "emulator-kill"]);
  const refused = (...args: string[]) => {
    expect(() => read(...args)).to.throw(UsageError);
    try {
      return void read(...args);
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("are none for everything that a change can break", () => {
    expect(read()).to.deep.equal({
      tier: "default",
      seed: undefined,
      changed: undefined,
      suites: [],
      goesOn: false,
      action: "run",
    });
  });

  it("choose a tier, a seed and suites", () => {
    const wishes = read("--long", "kill", "--seed", "7", "unit");
    expect(wishes).to.include({ tier: "long", seed: 7 });
    expect(wishes.suites).to.deep.equal(["kill", "unit"]);
    expect(refused("--long", "--fast")).to.equal("--fast or --long, not both");
    for (const seed of ["", "x", "-1", "1.5", "4294967296"]) {
      expect(refused("--seed", seed)).to.include("a whole number below 4294967296");
    }
  });

  it("compare with a revision, or with the usual one", () => {
    expect(read("--changed").changed).to.equal(true);
    expect(read("--changed", "--fast")).to.include({ changed: true, tier: "fast" });
    expect(read("--changed", "main~3").changed).to.equal("main~3");
    expect(refused("unit", "--changed")).to.include("name none beside it");
  });

  it("go on with a run", () => {
    expect(read("--continue", "--long", "kill")).to.include({ goesOn: true, tier: "long" });
  });

  it("list and watch, and nothing beside that", () => {
    expect(read("--list").action).to.equal("list");
    expect(read("--watch").action).to.equal("watch");
    expect(refused("--watch", "unit")).to.equal("--watch takes nothing beside it");
  });

  it("are refused with what was probably meant", () => {
    expect(refused("uint")).to.include('no suite is called "uint"; did you mean unit;');
    expect(refused("kil")).to.include("did you mean kill;");
    expect(refused("emulator")).to.include("did you mean emulator-kill;");
    expect(refused("something")).to.equal('no suite is called "something"; scripts/test.sh --list');
    expect(refused("--quick")).to.equal("unknown option --quick; see scripts/test.sh --help");
  });
});
