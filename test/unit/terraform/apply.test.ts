import { expect } from "chai";
import { applyServer } from "../../../cli/deploy/server.ts";
import { FailedError, HeldError, ProblemsError } from "../../../cli/errors.ts";
import { ApiError } from "../../../cli/hcloud/api.ts";
import { ProgramError, type RunOptions } from "../../../cli/processes.ts";
import type { Session } from "../../../cli/session.ts";
import { unlessHeld, type Work, workOnStack } from "../../../cli/terraform/apply.ts";
import { destroyServer, destroyZones } from "../../../cli/terraform/destroy.ts";
import type { Terraform } from "../../../cli/terraform/terraform.ts";

const step = { note: "", progress: () => {}, output: () => {} };
const lock = "Error: Error acquiring the state lock\n  Who:       you@laptop\n";

interface Answer {
  code?: number;
  stdout?: string;
}

/** Terraform that answers by the first word of a command, one answer after the other; the last one stays. */
function terraformThat(answers: Record<string, Answer[]>) {
  const told: { stack: string; line: string; env: RunOptions["env"] }[] = [];
  const terraform = {
    init: async () => {},
    resources: async () => ["hcloud_primary_ip.ipv4", "hcloud_zone.a", "hcloud_zone_rrset.b"],
    run: async (stack: string, args: string[], { env }: RunOptions = {}) => {
      told.push({ stack, line: args.join(" "), env });
      const list = answers[args[0] ?? ""] ?? [];
      const { code = 0, stdout = "" } = (list.length > 1 ? list.shift() : list[0]) ?? {};
      return { code, stdout, stderr: "" };
    },
  };
  return {
    told,
    lines: () => told.map(({ line }) => line),
    terraform: terraform as unknown as Terraform,
  };
}

describe("a command on a stack", () => {
  const work: Work = { stack: "stage", command: ["apply", "-auto-approve"], patience: 7 };

  it("waits for the state as long as it is told; for the server's, which all share, 2 minutes", async () => {
    const { terraform, lines } = terraformThat({});
    await workOnStack(terraform, work, undefined, step);
    await workOnStack(terraform, { ...work, stack: "server" }, undefined, step);
    expect(lines()).to.deep.equal([
      "apply -no-color -lock-timeout=7s -auto-approve",
      "apply -no-color -lock-timeout=120s -auto-approve",
    ]);
  });

  it("names the workspace of a preview, whatever Terraform remembers", async () => {
    const { terraform, told } = terraformThat({});
    const workspace = { slug: "fix-1", environment: "preview-fix-1" };
    await workOnStack(terraform, { ...work, stack: "preview", workspace }, undefined, step);
    expect(told[0]?.env).to.deep.equal({ TF_WORKSPACE: "fix-1" });
  });

  it("returns the exit codes that it may end with, and throws others", async () => {
    const { terraform } = terraformThat({ apply: [{ code: 2, stdout: "x" }] });
    const done = await workOnStack(terraform, { ...work, codes: [2] }, undefined, step);
    expect(done).to.deep.equal({ code: 2, said: "x" });
    const error = await workOnStack(terraform, work, undefined, step).catch((e) => e);
    expect(error).to.be.instanceOf(ProgramError);
  });

  it("says who has locked the state, and names --wait only where there is one", async () => {
    const { terraform } = terraformThat({ apply: [{ code: 1, stdout: lock }] });
    const held = (more: Partial<Work>) =>
      workOnStack(terraform, { ...work, ...more }, undefined, step).catch((error) => error);
    expect(await held({})).to.be.instanceOf(HeldError);
    expect((await held({})).message).to.match(/^stage is locked: you@laptop .*, or with --wait$/);
    expect((await held({ waits: false })).message).to.match(/; run this again later$/);
    expect(await unlessHeld(workOnStack(terraform, work, undefined, step))).to.equal(false);
    expect(await unlessHeld(Promise.resolve())).to.equal(true);
  });
});

