import { expect } from "chai";
import {
  dockerConfig,
  placeOf,
  registryConfig,
  withLogins,
} from "../../../cli/registry/docker-config.ts";

const basic = (text: string) => Buffer.from(text).toString("base64");
const login = { user: "you", password: "p:w" };
const hub = "https://index.docker.io/v1/";

describe("Docker's configuration", () => {
  it("gets a login by the name that Docker looks for", () => {
    const auth = { auth: basic("you:p:w") };
    expect(registryConfig("ghcr.io/you/app", login)).to.deep.equal({ auths: { "ghcr.io": auth } });
    expect(registryConfig("docker.io/you/app", login)).to.deep.equal({ auths: { [hub]: auth } });
    expect(registryConfig("ghcr.io/you/app", undefined)).to.deep.equal({});
  });

  const auths = { "https://ghcr.io/v2/": { auth: "Z2g=" }, [hub]: { auth: "aHVi" } };
  const places: [string, string, object, unknown][] = [
    ["in the file", "ghcr.io", { auths }, { login: { basic: "Z2g=" } }],
    ["in the file, of Docker Hub", "docker.io", { auths }, { login: { basic: "aHVi" } }],
    [
      "in the file as user and password",
      "a.test",
      { auths: { "a.test": { username: "u", password: "" } } },
      { login: { basic: basic("u:") } },
    ],
    [
      "in the file as a token",
      "a.test",
      { auths: { "a.test": { auth: "dTo=", identitytoken: "t" } } },
      { login: { identityToken: "t" } },
    ],
    [
      "with the helper for all, whatever the file says",
      "docker.io",
      { auths, credsStore: "desktop" },
      { helper: "desktop", server: hub },
    ],
    [
      "with a helper of its own",
      "a.test:5000",
      { credsStore: "desktop", credHelpers: { "a.test:5000": "pass" } },
      { helper: "pass", server: "a.test:5000" },
    ],
    [
      "in the file again, where its own helper is empty",
      "ghcr.io",
      { auths, credsStore: "desktop", credHelpers: { "ghcr.io": "" } },
      { login: { basic: "Z2g=" } },
    ],
    ["nowhere", "other.test", { auths }, undefined],
    [
      "nowhere, where Docker keeps an empty entry",
      "a.test",
      { auths: { "a.test": {} } },
      undefined,
    ],
  ];
  for (const [where, registry, config, expected] of places) {
    it(`has a registry's login ${where}`, () => {
      expect(placeOf(registry, dockerConfig.parse(config))).to.deep.equal(expected);
    });
  }

  it("keeps what is the user's beside a login of ours, which counts for its registry", () => {
    const own = dockerConfig.parse({
      ...{ auths, credsStore: "desktop", credHelpers: { "index.docker.io": "pass" } },
      currentContext: "remote",
    });
    const both = withLogins(own, registryConfig("docker.io/you/app", login));
    expect(both).to.deep.include({ currentContext: "remote", credsStore: "desktop" });
    expect(placeOf("docker.io", both)).to.deep.equal({ login: { basic: basic("you:p:w") } });
    expect(placeOf("ghcr.io", both)).to.deep.equal({ helper: "desktop", server: "ghcr.io" });
    expect(both.credHelpers).to.deep.equal({ [hub]: "" });
  });

  it("names no helper that a path or a shell would make something else of", () => {
    for (const credsStore of ["../../bin/sh", "a b", "$(id)", 5]) {
      expect(dockerConfig.safeParse({ credsStore }).success, String(credsStore)).to.equal(false);
    }
  });
});
