import { expect } from "chai";
import { lastOfGpg, whyNotDecrypted } from "../../../cli/secrets/reason.ts";

/** As gpg 2.2 says it, of a file for the key B61EFE33B4CCA0DC. */
const forMe = "ENC_TO B61EFE33B4CCA0DC 1 0";
const failed = ["BEGIN_DECRYPTION", "DECRYPTION_FAILED", "END_DECRYPTION"];
const own = ["ED42E2582FCBA9D1", "B61EFE33B4CCA0DC"];
const noKey = "gpg: decryption failed: No secret key\n";

describe("why gpg could not decrypt a file", () => {
  const cases: [what: string, status: string[], errors: string, own: string[], why: RegExp][] = [
    [
      "no key",
      [forMe, ...failed],
      noKey,
      ["0000"],
      /^no GPG key of yours .* scripts\/members\.sh add YOUR_EMAIL --only \.env\.prod$/,
    ],
    ["no keyring", [forMe, "ERROR keydb_search 33554445", ...failed], noKey, [], /^no GPG key/],
    [
      "a home that is not there",
      [forMe, "ERROR keydb_search 33554445", ...failed],
      `gpg: keyblock resource '/x/pubring.kbx': No such file or directory\n${noKey}`,
      [],
      /^gpg cannot use its home \(GNUPGHOME, .*\): keyblock resource '\/x\/.*': No such file or/,
    ],
    [
      "a home with a broken file",
      [],
      "gpg: trustdb: read failed (n=4): Inappropriate ioctl for device\ngpg: Fatal: /x/trustdb.gpg: invalid trustdb\n",
      [],
      /: \/x\/trustdb\.gpg: invalid trustdb$/,
    ],
    [
      "a home whose path is too long for a socket",
      [forMe, ...failed],
      `gpg: can't connect to the agent: General error\n${noKey}`,
      [],
      /its home .*: can't connect to the agent: General error$/,
    ],
    ["a wrong passphrase", [forMe, ...failed], noKey, own, /^the passphrase .* was wrong/],
    [
      "no terminal",
      [forMe, "NEED_PASSPHRASE B61EFE33B4CCA0DC ED42E2582FCBA9D1 1 0", "INQUIRE_MAXLEN 100"],
      "gpg: cannot open '/dev/tty': No such device or address\n",
      own,
      /^your GPG key asks .* no terminal/,
    ],
    [
      "no pinentry",
      [forMe, ...failed],
      "gpg: public key decryption failed: No pinentry\ngpg: decryption failed: No pinentry\n",
      own,
      /install pinentry, or set SECRETS_PINENTRY/,
    ],
    ["something else", ["NODATA 1", "NODATA 2"], "gpg: no valid OpenPGP data\n", own, /damaged/],
    ["half a file", [forMe, "NODATA 3"], "gpg: invalid packet (ctb=58)\n", own, /damaged/],
    [
      "a changed file",
      [forMe, "DECRYPTION_KEY 2B62 871C u", "BEGIN_DECRYPTION", "BADMDC", "DECRYPTION_FAILED"],
      "gpg: WARNING: encrypted message has been manipulated!\n",
      own,
      /damaged/,
    ],
    ["anything else", [], "gpg: can't connect to the agent: \u001b[31mIPC\n\n", own, /\?\[31mIPC$/],
  ];
  for (const [what, status, errors, keys, why] of cases) {
    it(`is said for ${what}`, () => {
      expect(whyNotDecrypted({ status, errors, own: keys, name: ".env.prod" })).to.match(why);
    });
  }

  it("is, where all the rest needs that file, also that a release key needs none", () => {
    const said = { status: [forMe, ...failed], errors: noKey, own: ["0000"], name: ".env" };
    expect(whyNotDecrypted(said)).to.match(/add YOUR_EMAIL, or to give you a release key/);
  });

  it("is gpg's own last word where nothing better is known", () => {
    expect(lastOfGpg("gpg: one\ngpg: two\n")).to.equal("two");
    expect(lastOfGpg("")).to.equal("it said nothing");
  });
});
