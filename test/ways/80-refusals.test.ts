import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ApiError, CloudApi } from "../../cli/hcloud/api.ts";
import { leftSecrets } from "../support/left-secrets.ts";
import { partsOf } from "../support/parts.ts";
import { plantCanaries, readSecrets, type SecretFiles, writeSecrets } from "../support/secrets.ts";
import { clone, containers, printed, run } from "./ways.ts";

/** What is refused beside what is wrong with secrets: of these a run takes some. */
const part = partsOf("ONEBOX_REFUSALS", [
  ...(["arguments", "configuration", "services", "image", "offer"] as const),
  ...(["other image", "api", "docker"] as const),
]);

/** Runs a deploy that must be refused: exit code 2, the given line, nothing touched. */
async function refused(
  line: RegExp,
  args: string[],
  env: Record<string, string> = {},
  script = "deploy.sh",
): Promise<string> {
  const state = () =>
    readFileSync(join(clone.directory, ".onebox/state/onebox/stage.tfstate"), "utf8");
  const before = state();
  const { output } = await run(2, script, args, { env });
  const said = output
    .split("\n")
    .filter((text) => text !== "" && !/^ {2}[✓✗…]|^Onebox (deploys|puts up)/.test(text));
  expect(said.join("\n")).to.match(line);
  expect(state()).to.equal(before);
  return said.join("\n");
}

describe("a build that fails at once", () => {
  it("ends the deploy with its reason, and leaves nothing decrypted, no agent and no connection", async () => {
    const file = readFileSync(join(clone.directory, "server/Dockerfile"), "utf8");
    clone.write("server/Dockerfile", `${file}\nRNU true\n`);
    const { output } = await run(1, "deploy.sh", ["stage"]);
    clone.git("checkout", "--", "server/Dockerfile");
    expect(output).to.match(/unknown instruction: RNU/i);
    expect(output).to.match(/step "image" failed; the whole output: /);
    expect(leftSecrets()).to.deep.equal([]);
    const running = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    const left = [...running.matchAll(/(?:gpg-agent|ssh|scdaemon).*\/onebox\.([0-9]+)\..*/g)];
    const orphans = left.filter(([, pid]) => !existsSync(`/proc/${pid}`)); // others may be at work here
    expect(orphans.map(([line]) => line)).to.deep.equal([]);
  });
});

