import { execFile } from "node:child_process";
import { expect } from "chai";
import { GitHubError } from "../../../cli/ci/github.ts";
import { checkSetup } from "../../../cli/ci/setup-check.ts";
import { root } from "../../../config/load.ts";
import { GitHub } from "../../pipeline/github.ts";

const branch = (name: string) => ({ name, type: "branch" });
const versions = {
  rules: ["creation", "update", "deletion"].map((type) => ({ type })),
  conditions: { ref_name: { include: ["refs/tags/v*.*.*"], exclude: [] } },
  bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole" }],
};
const closed = { custom_branch_policies: true, protected_branches: false };
/** A repository as docs/pipeline.md says it should be. */
const good: Record<string, unknown> = {
  "environments/stage": { deployment_branch_policy: closed },
  "environments/stage/secrets/ONEBOX_GPG_KEY": { name: "ONEBOX_GPG_KEY" },
  "environments/stage/deployment-branch-policies": { branch_policies: [branch("main")] },
  "environments/prod": {
    can_admins_bypass: false,
    protection_rules: [{ type: "required_reviewers", reviewers: [{ type: "User" }] }],
    deployment_branch_policy: closed,
  },
  "environments/prod/secrets/ONEBOX_GPG_KEY": { name: "ONEBOX_GPG_KEY" },
  "environments/prod/deployment-branch-policies": {
    branch_policies: [branch("main"), { name: "v*.*.*", type: "tag" }],
  },
  "environments/preview": { deployment_branch_policy: closed },
  "environments/preview/secrets/ONEBOX_RELEASE_KEY": { name: "ONEBOX_RELEASE_KEY" },
  "environments/preview/deployment-branch-policies": { branch_policies: [branch("main")] },
  "rules/branches/main": ["pull_request", "non_fast_forward", "deletion"].map((type) => ({ type })),
  rulesets: [{ id: 3, target: "tag", enforcement: "active" }],
  "rulesets/3": versions,
  "actions/permissions/workflow": { default_workflow_permissions: "read" },
};

/** What is to be mended where GitHub answers as it should, but for these paths; and how much was looked at. */
async function findingsWith(changes: Record<string, unknown>) {
  const answers: Record<string, unknown> = { ...good, ...changes };
  const findings = await checkSetup({
    async get(path, schema) {
      const answer = answers[path.replace(/\?.*/, "")];
      if (answer === undefined) throw new GitHubError("none", 404);
      return schema.parse(answer);
    },
    send: () => expect.fail("nothing is changed"),
  });
  const bad = findings.filter(({ fix }) => fix !== undefined).map(({ what }) => what);
  return { bad, looked: findings.length };
}

