import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { logIn } from "../../../cli/image/login.ts";
import type { Project } from "../../../cli/project.ts";
import type { Session } from "../../../cli/session.ts";

describe("a build's login from the environment", () => {
  let secrets: string;
  beforeEach(() => {
    secrets = mkdtempSync(join(tmpdir(), "onebox-login-"));
  });
  afterEach(() => rmSync(secrets, { recursive: true }));

  const login = { REGISTRY_USER: "ann", REGISTRY_PASSWORD: "pass" };
  const wish = (environment: object, buildSecrets: string[]) =>
    logIn(
      { secrets, environment: { ...login, ...environment } } as unknown as Session,
      {
        cloud: { repository: "ghcr.io/you/shop" },
        config: { app: { buildSecrets } },
      } as unknown as Project,
    ).catch((error: unknown) => error);

  it("needs no secret file, and brings the secrets that a build gets", async () => {
    expect(await wish({ NPM_TOKEN: "t" }, ["NPM_TOKEN"])).to.equal(undefined);
    const { auths } = JSON.parse(readFileSync(join(secrets, "docker/config.json"), "utf8"));
    expect(auths["ghcr.io"].auth).to.equal(Buffer.from("ann:pass").toString("base64"));
    expect(readFileSync(join(secrets, "build/NPM_TOKEN"), "utf8")).to.equal("t");
  });

  it("is refused with the name of each secret that is missing there", async () => {
    const error = await wish({ NPM_TOKEN: "t", EMPTY: "" }, ["NPM_TOKEN", "EMPTY", "OTHER"]);
    expect(error)
      .to.be.instanceOf(RefusedError)
      .with.property("message")
      .that.matches(/^EMPTY, OTHER of app\.buildSecrets/);
    expect(existsSync(join(secrets, "build"))).to.equal(false);
  });
});