describe("a deploy is refused in one clear line, with nothing touched", () => {
  let running: string;
  let secrets: SecretFiles;
  before(async () => {
    running = await containers("stage");
    secrets = readSecrets(clone);
  });
  after(async () => {
    clone.git("checkout", "--", ".");
    expect(await containers("stage")).to.equal(running);
  });
  afterEach(() => {
    clone.git("checkout", "--", ".");
  });

  const line = (text: string) => new RegExp(`^deploy\\.sh: ${text}[^\\n]*$`);

  part("arguments").it(
    "no environment, an unknown one, two, an unknown option, an option without its value",
    async () => {
      await refused(line("name what you mean: stage or prod"), []);
      await refused(line('unknown environment "production"'), ["production"]);
      await refused(line("one environment at a time"), ["stage", "prod"]);
      await refused(line("unknown option --force"), ["stage", "--force"]);
      await refused(line("--image needs"), ["stage", "--image"]);
    },
  );

  part("configuration").it("a configuration with several problems lists them all", async () => {
    const said = await refused(/name: .*/, ["stage", "--config", "test/fixtures/broken.config.ts"]);
    expect(said.split("\n")).to.have.length(5);
    await refused(/nowhere\.ts: no such file$/, ["stage", "--config", "nowhere.ts"]);
  });

  part("services").it("a service of one's own, which nobody would start", async () => {
    const file = "docker-compose.yml";
    const shipped = readFileSync(join(clone.directory, file), "utf8");
    clone.write(file, shipped.replace("services:\n", 'services:\n  cache: { image: "redis:8" }\n'));
    const said =
      /^docker-compose\.yml: nothing would start the service "cache": [^\n]* \(docs\/your-app\.md\)$/;
    for (const environment of ["stage", "prod"]) await refused(said, [environment]);
    const branch = clone.git("rev-parse", "--abbrev-ref", "HEAD");
    await refused(said, ["up", branch], {}, "preview.sh");
  });

  it("a secret file that is missing, or damaged", async () => {
    renameSync(join(clone.directory, ".env.stage.gpg"), join(clone.directory, ".onebox/moved.gpg"));
    await refused(line("\\.env\\.stage\\.gpg is missing"), ["stage"]);
    clone.write(".env.stage.gpg", "this is not OpenPGP");
    await refused(line("\\.env\\.stage\\.gpg: it is damaged"), ["stage"]);
  });

  it("no GPG key that opens the secrets", async () => {
    renameSync(
      join(clone.directory, ".gitsecret/practice.asc"),
      join(clone.directory, ".onebox/moved.asc"),
    );
    const empty = mkdtempSync(join(tmpdir(), "onebox-gpg-")); // a short path: gpg's agent has a socket there
    const reason = line("\\.env\\.gpg: no GPG key of yours opens it");
    await refused(reason, ["stage"], { GNUPGHOME: empty });
    spawnSync("gpgconf", ["--homedir", empty, "--kill", "all"]);
    rmSync(empty, { recursive: true });
    const homeless = line("\\.env\\.gpg: gpg cannot use its home");
    await refused(homeless, ["stage"], { GNUPGHOME: empty });
  });

  it("secrets with missing keys, or a token of the wrong length", async () => {
    writeSecrets(clone, { ...secrets, ".env.stage": "LOG_LEVEL=info\n" });
    const said = await refused(/DATABASE_URL is missing/, ["stage"]);
    expect(said).to.include("POSTGRES_PASSWORD is missing");
    writeSecrets(clone, {
      ...secrets,
      ".env": secrets[".env"]?.replace(/HCLOUD_TOKEN=.*/, "HCLOUD_TOKEN=short") ?? "",
    });
    await refused(/^\.env: HCLOUD_TOKEN must be 64 letters and digits, not 5 characters$/, [
      "stage",
    ]);
  });

  it("a line of an env file that cannot be read, or that would be Onebox's own", async () => {
    const stage = `${secrets[".env.stage"]}\nBAD\nONEBOX_ENVIRONMENT=prod\n`;
    writeSecrets(clone, { ...secrets, ".env.stage": stage });
    const said = await refused(/^\.env\.stage: line \d+: BAD has no value; /, ["stage"]);
    expect(said).to.match(/^\.env\.stage: line \d+: ONEBOX_ENVIRONMENT is set by Onebox/m);
    const deploy = secrets[".env"]?.replace("HASH_SALT", "HASH_SLAT") ?? "";
    writeSecrets(clone, { ...secrets, ".env": deploy });
    await refused(/^\.env: line \d+: HASH_SLAT is no key of \.env; did you mean HASH_SALT\?$/, [
      "stage",
    ]);
  });

  part("image").it(
    "an image that does not exist, no image at all, and a registry that does not answer",
    async () => {
      const cloud = JSON.parse(
        readFileSync(join(clone.directory, ".onebox/cloud/cloud.json"), "utf8"),
      );
      const { registry } = cloud as { registry: string };
      await refused(line("unknown image: .* has no image onebox/app:none"), [
        "stage",
        "--image",
        `${registry}/onebox/app:none`,
      ]);
      await refused(line('unknown image: "nginx" is not an image with its registry'), [
        "stage",
        "--image",
        "nginx",
      ]);
      await refused(line("registry 127\\.0\\.0\\.1:9 does not answer"), [
        "stage",
        "--image",
        "127.0.0.1:9/a/b:c",
      ]);
    },
  );

  part("offer").it("a server that Hetzner does not offer, or cannot change to", async () => {
    const config = readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
    const server = 'type: "cx23", location: "fsn1", image: "docker-ce"';
    expect(config).to.include(server);
    const only = (text: string) => new RegExp(`^${text}[^\\n]*$`);
    const wrong: [string, RegExp][] = [
      [
        server.replace("cx23", "cx999"),
        only('server\\.type: .* no server type "cx999"; in fsn1 .*cx33'),
      ],
      [
        server.replace("cx23", "cax21"),
        only("server\\.type: cax21 is arm, the server is x86.* cx33"),
      ],
      [server.replace("cx23", "cpx31"), only("server\\.type: cpx31 .* fsn1; in fsn1 there are: ")],
      [
        server.replace("fsn1", "nbg1"),
        only("server\\.location: .* \\(server, address, volume\\).*fsn1"),
      ],
      [server.replace("cx23", "cx33"), /would change from cx23 to cx33: .*\n.*add: --may-restart$/],
      [
        server.replace("docker-ce", "nope"),
        only('server\\.image: .* no image "nope" for x86; .*docker-ce'),
      ],
    ];
    for (const [other, said] of wrong) {
      clone.write("onebox.config.ts", config.replace(server, other));
      await refused(said, ["prod"]);
    }
  });

  part("other image").it(
    "another image for the server, which would replace it, unless that is named",
    async () => {
      const config = readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
      clone.write("onebox.config.ts", config.replace('"docker-ce"', '"debian-13"'));
      const said = await refused(/^The server would be replaced/m, ["prod"]);
      expect(said).to.include("--may-replace server");
    },
  );

  it("the practice identity, its key in the keyring, and shipped secrets at a real cloud", async () => {
    plantCanaries(clone); // all that a real cloud needs; the SSH keys stay those of the repository
    const hetzner = ["stage", "--config", "test/fixtures/hetzner.config.ts"];
    const said = await refused(
      /^\.gitsecret\/practice\.asc is public.*scripts\/init\.sh/m,
      hetzner,
    );
    expect(said).to.match(/^\.gitsecret\/keys: .* practice identity, which is public/m);
    expect(said).to.match(/^\.env: DEPLOY_KEY is the value that the repository ships/m);
  });

  part("api").it("an API that does not answer or does not know the token", async () => {
    const api = new CloudApi(undefined, "x".repeat(64));
    const error = await api.count("locations").catch((e: unknown) => e);
    expect(error).to.be.instanceOf(ApiError);
    expect(`${error}`).to.match(/^.*(Hetzner Cloud API|HCLOUD_TOKEN).*$/);
  });

  part("docker").it("Docker that does not run and cannot be started", async () => {
    await refused(/Docker/, ["stage"], { DOCKER_HOST: "unix:///var/empty/docker.sock" });
  });

  it("and none of it leaves plain text behind", () => {
    for (const file of [".env", ".env.stage", ".env.prod"]) {
      expect(existsSync(join(clone.directory, file)), file).to.equal(false);
    }
    expect(printed.join("\n")).not.to.include("DATABASE_URL=");
  });
});
