import { expect } from "chai";
import { madeUpKey } from "../../cli/plan/trial.ts";

describe("the key of a server that is only planned", () => {
  it("is a public key as OpenSSH writes it, and always the same", () => {
    const [type = "", blob = "", comment] = madeUpKey().split(" ");
    const bytes = Buffer.from(blob, "base64");
    expect([type, comment]).to.deep.equal(["ssh-ed25519", "plan"]);
    expect(bytes.readUInt32BE(0)).to.equal(type.length);
    expect(bytes.toString("latin1", 4, 15)).to.equal(type);
    expect(bytes.readUInt32BE(15)).to.equal(32);
    expect(bytes).to.have.length(19 + 32);
    expect(madeUpKey()).to.equal(madeUpKey());
  });
});
