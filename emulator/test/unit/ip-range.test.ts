import { expect } from "chai";
import {
  addressNumber,
  addressText,
  contains,
  isPrivate,
  knownRange,
  overlaps,
  parseRange,
  rangeText,
} from "../../resources/networks/ip-range.ts";

describe("a range of IP addresses", () => {
  it("is read in its canonical form only", () => {
    for (const text of ["10.0.0.0/8", "192.168.7.0/24", "0.0.0.0/0", "255.255.255.255/32"]) {
      expect(rangeText(knownRange(text))).to.equal(text);
    }
    for (const text of [
      "10.0.0.1/8",
      "10.0.0.0",
      "10.0.0.0/33",
      "10.0.0/8",
      "10.0.0.256/32",
      "::/0",
      "",
    ]) {
      expect(parseRange(text), text).to.equal(null);
    }
  });

  it("knows its first and last address", () => {
    const { first, last } = knownRange("10.0.1.0/24");
    expect([addressText(first), addressText(last)]).to.deep.equal(["10.0.1.0", "10.0.1.255"]);
    expect(addressText(addressNumber("203.0.113.9"))).to.equal("203.0.113.9");
  });

  it("contains and overlaps others", () => {
    const [whole, part, beside] = ["10.0.0.0/16", "10.0.255.0/24", "10.1.0.0/16"].map(knownRange);
    if (!whole || !part || !beside) throw new Error("unreachable");
    expect([contains(whole, part), contains(part, whole)]).to.deep.equal([true, false]);
    expect([overlaps(whole, part), overlaps(part, whole), overlaps(whole, beside)]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it("is private within RFC 1918 alone", () => {
    const all = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "172.32.0.0/16", "8.0.0.0/6"];
    expect(all.map((text) => isPrivate(knownRange(text)))).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
