import { expect } from "chai";
import { FaultError, HeldError } from "../../../cli/errors.ts";
import { heldError, ownerIn, stateOwnerIn } from "../../../cli/held.ts";
import { hookEnvironment } from "../../../cli/hooks.ts";
import { withAftermath, withPreviewsState } from "../../../cli/outcome.ts";
import { ProgramError } from "../../../cli/processes.ts";
import { loadProject } from "../../../cli/project.ts";
import { describeNameservers } from "../../../cli/records.ts";
import { workspacesIn } from "../../../cli/terraform/workspaces.ts";
import { judge } from "../../../cli/visitor.ts";
import type { Vm } from "../../../cli/vm/vm.ts";
import { plainName } from "../../../cli/who.ts";
import { root } from "../../../config/load.ts";

describe("what a visitor gets", () => {
  const own = { status: 200, headers: { "x-onebox-release": "abc-1" } };
  const cases: [string, Parameters<typeof judge>[0], boolean, string][] = [
    ["the release's own answer", own, false, "served"],
    ["another release's", { ...own, headers: { "x-onebox-release": "abd-1" } }, false, "other"],
    ["an error of the release's", { ...own, status: 502 }, false, "other"],
    ["no release's", { status: 200, headers: {} }, false, "other"],
    [
      "maintenance",
      { status: 503, headers: { "x-onebox-maintenance": "on" } },
      false,
      "maintenance",
    ],
    ["a question for a password", { status: 401, headers: {} }, false, "other"],
    ["a preview's question for a password", { status: 401, headers: {} }, true, "served"],
    ["nothing", { trouble: "connect ECONNREFUSED" }, false, "other"],
  ];
  for (const [what, answer, guarded, kind] of cases) {
    it(`is judged: ${what}`, () => {
      expect(judge(answer, "abc-1", guarded).kind).to.equal(kind);
    });
  }

  it("is told in the reader's words", () => {
    expect(judge({ status: 502, headers: {} }, "x").seen).to.equal("HTTP 502");
    expect(judge({ trouble: "connect ECONNREFUSED" }, "x").seen).to.equal("connect ECONNREFUSED");
  });
});

describe("who holds an environment", () => {
  const terraform = `│ Error: Error acquiring the state lock
│   Who:       you@laptop
│   Created:   2026-01-02 03:04:05.678 +0000 UTC`;
  const vm = (owner: object | undefined) => ({ holder: async () => owner }) as unknown as Vm;

  it("is told by the VM's program, by the VM, or by Terraform's lock, in this order", async () => {
    const said =
      "null_resource.deployment (remote-exec): onebox: held: me runs release a-1 since 3\n";
    expect(ownerIn(said)).to.equal("me runs release a-1 since 3");
    expect(stateOwnerIn(terraform)).to.equal(
      "you@laptop has locked its Terraform state since 2026-01-02T03:04:05.678",
    );
    const owner = { by: "me", action: "release", release: "a-1", since: "3", step: "pull" };
    const error = await heldError("stage", terraform, vm(owner));
    expect(error).to.be.instanceOf(HeldError);
    expect(error.message).to.equal(
      "stage is locked: me runs release a-1 since 3, at step pull; run this again later, or with --wait",
    );
    const byLock = await heldError("stage", terraform, vm(undefined));
    expect(byLock.message).to.include("locked: you@laptop has locked");
    expect((await heldError("stage", "", undefined)).message).to.include("locked: another deploy");
  });

  it("comes with what releases a lock in object storage, which outlives its owner, and only then", async () => {
    const id = "a7b23eab-f0f0-1864-bbed-63010e0e1a4b";
    const stored = `api error PreconditionFailed: At least one of the pre-conditions\n  ID:   ${id}\n  Path: acme-state/onebox/server.tfstate\n${terraform}`;
    const told = async (what: string, said: string, by?: object) =>
      (await heldError(what, said, vm(by))).message;
    expect(await told("server", stored)).to.match(
      new RegExp(`; if that run was killed: scripts/terraform\\.sh server force-unlock ${id}$`),
    );
    expect(await told("preview-a", stored)).to.match(
      /killed: remove acme-state\/onebox\/server\.tfstate\.tflock from the object storage$/,
    );
    const owner = { by: "me", action: "release", release: "a-1", since: "3", step: "pull" };
    expect(await told("stage", stored, owner)).to.not.include("killed");
    expect(await told("server", terraform)).to.not.include("killed");
  });
});

