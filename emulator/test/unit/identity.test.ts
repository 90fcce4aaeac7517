import { expect } from "chai";
import { DRIVERS, newIdentity, subnetOf } from "../../identity.ts";

const ALL = Array.from({ length: 254 }, (_, n) => n + 1);

describe("a new cloud", () => {
  for (const driver of DRIVERS) {
    it(`with driver ${driver} has a network that no other cloud has`, () => {
      for (const left of [1, 7, 254]) {
        const others = new Set(ALL.filter((subnet) => subnet !== left));
        const identity = newIdentity(others, driver);
        expect(subnetOf(identity)).to.equal(left);
        expect(identity.id).to.match(/^[0-9a-f]{6}$/);
      }
      expect(() => newIdentity(new Set(ALL), driver)).to.throw("every network in 127.77.0.0/16");
    });
  }
});
