import { expect } from "chai";
import { namesIn, problemsIn } from "../../../cli/secrets/validate.ts";
import { checkConfig } from "../../../config/check.ts";
import { root } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";

const config = checkConfig(configWith({}), root);
const problems = (name: string, text: string) => problemsIn(name, Buffer.from(text), config);

describe("an env file", () => {
  it("of an environment needs what its database needs", () => {
    const said = problems(".env.stage", "LOG_LEVEL=info\n").join("\n");
    expect(said)
      .to.include("DATABASE_URL is missing")
      .and.to.include("POSTGRES_PASSWORD is missing");
  });

  it("of Onebox's own takes no key but its own", () => {
    expect(problems(".env", "HASH_SLAT=x\n")[0]).to.match(/^\.env: line 1: HASH_SLAT is no key/);
  });

  it("of somebody else's is nobody's business here", () => {
    expect(problems("notes.txt", "no grammar at all")).to.deep.equal([]);
  });

  it("tells its names, where it has problems too", () => {
    expect(namesIn(Buffer.from("A=1\nbroken\nB=2\n"))).to.deep.equal(["A", "B"]);
  });
});