describe("after a failure", () => {
  const failure = () => {
    const error = new ProgramError("terraform", { code: 1, stdout: "", stderr: "" });
    error.step = "release";
    return error;
  };
  const slot = { environment: "stage", role: "serving", release: "a-1", commit: "c".repeat(40) };
  const vm = (slots: () => Promise<object[]>) => ({ slots }) as unknown as Vm;

  it("the reader is told what serves and what to do", async () => {
    const there = vm(async () => [{ ...slot, state: "running" }]);
    expect(await withAftermath(failure(), "stage", there)).to.include({
      serves: "currently serving on stage: release a-1 (commit ccccccc)",
      next: "mend what is named above and run this again; nothing has to be cleaned up",
    });
  });

  it("the same holds for a fault that nobody has thought of, in no step at all", async () => {
    const there = vm(async () => [{ ...slot, state: "running" }]);
    const error = await withAftermath(new TypeError("x is not a function"), "stage", there);
    expect(error).to.be.instanceOf(FaultError).and.to.include({
      exitCode: 1,
      serves: "currently serving on stage: release a-1 (commit ccccccc)",
      next: "report this and run this again; nothing has to be cleaned up",
    });
    expect(error.message).to.match(/^this is a fault of Onebox's own: TypeError: x is not a func/);
  });

  it("of a preview, the reader is told how it is", async () => {
    const previews = [{ slug: "x-1", state: "asleep", commit: "c".repeat(40) }];
    const there = { previews: async () => previews } as unknown as Vm;
    expect(await withPreviewsState(failure(), "x-1", there)).to.include({
      serves: "the preview is now: asleep, commit ccccccc",
      next: "mend what is named above and run this again; nothing has to be cleaned up",
    });
    const missing = { serves: "the preview is now: not there" };
    expect(await withPreviewsState(failure(), "x-2", there)).to.include(missing);
    expect(await withPreviewsState(failure(), "x-1", undefined)).to.include(missing);
  });

  it("nothing is claimed that nobody has seen", async () => {
    const unknown = { serves: "currently serving on stage: unknown, as the VM does not answer" };
    const silent = vm(() => Promise.reject(new Error("no route")));
    expect(await withAftermath(failure(), "stage", silent)).to.include(unknown);
    const dead = vm(async () => [{ ...slot, state: "exited" }]);
    const nothing = { serves: "currently serving on stage: nothing" };
    expect(await withAftermath(failure(), "stage", dead)).to.include(nothing);
    const held = new HeldError("held");
    expect(await withAftermath(held, "stage", silent))
      .to.equal(held)
      .and.include({ next: undefined });
  });
});

describe("what is told to others", () => {
  it("hooks know what is done, and nothing secret", async () => {
    const project = await loadProject(root, `${root}/test/fixtures/shipped.config.ts`);
    const release = { name: "a-1", image: "i", commit: "c" };
    const facts = { project, environment: "stage", address: "192.0.2.1", release } as const;
    expect(hookEnvironment({ ...facts, previous: "a-0", by: "me" }, "served")).to.deep.equal({
      ...{ ONEBOX_ENVIRONMENT: "stage", ONEBOX_URL: "http://stage.onebox.localhost" },
      ...{ ONEBOX_ADDRESS: "192.0.2.1", ONEBOX_RELEASE: "a-1", ONEBOX_IMAGE: "i" },
      ...{ ONEBOX_COMMIT: "c", ONEBOX_PREVIOUS_RELEASE: "a-0", ONEBOX_RESULT: "served" },
      ONEBOX_BY: "me",
    });
  });

  it("a name holds nothing that needs quotes", () => {
    expect(plainName("Jürgen $(reboot)' <me+x@shop.test>")).to.equal("Jrgenrebootme+x@shop.test");
  });

  it("registrars get the name servers of each zone", () => {
    const zones = { "shop.test": ["ns1.test", "ns2.test"] };
    expect(describeNameservers(zones).at(-1)).to.equal("  shop.test: ns1.test, ns2.test");
    expect(describeNameservers(undefined)).to.deep.equal([]);
  });

  it("Terraform's workspaces are all but the default one", () => {
    expect(workspacesIn("  default\n* fix-1\n  fix-2\n\n")).to.deep.equal(["fix-1", "fix-2"]);
  });
});
