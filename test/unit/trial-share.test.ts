import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Where the files of process 1's cgroup are, by this computer's version of cgroups. */
function filesOf(): { share: string; processes: string } {
  const lines = readFileSync("/proc/1/cgroup", "utf8").trim().split("\n");
  const path = (controller: string) => {
    const found = lines
      .map((line) => /^\d+:([^:]*):(.*)$/.exec(line) ?? [])
      .find(([, names = "-"]) => names === "" || names.split(",").includes(controller));
    const [, names = "", own = ""] = found ?? [];
    return { first: names !== "", directory: join("cgroup", names === "" ? "" : controller, own) };
  };
  const cpu = path("cpu");
  return {
    share: join(cpu.directory, cpu.first ? "cpu.shares" : "cpu.weight"),
    processes: join(path("pids").directory, "pids.max"),
  };
}

describe("a release under trial, on the VM", () => {
  it("has a part of its share and of its processes, until it is to serve", async () => {
    const vm = new MadeUpVm();
    try {
      const { share, processes } = filesOf();
      const copy = `cp "$STATE/${share}" "$STATE/${processes}" "$STATE/during"`;
      vm.program("try", ["lib/environment", "lib/trial"], `restrain green\n${copy}\nfree_again`);
      vm.write("during/there", "");
      vm.write(share, "1024\n");
      vm.write(processes, "256\n");
      const { code, output } = await vm.run("try");
      expect(code, output).to.equal(0);
      const during = [share, processes].map((name) =>
        vm.read(join("during", name.replace(/^.*\//, ""))),
      );
      expect(during).to.deep.equal(["256\n", "128\n"]);
      expect([vm.read(share), vm.read(processes)]).to.deep.equal(["1024\n", "256\n"]);
    } finally {
      vm.remove();
    }
  });

  it("has all that is its own again once it was killed: it may stand by, and be gone back to", async () => {
    const vm = new MadeUpVm();
    try {
      const { share } = filesOf();
      vm.write(share, "256\n");
      vm.write("stage/restrained", `1024\t${vm.state}/${share}\n`);
      vm.lead("route.blue");
      const { output } = await vm.run("settle", [], { EXIT_CODE: "killed", EXIT_STATUS: "KILL" });
      expect(vm.read(share), output).to.equal("1024\n");
    } finally {
      vm.remove();
    }
  });
});
