import { basename } from "node:path";
import { expect } from "chai";
import { problemsOf } from "../support/workflow-rules.ts";
import { readWorkflow, workflowNames, workflowText } from "../support/workflows.ts";

const called = (file: string) => workflowText(basename(file, ".yml"));

describe("the workflows", () => {
  for (const name of workflowNames) {
    it(`${name}: pinned actions, calls of scripts, timeouts, no right too many`, () => {
      expect(problemsOf(workflowText(name), called)).to.deep.equal([]);
    });
  }

  it("know the key of the secrets and release keys where something is opened or released, and no more", () => {
    for (const name of workflowNames) {
      const text = workflowText(name);
      const secrets = new Set([...text.matchAll(/secrets\.(\w+)/g)].map(([, key]) => key));
      const expected = [
        ...(/scripts\/ci\/unlock\.sh/.test(text) ? ["ONEBOX_GPG_KEY"] : []),
        ...(/scripts\/ci\/(deploy|preview)\.sh/.test(text) ? ["ONEBOX_RELEASE_KEY"] : []),
        ...(/scripts\/ci\/sign\.sh/.test(text) ? ["ONEBOX_SIGNING_KEY"] : []),
      ];
      expect([...secrets].sort(), name).to.deep.equal(expected);
    }
  });

  it("give a preview's job, and the one that signs, environments of their own", () => {
    expect(readWorkflow("preview").jobs.preview?.environment).to.equal("preview");
    const { sign, deploy } = readWorkflow("deploy-stage").jobs;
    expect(sign?.environment).to.equal("signer");
    expect(JSON.stringify(sign)).not.to.include("RELEASE_KEY");
    expect(JSON.stringify(deploy)).not.to.include("SIGNING_KEY");
  });

  it("run nobody else's code with a secret or with the right to write", () => {
    const dangerous = ["pull_request_target", "workflow_run", "issue_comment"];
    for (const name of workflowNames.filter((name) => name !== "preview")) {
      expect(Object.keys(readWorkflow(name).on), name).not.to.include.oneOf(dangerous);
    }
    const { plan, comment } = readWorkflow("plan").jobs;
    expect(plan?.permissions).to.deep.equal({ contents: "read" });
    expect(comment?.steps?.[0]?.with?.ref).to.match(/pull_request\.base\.sha/);
  });

  it("run nothing of a pull request for its preview, and build it where no secret is", () => {
    const { preview, ...others } = readWorkflow("preview").jobs;
    const steps = [...Object.values(others), preview].flatMap((job) => job?.steps ?? []);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts).to.have.length(4);
    for (const { with: inputs } of checkouts) {
      expect(inputs?.ref).to.equal("$" + "{{ github.event.repository.default_branch }}");
      expect(inputs).to.have.all.keys("persist-credentials", "ref");
    }
    // Whatever its author chose, such as a branch's name, comes as a file, not through an expression.
    expect(workflowText("preview")).not.to.match(
      /github\.(head_ref|event\.pull_request\.(?!number))/,
    );
    expect(JSON.stringify(others)).not.to.match(/secrets\.|environment|unlock/);
    expect(steps.some(({ uses }) => uses?.startsWith("actions/cache@"))).to.equal(false);
  });

  it("leave prod to an environment of its own, and stage to main", () => {
    expect(readWorkflow("deploy-prod").jobs.deploy?.environment).to.equal("prod");
    expect(readWorkflow("deploy-stage").on).to.deep.equal({ push: { branches: ["main"] } });
    expect(readWorkflow("deploy-stage").jobs.deploy?.needs).to.deep.equal([
      "test",
      "image",
      "sign",
    ]);
  });
});

describe("the rules for workflows", () => {
  const good = workflowText("deploy-prod");
  const expectProblem = (text: string, problem: RegExp) => {
    expect(text, "the change did not take").not.to.equal(good);
    expect(problemsOf(text, called).join("\n")).to.match(problem);
  };

  it("find an action that is not pinned by commit, or says no version", () => {
    expectProblem(
      good.replace(/checkout@[0-9a-f]{40} # v[\d.]+/, "checkout@v6"),
      /pin it by its full commit/,
    );
    expectProblem(good.replace(/ # v6[\d.]+/, ""), /pin it/);
    expectProblem(
      good.replace("    steps:\n", "    steps:\n      - { uses: actions/cache@v5 }\n"),
      /actions\/cache@v5: pin it/,
    );
  });

  it("find an action that nobody knows", () => {
    expectProblem(good.replace("actions/checkout@", "someone/checkout@"), /no action that we know/);
  });

  it("find a step that is more than a call of a script", () => {
    for (const run of [
      "scripts/ci/deploy.sh prod && echo done",
      "npm ci",
      "|\n          scripts/ci/deploy.sh prod\n          echo done",
      `scripts/ci/deploy.sh $${"{{ github.ref }}"}`,
      "scripts/ci/no-such.sh",
    ]) {
      expectProblem(
        good.replace("scripts/ci/deploy.sh prod", run),
        /more than a call|no script that can be called/,
      );
    }
    for (const word of ["shell: python", "working-directory: /", "continue-on-error: true"]) {
      const more = good.replace("deploy.sh prod", `deploy.sh prod\n        ${word}`);
      expectProblem(more, /a step needs no/);
    }
    expectProblem(good.replace("jobs:", "env:\n  BASH_ENV: x\njobs:"), /workflow needs no "env"/);
  });

  it("find a missing timeout, a right that is not needed, and rights for the whole workflow", () => {
    expectProblem(good.replace(/ +timeout-minutes: 30\n/, ""), /has no timeout-minutes/);
    expectProblem(
      good.replace("contents: read", "contents: read\n      packages: write"),
      /does not need the right packages: write/,
    );
    expectProblem(
      good.replace("contents: read", "contents: write"),
      /does not need the right contents: write/,
    );
    expectProblem(
      good.replace("permissions: {}", "permissions:\n  contents: read"),
      /give rights to jobs/,
    );
  });

  it("find a deploy that could be cancelled, and a token that is left in the tree", () => {
    expectProblem(
      good.replace("cancel-in-progress: false", "cancel-in-progress: true"),
      /may cancel a running deploy/,
    );
    expectProblem(
      good.replace("persist-credentials: false", "persist-credentials: true"),
      /leaves its token/,
    );
  });

  it("find a called workflow that gets more rights than its jobs have", () => {
    const stage = workflowText("deploy-stage");
    const more = stage.replace("packages: write", "packages: write\n      issues: write");
    expect(problemsOf(more, called).join()).to.match(/gives .*image\.yml other rights/);
    const all = stage.replace("  image:\n", "  image:\n    secrets: inherit\n");
    expect(problemsOf(all, called).join()).to.match(/a job needs no "secrets"/);
    const other = stage.replace("./.github/workflows/test.yml", "a/b/.github/workflows/c.yml@main");
    expect(problemsOf(other, called).join()).to.match(/no workflow of this repository/);
  });
});
