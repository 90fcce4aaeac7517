import { expect } from "chai";
import { warnOfBackups, warnOfOthers } from "../../../cli/deploy/looks.ts";
import type { Access } from "../../../cli/server.ts";
import type { Session } from "../../../cli/session.ts";
import { type Backups, readBackups, type Slot } from "../../../cli/vm/answers.ts";

describe("a deploy's last looks", () => {
  let said: string[];
  const say = (line: string) => said.push(line);
  beforeEach(() => {
    said = [];
  });

  it("warn of the backups of this environment, and of no other", () => {
    const state = (environment: string): Backups => {
      const line = { onebox: 1, kind: "backups", environment, begun: "", archived: "" };
      const more = { failed: "2026-01-01T00:00:00Z", waiting: 3, oldest: "2026-01-01T00:00:00Z" };
      const rest = { megabytes: 1, most: 5, dropped: 0, backup: "", backup_result: "failed" };
      const last = { backup_what: "", backup_passed: "", drill: "", drill_result: "" };
      const text = { ...line, ...more, ...rest, ...last, drill_what: "", drill_passed: "" };
      const [found] = readBackups(JSON.stringify(text));
      if (found === undefined) throw new Error("no backups");
      return found;
    };
    const told = (names: string[] | undefined) => {
      said = [];
      const survey = names && { backups: names.map(state) };
      warnOfBackups({ say }, survey, { environment: "prod" });
      return said;
    };
    const ofProd = [...told(["prod"])];
    expect(ofProd).to.not.be.empty;
    for (const line of ofProd) expect(line).to.match(/^ {2}! prod: /);
    expect(told(["stage", "prod"])).to.deep.equal(ofProd);
    expect(told(["stage"])).to.deep.equal([]);
    expect(told(undefined)).to.deep.equal([]);
  });

  /** What is said after a deploy of stage on a VM with these environments, where Terraform knows these. */
  async function others(environments: string[] | undefined, known: Record<string, string[]>) {
    const steps = { quietly: async (_: string, work: (step: object) => unknown) => work({}) };
    const terraform = {
      init: async () => {},
      resources: async (name: string) => {
        const found = known[name];
        if (found === undefined) throw new Error("no such state");
        return found;
      },
    };
    const slots = environments?.map((environment) => ({ environment }) as Slot);
    await warnOfOthers(
      { say, steps } as unknown as Session,
      { terraform } as unknown as Access,
      slots && { slots },
      { environment: "stage" },
    );
    return said;
  }
  const warning = ["  ! prod is not on this server yet: scripts/deploy.sh prod"];
  const release = ["null_resource.deployment"];
  const deployed = { stage: release, prod: release };

  it("tell of an environment that was deployed once, where the server was made anew", async () => {
    expect(await others([], deployed)).to.deep.equal(warning);
  });

  it("count no preview for an environment that stands", async () => {
    expect(await others(["fix-1"], deployed)).to.deep.equal(warning);
  });

  const silent: [string, string[] | undefined, Record<string, string[]>][] = [
    ["has the other one", ["prod"], deployed],
    ["had this one before", ["stage"], deployed],
    ["does not answer", undefined, deployed],
    ["never had the other one", [], { prod: [] }],
    ["has a state that cannot be read", [], {}],
  ];
  for (const [what, environments, known] of silent) {
    it(`say nothing where the server ${what}`, async () => {
      expect(await others(environments, known)).to.deep.equal([]);
    });
  }
});