describe("the server", () => {
  const session = { secrets: "/private" } as Session;
  const change = (actions: string[]) => ({
    ...{ address: "hcloud_server.server", type: "hcloud_server", mode: "managed" },
    change: { actions, before: { name: "a" }, after: { name: "b" }, replace_paths: [["name"]] },
  });
  const plan = (...actions: string[]) =>
    JSON.stringify({ resource_changes: [change(actions)], resource_drift: [] });
  const apply = (terraform: Terraform, mayReplace: "server"[] = []) =>
    applyServer(session, { terraform }, { agreed: { mayReplace, mayRestart: false } }, step);

  it("is left alone when nothing differs", async () => {
    const { terraform, lines } = terraformThat({ plan: [{ code: 0 }] });
    await apply(terraform);
    expect(lines()).to.have.length(1);
    expect(lines()[0]).to.match(/^plan .*-out=\/private\/server\.plan$/);
  });

  it("gets the very plan that was looked at", async () => {
    const { terraform, lines } = terraformThat({
      ...{ plan: [{ code: 2 }], show: [{ stdout: plan("update") }] },
    });
    await apply(terraform);
    expect(lines().at(-1)).to.match(/^apply .*-auto-approve \/private\/server\.plan$/);
  });

  it("is not replaced unless that is named", async () => {
    const answers = { plan: [{ code: 2 }], show: [{ stdout: plan("delete", "create") }] };
    const { terraform, lines } = terraformThat(answers);
    const error = await apply(terraform).catch((e) => e);
    expect(error).to.be.instanceOf(ProblemsError);
    expect(error.message).to.include("--may-replace server");
    expect(lines().some((line) => line.startsWith("apply"))).to.equal(false);
    await apply(terraform, ["server"]);
    expect(lines().at(-1)).to.match(/^apply /);
  });

  it("is planned anew when another deploy was quicker, three times", async () => {
    const stale = { code: 1, stdout: "Error: Saved plan is stale" };
    const answers = { plan: [{ code: 2 }], show: [{ stdout: plan("update") }] };
    const once = terraformThat({ ...answers, apply: [stale, {}] });
    await apply(once.terraform);
    expect(once.lines().filter((line) => line.startsWith("plan"))).to.have.length(2);
    const always = terraformThat({ ...answers, apply: [stale] });
    const error = await apply(always.terraform).catch((e) => e);
    expect(error).to.be.instanceOf(FailedError).with.property("next", "run this again");
    expect(always.lines().filter((line) => line.startsWith("apply"))).to.have.length(3);
  });
});

describe("destroying", () => {
  const state = (...held: [type: string, id: string | number][]) => ({
    resources: held.map(([type, id]) => ({ type, name: "a", instances: [{ attributes: { id } }] })),
  });
  const ofServer = state(
    ["hcloud_server", "1"],
    ["hcloud_primary_ip", "2"],
    ["hcloud_volume", "3"],
  );
  const ofZones = state(["hcloud_zone", 4], ["hcloud_zone_rrset", "a/A"]);
  let asked: string[];
  beforeEach(() => {
    asked = [];
  });
  const api = {
    act: async (path: string, body?: Record<string, unknown>) => {
      asked.push(`${path} ${JSON.stringify(body)}`);
    },
  };
  const holding = (pulled: unknown) => {
    const made = terraformThat({});
    return { ...made, terraform: Object.assign(made.terraform, { pull: async () => pulled }) };
  };
  const lifted = (path: string) => `${path}/actions/change_protection {"delete":false}`;

  it("spares the volume, and lifts the protection of what goes", async () => {
    const { terraform, lines } = holding(ofServer);
    await destroyServer(terraform, api, false, step);
    expect(asked).to.deep.equal([lifted("primary_ips/2")]);
    const [destroy = "", ...more] = lines();
    expect(more, "nothing is applied before").to.deep.equal([]);
    expect(destroy)
      .to.match(/^destroy /)
      .and.to.include("-target=hcloud_server.server");
    expect(destroy).not.to.include("volume.data");
  });

  it("takes the volume with --data", async () => {
    const { terraform, lines } = holding(ofServer);
    await destroyServer(terraform, api, true, step);
    expect(asked).to.deep.equal([lifted("primary_ips/2"), lifted("volumes/3")]);
    expect(lines().at(-1))
      .to.match(/^destroy /)
      .and.not.to.include("-target");
  });

  it("takes the records, and the zones only with --data", async () => {
    const some = holding(ofZones);
    await destroyZones(some.terraform, api, false, step);
    expect(asked).to.deep.equal([]);
    expect(some.lines()).to.have.length(1);
    expect(some.lines()[0]).to.match(/^destroy .* -target=hcloud_zone_rrset\.b$/);
    const all = holding(ofZones);
    await destroyZones(all.terraform, api, true, step);
    expect(asked).to.deep.equal([lifted("zones/4")]);
    expect(all.lines()).to.have.length(1);
    expect(all.lines()[0])
      .to.match(/^destroy /)
      .and.not.to.include("-target");
  });

  it("goes on where somebody has deleted what was protected, and without a state", async () => {
    const refusing = (status: number) => ({
      act: () => Promise.reject(new ApiError("no", status)),
    });
    for (const pulled of [ofServer, undefined]) {
      const { terraform, lines } = holding(pulled);
      await destroyServer(terraform, refusing(404), true, step);
      expect(lines()).to.have.length(1);
    }
    const { terraform, lines } = holding(ofServer);
    const error = await destroyServer(terraform, refusing(403), true, step).catch((e) => e);
    expect(error).to.be.instanceOf(ApiError);
    expect(lines()).to.deep.equal([]);
  });
});
