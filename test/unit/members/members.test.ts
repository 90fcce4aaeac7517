import { expect } from "chai";
import { memberBy, renderMembers } from "../../../cli/commands/members.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { exactly, onlyKeyOf } from "../../../cli/members/change.ts";
import { type Member, membersOf, readKeys, type Told } from "../../../cli/members/members.ts";
import { SecretsError } from "../../../cli/secrets/error.ts";

const ann = "A".repeat(40);
const bob = "B".repeat(40);
/** What gpg prints of a key with a part that encrypts. */
const listed = (name: string, fingerprint: string, part: string) =>
  [
    `pub:u:255:22:${fingerprint.slice(-16)}:1:::u:::scESC:`,
    `fpr:::::::::${fingerprint}:`,
    `uid:u::::1::X::${name}::`,
    `sub:u:255:18:${part}:1::::::e:`,
    `fpr:::::::::${"F".repeat(24)}${part}:`,
  ].join("\n");
const [annsPart, bobsPart] = ["1".repeat(16), "2".repeat(16)];
const keys = readKeys(
  `tru::1\n${listed("Ann <ann@example.com>", ann, annsPart)}\n${listed("Joann <joann@example.com>", bob, bobsPart)}\n`,
);

describe("a keyring", () => {
  it("is read key by key, each with the ids of its parts", () => {
    expect(keys.map(({ recipient, ids }) => [recipient.fingerprint, ids])).to.deep.equal([
      [ann, [ann.slice(-16), annsPart]],
      [bob, [bob.slice(-16), bobsPart]],
    ]);
    expect(readKeys("tru::1\n")).to.deep.equal([]);
  });

  it("is asked for exactly one email, or a fingerprint", () => {
    expect(exactly("ann@example.com")).to.equal("<ann@example.com>");
    expect(exactly(ann.toLowerCase())).to.equal(ann.toLowerCase());
    expect(exactly(ann.slice(1))).to.equal(`<${ann.slice(1)}>`);
  });

  it("has to have one key of somebody", () => {
    const [a, b] = [{ fingerprint: ann }, { fingerprint: bob }];
    expect(onlyKeyOf("x@y.z", [a])).to.equal(ann);
    expect(() => onlyKeyOf("x@y.z", [])).to.throw(SecretsError, /no key of x@y\.z; import it/);
    expect(() => onlyKeyOf("x@y.z", [a, b])).to.throw(SecretsError, `${ann}, ${bob}`);
  });
});

describe("those who can read the secrets", () => {
  const since = new Map([[ann, "2026-01-02"]]);
  const unknown = "9".repeat(16);
  const all = [".env", ".env.stage", ".env.prod"];
  const told = (...files: string[]) => keys.map((key) => ({ key, files }));
  const members = membersOf(told(...all), since, {
    ".env": [annsPart, bob.slice(-16)],
    ".env.stage": [annsPart, unknown],
    ".env.prod": [unknown],
  });

  it("are found by the files, whoever shall read them", () => {
    expect(
      members.map(({ fingerprint, shall, files, since }) => [fingerprint, shall, files, since]),
    ).to.deep.equal([
      [ann, all, [".env", ".env.stage"], "2026-01-02"],
      [bob, all, [".env"], ""],
      [unknown, [], [".env.stage", ".env.prod"], ""],
    ]);
  });

  it("are shown with what is to be done about them", () => {
    const [, , joann = "", stranger = ""] = renderMembers(members).split("\n");
    expect(joann).to.match(/^Joann .* not all files: scripts\/secrets\.sh hide --all/);
    expect(stranger).to.match(/^\(a key that is unknown here\).*shall read nothing any more/);
    const good = members.map((member) => ({ ...member, shall: ["a"], files: ["a"] }));
    expect(renderMembers(good)).to.not.include("scripts/");
  });

  it("may be others for some files, and are told when they still read more than they shall", () => {
    const [one, other] = told(".env") as [Told, Told];
    const parted = membersOf([one, { ...one, files: [".env.stage"] }, other], since, {
      ".env": [annsPart, bobsPart],
      ".env.stage": [annsPart, bobsPart],
    });
    expect(parted.map(({ shall }) => shall)).to.deep.equal([[".env", ".env.stage"], [".env"]]);
    const [, first = "", second = ""] = renderMembers(parted).split("\n");
    expect(first).to.not.include("scripts/");
    expect(second).to.match(/shall not read \.env\.stage: scripts\/secrets\.sh hide --all/);
  });

  const found: [string, string][] = [
    ["ann@example.com", ann],
    ["Ann <ann@example.com>", ann],
    ["joann@example.com", bob],
    [bob, bob],
  ];
  for (const [wanted, fingerprint] of found) {
    it(`are named by ${wanted}`, () => {
      expect(memberBy(members, wanted).fingerprint).to.equal(fingerprint);
    });
  }

  const refused: [string, Member[], RegExp][] = [
    ["eve@example.com", members, /^nobody who reads the secrets is called eve@example\.com/],
    ["n@example.com", members, /^nobody/],
    [unknown, members, /^nobody/],
    ["ann@example.com", [...members, ...members], /^2 keys are called ann@example\.com/],
  ];
  for (const [wanted, of, why] of refused) {
    it(`are not taken for ${wanted} of ${of.length} keys`, () => {
      expect(() => memberBy(of, wanted)).to.throw(RefusedError, why);
    });
  }
});
