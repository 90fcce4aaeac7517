import { expect } from "chai";
import { Chooser } from "../../load-balancer/chooser.ts";
import { matches } from "../../load-balancer/probe.ts";

const backend = (key: string) => ({ key, address: async () => key });
const [A, B, C] = ["a", "b", "c"].map(backend) as [
  ReturnType<typeof backend>,
  ReturnType<typeof backend>,
  ReturnType<typeof backend>,
];

describe("a load balancer's choice", () => {
  it("goes on after the last one, also when that one is gone", () => {
    const chooser = new Chooser();
    const turn = (...among: (typeof A)[]) => chooser.choose(among, "round_robin")?.key;
    expect([turn(A, B, C), turn(A, B, C), turn(A, C), turn(A, B, C)].join("")).to.equal("abab");
    expect(turn()).to.equal(undefined);
  });

  it("falls on the fewest connections, and in turn among equals", () => {
    const chooser = new Chooser();
    const choose = () => {
      const chosen = chooser.choose([A, B, C], "least_connections") ?? A;
      return { key: chosen.key, end: chooser.begin(chosen) };
    };
    const first = [choose(), choose(), choose()];
    expect(first.map(({ key }) => key).join("")).to.equal("abc");
    first[1]?.end();
    first[1]?.end(); // ending twice counts once
    expect(choose().key).to.equal("b");
    expect(chooser.open(B)).to.equal(1);
  });
});

describe("a pattern of status codes", () => {
  it("has ? for one character and * for any number of them", () => {
    const all = ["2??", "3*", "404", "*"].map((pattern) =>
      [200, 301, 404].map((status) => Number(matches(pattern, status))).join(""),
    );
    expect(all).to.deep.equal(["100", "010", "001", "111"]);
  });
});