describe("the set-up of the pipeline", () => {
  it("is good as it is documented", async () => {
    expect(await findingsWith({})).to.deep.equal({ bad: [], looked: 14 });
  });

  it("has a signer who is looked at where somebody signs", async () => {
    const signer = {
      "environments/signer": { deployment_branch_policy: closed },
      "environments/signer/secrets/ONEBOX_SIGNING_KEY": { name: "ONEBOX_SIGNING_KEY" },
      "environments/signer/deployment-branch-policies": { branch_policies: [branch("main")] },
    };
    expect(await findingsWith(signer)).to.deep.equal({ bad: [], looked: 15 });
  });

  const holes: [string, Record<string, unknown>, RegExp][] = [
    [
      "a release key that every branch's workflow can read",
      { "actions/secrets/ONEBOX_RELEASE_KEY": { name: "ONEBOX_RELEASE_KEY" } },
      /no secret ONEBOX_RELEASE_KEY/,
    ],
    [
      "a signer's key that every branch's workflow can read",
      { "environments/signer/secrets/ONEBOX_SIGNING_KEY": { name: "ONEBOX_SIGNING_KEY" } },
      /signer: only branch main may use it/,
    ],
    [
      "a job of previews that has the key of everything",
      { "environments/preview/secrets/ONEBOX_GPG_KEY": { name: "ONEBOX_GPG_KEY" } },
      /preview: its environment has no ONEBOX_GPG_KEY/,
    ],
    [
      "a key that every branch's workflow can read",
      { "actions/secrets/ONEBOX_GPG_KEY": { name: "ONEBOX_GPG_KEY" } },
      /no secret ONEBOX_GPG_KEY/,
    ],
    [
      "the same by the organization",
      { "actions/organization-secrets": { secrets: [{ name: "ONEBOX_GPG_KEY" }] } },
      /no secret ONEBOX_GPG_KEY/,
    ],
    [
      "an environment that any branch may use",
      { "environments/stage": { deployment_branch_policy: null } },
      /stage: only branch main/,
    ],
    [
      "an environment that more branches may use",
      {
        "environments/prod/deployment-branch-policies": {
          branch_policies: [branch("main"), branch("*")],
        },
      },
      /prod: only/,
    ],
    ["a missing key", { "environments/prod/secrets/ONEBOX_GPG_KEY": undefined }, /prod: its/],
    [
      "nobody who approves",
      {
        "environments/prod": {
          ...(good["environments/prod"] as object),
          protection_rules: [{ type: "required_reviewers", reviewers: [] }],
        },
      },
      /somebody approves/,
    ],
    [
      "administrators who need no approval",
      {
        "environments/prod": { ...(good["environments/prod"] as object), can_admins_bypass: true },
      },
      /somebody approves/,
    ],
    ["a main that anybody pushes to", { "rules/branches/main": [{ type: "deletion" }] }, /main:/],
    ["free version tags", { rulesets: [] }, /version tags/],
    [
      "a ruleset that only watches",
      { rulesets: [{ id: 3, target: "tag", enforcement: "evaluate" }] },
      /version tags/,
    ],
    [
      "version tags that may be moved",
      { "rulesets/3": { ...versions, rules: [{ type: "creation" }] } },
      /version tags/,
    ],
    [
      "version tags that any branch's workflow may create",
      {
        "rulesets/3": {
          ...versions,
          bypass_actors: [{ actor_id: 15368, actor_type: "Integration" }],
        },
      },
      /version tags/,
    ],
    [
      "a ruleset that leaves tags out",
      {
        "rulesets/3": {
          ...versions,
          conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/v0*"] } },
        },
      },
      /version tags/,
    ],
    [
      "a ruleset of branches only",
      { rulesets: [{ id: 3, target: "branch", enforcement: "active" }] },
      /version tags/,
    ],
    [
      "jobs that may write unasked",
      { "actions/permissions/workflow": { default_workflow_permissions: "write" } },
      /a job's token/,
    ],
  ];
  for (const [hole, changes, line] of holes) {
    it(`is told of ${hole}`, async () => {
      const { bad } = await findingsWith(changes);
      expect(bad).to.have.length(1);
      expect(bad[0]).to.match(line);
    });
  }

  it("may let a team release whose number is that of GitHub Actions", async () => {
    const bypass_actors = [{ actor_id: 15368, actor_type: "Team" }];
    const changes = { "rulesets/3": { ...versions, bypass_actors } };
    expect((await findingsWith(changes)).bad).to.deep.equal([]);
  });

  it("needs one of two keys in an environment", async () => {
    const changes = {
      "environments/prod/secrets/ONEBOX_GPG_KEY": undefined,
      "environments/prod/secrets/ONEBOX_RELEASE_KEY": { name: "ONEBOX_RELEASE_KEY" },
    };
    expect((await findingsWith(changes)).bad).to.deep.equal([]);
  });
});

describe("scripts/ci/check-setup.sh", () => {
  let github: GitHub;
  let api: string;
  before(async () => {
    github = new GitHub();
    api = await github.start();
  });
  after(() => github.stop());

  /** Runs it; returns its exit code and what it has said. */
  async function check(changes: Record<string, unknown>, token = "job-token") {
    github.setup = { ...good, ...changes };
    const env = { ...process.env, GITHUB_API_URL: api };
    Object.assign(env, { GITHUB_REPOSITORY: "you/onebox", GITHUB_TOKEN: token });
    return new Promise<{ code: number; text: string }>((resolve) => {
      execFile(`${root}/scripts/ci/check-setup.sh`, { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      );
    });
  }

  it("shows each thing, and ends with 0 when all is good", async () => {
    const { code, text } = await check({});
    expect(code, text).to.equal(0);
    expect(text.match(/✓/g)).to.have.length(14);
  });

  it("says how to mend what is missing, and ends with 1", async () => {
    const { code, text } = await check({ rulesets: [] });
    expect(code, text).to.equal(1);
    expect(text).to.match(/^ {2}✗ version tags: .*\n {6}Settings → Rules/m);
  });

  it("is not called good when GitHub does not let it be looked at", async () => {
    const { code, text } = await check({}, "wrong");
    expect(code).to.equal(2);
    expect(text).to.match(/HTTP 401; it takes the token of somebody who administers/);
  });
});
