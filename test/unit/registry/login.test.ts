import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type AskHelper, findLogin, ownDirectory } from "../../../cli/registry/login.ts";
import { RegistryError } from "../../../cli/registry/reference.ts";

describe("a registry's login", () => {
  let directory: string;
  let asked: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-login-"));
    asked = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const file = (name: string, content: unknown): string => {
    const path = join(directory, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const helper =
    (stdout: string, code = 0): AskHelper =>
    async (program, args, { input }) => {
      asked.push([program, ...args, input].join(" "));
      return { code, stdout };
    };
  const never = helper("", 1);

  it("is that of the first file that has one", async () => {
    const first = file("first.json", { auths: { "b.test": { auth: "Yg==" } } });
    const second = file("second.json", { auths: { "a.test": { auth: "YQ==" } } });
    const files = [join(directory, "missing.json"), first, second];
    expect(await findLogin("a.test", files, never)).to.deep.equal({ login: { basic: "YQ==" } });
    expect(await findLogin("c.test", files, never)).to.deep.equal({});
    expect(asked).to.deep.equal([]);
  });

  it("is asked for at the helper that Docker uses", async () => {
    const files = [file("config.json", { credsStore: "pass" })];
    const answer = JSON.stringify({ ServerURL: "x", Username: "you", Secret: "p:w" });
    const basic = Buffer.from("you:p:w").toString("base64");
    expect(await findLogin("docker.io", files, helper(answer))).to.deep.equal({ login: { basic } });
    expect(asked).to.deep.equal(["docker-credential-pass get https://index.docker.io/v1/"]);
    const token = JSON.stringify({ Username: "<token>", Secret: "t" });
    expect(await findLogin("a.test", files, helper(token))).to.deep.equal({
      login: { identityToken: "t" },
    });
  });

  it("is none where the helper has none, and the reason is kept where it does not work", async () => {
    const files = [file("config.json", { credsStore: "pass" })];
    const none = helper("credentials not found in native keychain\n", 1);
    expect(await findLogin("a.test", files, none)).to.deep.equal({});
    for (const [answer, code] of [
      ["no such keychain", 1],
      ["not JSON", 0],
      ['{"Username":5,"Secret":"x"}', 0],
    ] as const) {
      const { login, problem } = await findLogin("a.test", files, helper(answer, code));
      expect(login, answer).to.equal(undefined);
      expect(problem, answer).to.match(/config\.json: docker-credential-pass /);
    }
  });

  it("is not looked for in a file of another form", async () => {
    for (const content of ["{", "[]", { auths: [] }, { credsStore: "../sh" }]) {
      const files = [file("config.json", content)];
      const error = await findLogin("a.test", files, never).catch((e) => e);
      expect(error).to.be.instanceOf(RegistryError);
      expect(error.message).to.match(/config\.json is not in Docker's form: /);
    }
  });

  it("lies where Docker's user keeps it", () => {
    expect(ownDirectory({ HOME: "/home/you" })).to.equal("/home/you/.docker");
    expect(ownDirectory({ HOME: "/home/you", DOCKER_CONFIG: "/etc/d" })).to.equal("/etc/d");
  });
});
