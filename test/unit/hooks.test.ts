import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { DeployImage } from "../../cli/deploy/image.ts";
import { orderOf } from "../../cli/deploy/options.ts";
import { VmSurvey } from "../../cli/deploy/survey.ts";
import { DeployWork } from "../../cli/deploy/work.ts";
import { FailedError, RefusedError } from "../../cli/errors.ts";
import { afterWork, beforeDeploy, checkHooks, type HookFacts, hasHook } from "../../cli/hooks.ts";
import type { Access } from "../../cli/server.ts";
import { type Invocation, type Session, withSession } from "../../cli/session.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";

describe("hooks", () => {
  let directory: string;
  let said: string;
  let facts: HookFacts;

  before(async () => {
    const config = await loadConfig(join(root, "test/fixtures/shipped.config.ts"));
    const release = { name: "000000000000-1111", image: "shop@sha256:0", commit: "abc" };
    facts = {
      project: { config, cloud: resolveCloud(config, root) },
      ...{ environment: "stage", address: "", release, previous: "000000000000-0000", by: "me" },
    };
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-hooks-"));
    mkdirSync(join(directory, "hooks"));
    said = "";
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(name: string, text: string, mode = 0o755): void {
    writeFileSync(join(directory, "hooks", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, "hooks", name), mode);
  }

  /** Works with the hooks of the directory, in the middle of a deploy of stage; returns what the log holds. */
  async function deploy(work: (session: Session) => Promise<void>): Promise<string> {
    const stream = { write: (text: string) => (said += text), isTTY: false };
    const secret = { HCLOUD_TOKEN: "s3cret", AWS_ACCESS_KEY_ID: "s3cret", TF_VAR_key: "s3cret" };
    const environment = { PATH: process.env.PATH, ...secret, ONEBOX_SECRETS: "/s3cret" };
    const invocation = {
      ...{ root: directory, command: "deploy", program: "scripts/deploy.sh", environment },
      ...{ stdout: stream, stderr: stream, onSignal: () => () => {} },
    } as unknown as Invocation;
    return withSession(invocation, {}, async (session) => {
      await work(session);
      return readFileSync(session.log.begin(), "utf8");
    });
  }

  it("are not needed", async () => {
    await deploy(async (session) => {
      checkHooks(session.root);
      await beforeDeploy(session, facts);
      await afterWork(session, "after-deploy", "served", facts);
    });
    expect(said).to.equal("");
    expect(hasHook(directory, "before-deploy", "after-deploy")).to.equal(false);
  });

  it("know what is done, and their output is in the log", async () => {
    write("after-deploy", "env | sort");
    const log = await deploy((session) => afterWork(session, "after-deploy", "served", facts));
    expect(said).to.match(/✓ hook +hooks\/after-deploy/);
    expect(log.split("\n")).to.include.members([
      "ONEBOX_ADDRESS=",
      "ONEBOX_BY=me",
      "ONEBOX_COMMIT=abc",
      "ONEBOX_ENVIRONMENT=stage",
      "ONEBOX_IMAGE=shop@sha256:0",
      "ONEBOX_PREVIOUS_RELEASE=000000000000-0000",
      "ONEBOX_RELEASE=000000000000-1111",
      "ONEBOX_RESULT=served",
      "ONEBOX_URL=http://stage.onebox.localhost",
    ]);
    expect(log).not.to.include("LC_ALL="); // the caller has none
  });

  it("see no secret, nor where the secrets are", async () => {
    write("after-deploy", "env");
    const log = await deploy((session) => afterWork(session, "after-deploy", "served", facts));
    expect(log).to.include("ONEBOX_RESULT=served");
    expect(log).not.to.match(/s3cret|ONEBOX_SECRETS|TF_VAR_/);
  });

  it("stop a deploy when before-deploy fails, and say why", async () => {
    write("before-deploy", "echo the schema is not reviewed; exit 7");
    const error = await deploy((session) => beforeDeploy(session, facts)).catch((found) => found);
    expect(error).to.be.instanceOf(FailedError);
    expect(error.message).to.equal("hooks/before-deploy says no; nothing was touched");
    expect(said).to.match(/✗ hook +hooks\/before-deploy ended with exit code 7/);
    expect(said).to.include("    the schema is not reviewed\n");
  });

  it("only warn when what is done is done", async () => {
    write("after-rollback", "echo no network >&2; exit 1");
    await deploy((session) => afterWork(session, "after-rollback", "served", facts));
    expect(said).to.include("    no network\n");
    expect(said).to.include("! hooks/after-rollback failed; stage stays as it is");
  });

  for (const [what, error, told] of [
    ["a failure", new FailedError("no"), true],
    ["a fault of Onebox's own", new TypeError("x is not a function"), true],
    ["a refusal", new RefusedError("no"), false],
  ] as const) {
    it(`are ${told ? "" : "not "}told of ${what}, once before-deploy has been asked`, async () => {
      write("after-deploy", "echo heard $ONEBOX_RESULT");
      const access = { project: facts.project, server: { address: "" } } as unknown as Access;
      const order = orderOf("stage", {});
      const log = await deploy(async (session) => {
        session.log.begin();
        const image = {} as DeployImage;
        const survey = new VmSurvey(order);
        const work = new DeployWork(session, order, { image, access, survey, by: "me" });
        const early = await work.account(error);
        expect(said, early.message).to.equal("");
        await work.askHook();
        await work.account(error);
        await work.account(error); // it is told once
      });
      expect(log.match(/heard failed/g) ?? []).to.have.length(told ? 1 : 0);
    });
  }

  it("are refused when they cannot be run, before anything else", () => {
    write("after-deploy", "true", 0o644);
    const refusal = "hooks/after-deploy is not executable; run: chmod +x hooks/after-deploy";
    expect(() => checkHooks(directory)).to.throw(RefusedError, refusal);
  });
});
