import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { refusePlainText } from "../../cli/commands/rotate.ts";
import { readDeployEnv } from "../../cli/env/check.ts";
import { Processes, ProgramError, type RunOptions } from "../../cli/processes.ts";
import { exchangeLogin, needRefusal } from "../../cli/rotate/database.ts";
import { exchangeDeployKey } from "../../cli/rotate/deploy-key.ts";
import { withValue } from "../../cli/rotate/env-value.ts";
import { certify, exchangeCertificate } from "../../cli/rotate/host-ca.ts";
import { makeKey } from "../../cli/rotate/keys.ts";
import { exchangePullLogin } from "../../cli/rotate/registry.ts";
import { readLogin } from "../../cli/rotate/registry-login.ts";
import { ConfigError } from "../../config/check.ts";

const step = { note: "", progress: () => {}, output: () => {} };

/** A VM whose files lie in a directory; `opens` says whether who asks is let in, and believes it. */
function door(directory: string, opens: () => boolean) {
  return {
    run: async (command: string, { input = "", codes = [0] }: RunOptions = {}) => {
      if (!opens()) {
        const finished = { code: 255, stdout: "", stderr: "Permission denied (publickey).\n" };
        if (codes === "any") return finished;
        throw new ProgramError("ssh", finished);
      }
      const here = command
        .replaceAll("/root/", `${directory}/root/`)
        .replaceAll("/etc/", `${directory}/etc/`)
        .replace(/sshd -t; systemctl .*$/, "true");
      const { status, stdout, stderr } = spawnSync("bash", ["-c", here], { input });
      const finished = { code: status ?? 1, stdout: `${stdout}`, stderr: `${stderr}` };
      if (codes !== "any" && !codes.includes(finished.code))
        throw new ProgramError("ssh", finished);
      return finished;
    },
  };
}

