import { expect } from "chai";
import type { Terraform } from "../../../cli/terraform/terraform.ts";
import { forgetStates } from "../../../cli/terraform/workspaces.ts";

const step = { note: "", progress: () => {}, output: () => {} };

/** Terraform that has these workspaces, and notes what it is told. */
function terraformWith(names: string[], told: string[]): Terraform {
  return {
    dataDirectory: () => "/nowhere",
    init: async () => {},
    run: async (_: string, [, action, ...more]: string[]) => {
      told.push([action, ...more].join(" "));
      return { code: 0, stdout: ["* default", ...names].join("\n"), stderr: "" };
    },
  } as unknown as Terraform;
}

describe("the states of previews", () => {
  it("are forgotten when the preview is no more, as the VM tells after they were listed", async () => {
    const told: string[] = [];
    const there = async () => {
      told.push("the VM is asked");
      return ["fix-1", "fix-3"];
    };
    await forgetStates(terraformWith(["fix-1", "fix-2"], told), there, step);
    expect(told).to.deep.equal(["list", "the VM is asked", "delete -force fix-2"]);
  });

  it("need no VM where there are none", async () => {
    const told: string[] = [];
    const there = () => Promise.reject(new Error("it does not answer"));
    await forgetStates(terraformWith([], told), there, step);
    expect(told).to.deep.equal(["list"]);
  });
});
