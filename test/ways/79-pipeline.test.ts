import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { GitHub } from "../pipeline/github.ts";
import { Member } from "../pipeline/member.ts";
import { PullRequest } from "../pipeline/pull-request.ts";
import { type Event, type JobRun, Runner } from "../pipeline/runner.ts";
import { readSecrets } from "../support/secrets.ts";
import { clone, onVm, run, serving } from "./ways.ts";

describe("the pipeline, step by step as its workflows say", () => {
  let runner: Runner;
  const github = new GitHub();
  let member: Member;
  let main: string;
  let older: string;
  let key: string;
  let secrets: string[];

  before(async () => {
    runner = new Runner(clone);
    main = clone.git("branch", "--show-current");
    older = clone.git("rev-parse", "HEAD");
    const files = Object.values(readSecrets(clone));
    const values = files.flatMap((text) => Object.values(parseEnv(text)));
    secrets = values.filter((value) => value !== undefined && value.length > 15) as string[];
    member = new Member(clone);
    key = member.takeOver();
    runner.leftOut = ["test"]; // this is one of them
    runner.env = {
      GITHUB_API_URL: await github.start(),
      DOCKER_CONFIG: join(clone.directory, ".onebox/docker"), // the steps log in to the registry
    };
  });
  after(() => {
    clone.git("checkout", "--quiet", "--force", main);
    clone.git("reset", "--quiet", "--hard", older);
    for (const tag of clone.git("tag", "--list").split("\n").filter(Boolean)) {
      clone.git("tag", "--delete", tag);
    }
    github.stop();
    runner.remove();
    member.remove();
  });

  const push = (ref: string, sha = clone.git("rev-parse", main)): Event => ({
    name: "push",
    ref,
    sha,
  });
  const onMain = (sha?: string) => push("refs/heads/main", sha);
  const byHand = (inputs = {}): Event => ({ ...onMain(), name: "workflow_dispatch", inputs });
  function succeeded(job: JobRun | undefined): JobRun {
    expect(job?.result, job?.output).to.equal("success");
    return job as JobRun;
  }
  function commit(subject: string): string {
    clone.git("checkout", "--quiet", main);
    clone.write("docs/note.md", `# ${subject}\n`);
    return clone.commit(subject);
  }

  it("deploys nothing without the secret, and says so", async () => {
    runner.secrets = {};
    const { deploy } = await runner.run("deploy-prod", push("refs/tags/v9.9.9"));
    expect(succeeded(deploy).output).to.include("::notice::no secret ONEBOX_GPG_KEY");
    expect(deploy?.output).not.to.include("Onebox deploys");
    runner.secrets = { ONEBOX_GPG_KEY: key };
  });

  it("makes a commit an image, attests it by its digest, and has it live on stage", async () => {
    const sha = commit("Write a note @everyone <b>");
    const runs = await runner.run("deploy-stage", onMain());
    const built = succeeded(runs["image/image"]);
    const { summary } = succeeded(runs.deploy);
    const { digest, commit: live } = await serving("stage");
    expect(live).to.equal(sha);
    expect(runs.image?.outputs.image).to.match(new RegExp(`@${digest}$`));
    const attested = built.actions.filter(({ name }) => name === "actions/attest");
    expect(attested.map((action) => action.with["subject-digest"])).to.deep.equal([digest, digest]);
    expect(built.summary).to.include("## Image").and.include("Vulnerabilities: within the budget");
    expect(summary)
      .to.match(/^## stage is live$/m)
      .and.match(/\| ✓ release \| release .* \| [\d.]+ s \|/)
      .and.match(/^### \d+ changes?$/m)
      .and.include("Write a note @\u200beveryone \\<b\\>");
  });

  it("puts up a preview of a pull request, tells its address once, and takes it down", async () => {
    clone.git("checkout", "--quiet", main);
    const pull = new PullRequest(clone, "feature/größer");
    github.pull = () => pull.shown;
    const about = () => github.comments.filter(({ body }) => body.includes("onebox: preview"));
    const previews = async () =>
      JSON.parse((await run(0, "preview.sh", ["list", "--json"], { env: member.env })).stdout);
    try {
      const sha = pull.push("server/page.ts", (text) => text.replace("<h1>", "<h1>Larger "));
      const { build, push: pushed, preview } = await runner.run("preview", pull.event("opened"));
      expect(succeeded(build).output).not.to.include("reveal");
      expect(succeeded(pushed).outputs.image).to.match(/-previews@sha256:[0-9a-f]{64}$/);
      expect(succeeded(preview).output).to.include("Onebox puts up feature/größer");
      const [row] = await previews();
      expect(row).to.include({ branch: "feature/größer", commit: sha, state: "awake" });
      expect(about()).to.have.length(1);
      expect(about()[0]?.body).to.include(`${row.url} shows ${sha.slice(0, 7)}`);
      const ask = async (url: string) => {
        return onVm(`curl -sS -H 'Host: ${new URL(url).host}' http://127.0.0.1/`);
      };
      expect(await ask(row.url)).to.include("<h1>Larger ");
      const list = await ask(
        `http://previews.${new URL(row.url).host.split(".").slice(1).join(".")}`,
      );
      expect(list).to.include(`href="${row.url}"`).and.include("feature/gr&#246;&#223;er");
      pull.state = "closed";
      succeeded((await runner.run("preview", pull.event("closed"))).preview);
      expect(await previews()).to.deep.equal([]);
      expect(about()).to.have.length(1);
      expect(about()[0]?.body).to.match(/^## Preview\n\nIt was taken down/);
    } finally {
      pull.remove();
    }
  });

  it("does not let an older run that ends later take stage back", async () => {
    const { deploy } = await runner.run("deploy-stage", onMain(older));
    expect(succeeded(deploy).output).to.include("serves a later commit already");
    expect((await serving("stage")).commit).to.equal(clone.git("rev-parse", main));
  });

  it("brings stage's digest to prod when a version is tagged on a laptop", async () => {
    clone.git("checkout", "--quiet", main);
    await run(0, "release.sh", ["minor"], { env: member.env });
    expect(clone.git("tag", "--list", "--format=%(contents)")).to.include("Write a note");
    const { deploy } = await runner.run("deploy-prod", push("refs/tags/v0.1.0"));
    expect(succeeded(deploy).summary).to.match(/^## prod is live$/m);
    expect((await serving("prod")).digest).to.equal((await serving("stage")).digest);
  });

  it("gives the version its page; the next one, asked for by hand, is sent to prod", async () => {
    succeeded((await runner.run("release", push("refs/tags/v0.1.0"))).release);
    expect(github.releases.map((release) => release.tag_name)).to.deep.equal(["v0.1.0"]);
    expect(github.dispatches).to.deep.equal([]);
    commit("Write another note");
    const { release } = await runner.run("release", byHand({ bump: "patch" }));
    expect(succeeded(release).summary)
      .to.match(/^## v0\.1\.1$/m)
      .and.include("- Write another note");
    expect(github.dispatches).to.deep.equal([{ workflow: "deploy-prod.yml", ref: "v0.1.1" }]);
  });

  it("refuses a version that stage has never served", async () => {
    const { deploy } = await runner.run("deploy-prod", push("refs/tags/v0.1.1"));
    expect(deploy?.result).to.equal("failure");
    expect(deploy?.output).to.match(/stage has never served commit/);
  });

  it("finds what was changed behind Terraform's back, and tells it in an issue", async () => {
    await openPort("8080");
    succeeded((await runner.run("drift", { ...onMain(), name: "schedule" })).drift);
    expect(github.issues).to.have.length(1);
    const [issue] = github.issues;
    expect(issue?.title).to.equal("The infrastructure has drifted");
    expect(issue?.body)
      .to.include("### server: changed behind Terraform's back")
      .and.match(/rule\.\d+\.port: .* → 8080/);
  });

  it("promotes by hand where the configuration says so, which puts right what had drifted", async () => {
    const promoted = 'export default { ...config, release: "promote" };\n';
    const config = ".onebox/promote.config.ts";
    clone.write(config, `import config from "../onebox.config.ts";\n${promoted}`);
    runner.env.ONEBOX_CONFIG = join(clone.directory, config);
    const tagged = await runner.run("deploy-prod", push("refs/tags/v0.1.0"));
    expect(succeeded(tagged.deploy).output).to.include("a tag alone deploys nothing");
    expect(tagged.deploy?.output).not.to.include("Onebox deploys");
    const { deploy } = await runner.run("deploy-prod", byHand());
    delete runner.env.ONEBOX_CONFIG;
    expect(succeeded(deploy).output).to.include("Onebox deploys prod");
    expect((await serving("prod")).digest).to.equal((await serving("stage")).digest);
  });

  it("closes the issue when nothing differs any more", async () => {
    const { drift } = await runner.run("drift", { ...onMain(), name: "schedule" });
    expect(succeeded(drift).summary).to.include("Nothing would change.");
    expect(github.issues.map(({ state }) => state)).to.deep.equal(["closed"]);
  });

  it("has told nobody a secret, and left its key in no other keyring", async () => {
    const told = JSON.stringify([runner.said, github.comments, github.issues, github.releases]);
    const lines = key.split("\n").filter((line) => line.length === 64);
    expect(lines).to.have.length.above(3);
    expect(secrets).to.have.length.of.at.least(8);
    for (const secret of [...secrets, ...lines]) {
      expect(told.includes(secret), secret.slice(0, 12)).to.equal(false);
    }
    clone.git("checkout", "--quiet", main);
    const { output } = await run(2, "ssh.sh", ["true"]);
    expect(output).to.match(/no GPG key of yours opens it/);
  });
});

/** Lets the world in on one more port, as somebody would by hand. */
async function openPort(port: string): Promise<void> {
  const file = join(clone.directory, ".onebox/cloud/cloud.json");
  const { token, endpoint } = JSON.parse(readFileSync(file, "utf8"));
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const list = await fetch(`${endpoint}/firewalls`, { headers });
  const { firewalls } = (await list.json()) as { firewalls: { id: number; rules: object[] }[] };
  const added = { direction: "in", protocol: "tcp", port, source_ips: ["0.0.0.0/0"] };
  const body = JSON.stringify({ rules: [...(firewalls[0]?.rules ?? []), added] });
  const action = `${endpoint}/firewalls/${firewalls[0]?.id}/actions/set_rules`;
  const answer = await fetch(action, { method: "POST", headers, body });
  expect(answer.status).to.equal(201);
}
