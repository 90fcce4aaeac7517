import { expect } from "chai";
import { recipientsIn } from "../../../cli/secrets/recipients.ts";

const key = (fields: string, fingerprint: string, name: string) =>
  `pub:${fields}:::23::0:\nfpr:::::::::${fingerprint}:\nuid:u::::1795641857::99657C::${name}::::::::::0:\nsub:u:3072:1:FB67:1795641857::::::e::::::23:\nfpr:::::::::SUBKEY${fingerprint}:\n`;

describe("the members in git-secret's keyring", () => {
  it("are named with what keeps gpg from encrypting for them", () => {
    const colons = [
      "tru::1:1795641857:1795728257:3:1:5\n",
      key("u:3072:1:4130:1795641857:1795728257::u:::scESC:::", "AA", "Ada <ada@x.invalid>"),
      key("e:3072:1:A8BA:1577836800:1577923200::u:::sc:::", "BB", "bob@x.invalid"),
      key("r:3072:1:A8BB:1577836800:::u:::sc:::", "CC", "eve@x.invalid"),
      key("u:3072:1:A8BC:1577836800:::u:::scSC:::", "DD", "sign@x.invalid"),
    ].join("");
    expect(recipientsIn(colons)).to.deep.equal([
      { fingerprint: "AA", name: "Ada <ada@x.invalid>", why: "" },
      { fingerprint: "BB", name: "bob@x.invalid", why: "expired on 2020-01-02" },
      { fingerprint: "CC", name: "eve@x.invalid", why: "was revoked" },
      { fingerprint: "DD", name: "sign@x.invalid", why: "has no part left that encrypts" },
    ]);
    expect(recipientsIn("")).to.deep.equal([]);
  });
});