describe("an exchange of secrets", () => {
  let vm: string;
  const authorized = () => readFileSync(join(vm, "root/.ssh/authorized_keys"), "utf8");
  const certificate = () => readFileSync(join(vm, "etc/ssh/onebox/host_key-cert.pub"), "utf8");
  const byKey = (key: string) => door(vm, () => authorized().split("\n").includes(key));
  beforeEach(() => {
    vm = mkdtempSync(join(tmpdir(), "onebox-vm-"));
    mkdirSync(join(vm, "root/.ssh"), { recursive: true });
    mkdirSync(join(vm, "etc/ssh/onebox"), { recursive: true });
    // The last line without its end, as some tools leave it.
    writeFileSync(join(vm, "root/.ssh/authorized_keys"), "ssh-ed25519 BOB\nssh-ed25519 OLD");
    writeFileSync(join(vm, "etc/ssh/onebox/host_key-cert.pub"), "signed by OLD\n");
  });
  afterEach(() => rmSync(vm, { recursive: true, force: true }));

  const publicKey = "ssh-ed25519 NEW";
  const doors = () => ({
    before: byKey("ssh-ed25519 OLD"),
    after: byKey(publicKey),
    publicKey,
  });

  it("of the deploy key lets both in, then the new one only: whoever has the old one is refused", async () => {
    const meanwhile: string[] = [];
    const keep = async () => void meanwhile.push(authorized());
    expect(await exchangeDeployKey(doors(), keep, step)).to.equal(2);
    expect(meanwhile[0]).to.include("OLD").and.include("NEW");
    expect(authorized()).to.equal(`${publicKey}\n`);
    expect((await byKey("ssh-ed25519 OLD").run("true", { codes: "any" })).code).to.equal(255);
  });

  it("of the deploy key leaves the old one good when the new one cannot be kept, and works again then", async () => {
    const keep = () => Promise.reject(new Error("the key of Bob has expired"));
    const failed = await exchangeDeployKey(doors(), keep, step).catch((error: Error) => error);
    expect((failed as Error).message).to.match(/Bob/);
    expect((await byKey("ssh-ed25519 OLD").run("true", { codes: "any" })).code).to.equal(0);
    await exchangeDeployKey(doors(), async () => {}, step);
    expect(authorized()).to.equal(`${publicKey}\n`);
  });

  it("of the deploy key is not called done while the old one is let in", async () => {
    const open = { ...doors(), before: door(vm, () => true) };
    const failed = await exchangeDeployKey(open, async () => {}, step).catch((e: Error) => e);
    expect((failed as Error).message).to.match(/still lets the old key in/);
  });

  it("of the host CA takes the old certificate back when the new key cannot be kept", async () => {
    const before = door(vm, () => true);
    const fresh = door(vm, () => certificate().includes("OLD"));
    let turnedAway = 0; // as sshd does while it reads its settings
    const after = door(vm, () => certificate().includes("NEW") && turnedAway++ > 1);
    const all = { before, after, fresh };
    const keep = () => Promise.reject(new Error("no"));
    await exchangeCertificate(all, "signed by NEW\n", keep, step).catch(() => {});
    expect(certificate()).to.equal("signed by OLD\n");
    await exchangeCertificate(all, "signed by NEW\n", async () => {}, step);
    expect(certificate()).to.equal("signed by NEW\n");
    const stays = { ...all, fresh: door(vm, () => true) };
    const failed = await exchangeCertificate(stays, "signed by NEW\n", async () => {}, step).catch(
      (error: Error) => error,
    );
    expect((failed as Error).message).to.match(/still shows a certificate of the old CA/);
  });

  it("of the host CA certifies the host's own key for its name and address", async () => {
    const processes = new Processes(process.env as Record<string, string>);
    writeFileSync(join(vm, "deploy_key"), "deploy");
    const { directory, value } = await makeKey("HOST_CA_KEY", vm, processes);
    expect(Buffer.from(value, "base64").toString()).to.match(
      /^-----BEGIN OPENSSH PRIVATE KEY-----/,
    );
    expect(readFileSync(join(directory, "deploy_key"), "utf8")).to.equal("deploy");
    const key = join(vm, "etc/ssh/onebox/host_key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "onebox", "-f", key]);
    const names = ["shop", "192.0.2.7"];
    const made = await certify(
      door(vm, () => true),
      { directory, names },
      processes,
    );
    const shown = execFileSync("ssh-keygen", ["-L", "-f", "-"], { input: made }).toString();
    expect(shown)
      .to.match(/Principals:\s+shop\s+192\.0\.2\.7/)
      .and.match(/host certificate/);
    writeFileSync(`${key}.pub`, "ssh-ed25519 AAAA x; rm -rf /\n");
    const hostile = await certify(
      door(vm, () => true),
      { directory, names },
      processes,
    ).catch((error: Error) => error);
    expect(hostile).to.be.instanceOf(Error);
  });
});

describe("an exchange of a login", () => {
  const login = { name: "app_0a1b2c3d", password: "new" };

  it("of the database changes nothing of the env file but DATABASE_URL's user and password", () => {
    const text = "POSTGRES_PASSWORD=old\nDATABASE_URL=postgres://app:old@db:5432/app?a=b\nX=1\n";
    const made = exchangeLogin(text, "stage", login);
    expect(made.old).to.deep.equal({ name: "app", password: "old" });
    expect(made.text).to.equal(text.replace("app:old@", "app_0a1b2c3d:new@"));
    const other = "DATABASE_URL=postgres://bob:old@db:5432/app\n";
    expect(() => exchangeLogin(other, "stage", login)).to.throw(/by hand/);
  });

  it("is refused where plain text, taken over later, would undo it", () => {
    const root = mkdtempSync(join(tmpdir(), "onebox-plain-"));
    try {
      writeFileSync(join(root, ".env.prod"), "");
      refusePlainText(root, ["registry"]);
      expect(() => refusePlainText(root, ["host-ca", "database"])).to.throw(
        /^\.env\.prod lies here/,
      );
      writeFileSync(join(root, ".env"), "");
      expect(() => refusePlainText(root, ["registry"])).to.throw(/^\.env lies here/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("of the database is not called done unless the new one is good and the old one refused", async () => {
    const old = { name: "app", password: "old" };
    const asked = (answers: Record<string, string>) => ({
      run: async (command: string, { input = "" }: RunOptions = {}) => {
        const why = answers[`${/-U (\S+)/.exec(command)?.[1]}:${`${input}`.trim()}`] ?? "";
        expect(command).to.not.include("old").and.not.include("new");
        const stdout = command.includes("-U onebox") ? (answers.others ?? "") : "";
        return { code: why === "" ? 0 : 2, stdout, stderr: why };
      },
    });
    const refusal = 'FATAL:  password authentication failed for user "app"';
    await needRefusal(asked({ "app:old": refusal }), "stage", old, login);
    for (const answers of [
      {} as Record<string, string>,
      { "app:old": "no route to host" },
      { "app_0a1b2c3d:new": refusal },
      { "app:old": refusal, others: "app_1a1b2c3d\n" }, // what served while a run was broken off
    ]) {
      const failed = await needRefusal(asked(answers), "stage", old, login).catch((e: Error) => e);
      expect(failed).to.be.instanceOf(Error);
    }
  });

  it("of the registry is read as a token, or as a user with one", () => {
    const old = { user: "me", password: "abc" };
    expect(readLogin(" ghp_x\n", old)).to.deep.equal({ user: "me", password: "ghp_x" });
    expect(readLogin("bot:t", old)).to.deep.equal({ user: "bot", password: "t" });
    for (const answer of [undefined, "", "two words", "abc"])
      expect(() => readLogin(answer, old), answer).to.throw(/nothing was touched/);
  });

  it("of the registry puts nothing on the VM that the VM cannot pull with", async () => {
    const commands: string[] = [];
    const vm = {
      run: async (command: string) => {
        commands.push(command);
        return { code: 1, stdout: "", stderr: "denied\n" };
      },
    };
    const image = `ghcr.io/you/app@sha256:${"a".repeat(64)}`;
    const made = { repository: "ghcr.io/you/app", image };
    const failed = await exchangePullLogin(vm, made, { user: "me", password: "s3cret" }).catch(
      (error: Error) => error,
    );
    expect((failed as Error).message).to.match(/cannot pull with it: denied/);
    expect(commands).to.have.length(1);
    expect(commands[0]).to.include(image).and.not.include("s3cret");
  });
});

describe("a value of .env", () => {
  const text = "# ours\nHASH_SALT = 'old'   # salt\nDEPLOY_KEY=abc\n\nexport REGISTRY_USER=me\n";

  it("is exchanged, and nothing else", () => {
    const changed = withValue(text, "HASH_SALT", "new", []);
    expect(changed).to.equal(text.replace("HASH_SALT = 'old'   # salt", "HASH_SALT=new"));
    expect(withValue(text, "REGISTRY_USER", "$&$1", [])).to.include("REGISTRY_USER=$&$1\n");
    expect(readDeployEnv(withValue(text, "WEBHOOK_SECRET", "x", [])).WEBHOOK_SECRET).to.equal("x");
  });

  it("is exchanged beside the keys of app.buildSecrets, which are no keys of Onebox's", () => {
    const more = `${text}NPM_TOKEN=abc\n`;
    const changed = withValue(more, "HASH_SALT", "new", ["NPM_TOKEN"]);
    expect(changed).to.include("HASH_SALT=new\n").and.include("NPM_TOKEN=abc\n");
  });

  it("is left alone where that would change more", () => {
    const lines = 'HCLOUD_TOKEN="one\nHASH_SALT=two"\n';
    expect(() => withValue(lines, "HASH_SALT", "new", [])).to.throw(/by hand only|line/);
    expect(() => withValue(text, "HASH_SALT", "a\nDEPLOY_KEY=evil", [])).to.throw(Error);
    expect(() => withValue("no env file", "HASH_SALT", "x", [])).to.throw(ConfigError);
  });
});
