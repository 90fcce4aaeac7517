import { expect } from "chai";
import { secretsIn } from "../../../cli/git/staged.ts";
import { readMapping, renderMapping } from "../../../cli/secrets/mapping.ts";

const known = {
  secretFiles: [".env", ".env.stage"],
  plain: { ".env.stage": "TOKEN=s3cret-s3cret\nLEVEL=info\nSHOWN=everybody-knows-it\n" },
  example: "SHOWN=everybody-knows-it\n",
};
const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${"A".repeat(70)}\n-----END OPENSSH PRIVATE KEY-----\n`;

describe("what is staged", () => {
  it("is known by git-secret's own list", () => {
    const list = readMapping(".env:0123abcd\r\n.env.stage\n\n");
    expect([...list]).to.deep.equal([
      [".env", "0123abcd"],
      [".env.stage", ""],
    ]);
    expect(renderMapping(list)).to.equal(".env:0123abcd\n.env.stage\n");
  });

  it("may be anything that holds no secret", () => {
    expect(secretsIn("README.md", "LEVEL=info everybody-knows-it", known)).to.deep.equal([]);
    expect(secretsIn("notes", "-----BEGIN OPENSSH PRIVATE KEY-----\n…", known)).to.deep.equal([]);
    expect(secretsIn(".gitsecret/practice.asc", key, known)).to.deep.equal([]);
  });

  it("is no secret in plain text, no private key and no value, and the line tells none", () => {
    expect(secretsIn(".env.stage", "", known)).to.deep.equal([
      ".env.stage is a secret in plain text; run: git restore --staged .env.stage",
    ]);
    expect(secretsIn("a", key, known)).to.deep.equal(["a holds a private key"]);
    expect(secretsIn("a", key.replaceAll("\n", "\r\n"), known)).to.have.length(1);
    expect(secretsIn("a", "x=s3cret-s3cret;", known)).to.deep.equal([
      "a holds the value of TOKEN from .env.stage",
    ]);
  });
});
