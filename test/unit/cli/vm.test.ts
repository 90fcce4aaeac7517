import { expect } from "chai";
import { FailedError, HeldError } from "../../../cli/errors.ts";
import { type Processes, ProgramError, type RunOptions } from "../../../cli/processes.ts";
import { servingRelease } from "../../../cli/release/serving.ts";
import { operate } from "../../../cli/vm/operate.ts";
import { Vm } from "../../../cli/vm/vm.ts";

interface Answer {
  code?: number;
  stdout?: string;
  stderr?: string;
}

/** A VM whose SSH answers so, and what SSH was called with. */
function vmThat(answer: Answer) {
  const calls: string[][] = [];
  const run = async (program: string, args: string[], { output, codes }: RunOptions = {}) => {
    calls.push([program, ...args]);
    const finished = { code: 0, stdout: "", stderr: "", ...answer };
    output?.(finished.stdout);
    const fine = codes === "any" || (codes ?? [0]).includes(finished.code);
    if (!fine) throw new ProgramError(program, finished);
    return finished;
  };
  const processes = { run } as unknown as Processes;
  return { calls, vm: new Vm("192.0.2.1", "/a b", processes) };
}

const step = () => {
  const shown: string[] = [];
  return { note: "", progress: (text: string) => shown.push(text), output: () => {}, shown };
};

describe("the VM", () => {
  it("is asked by SSH with this run's own settings, from a directory of any name", async () => {
    const { vm, calls } = vmThat({});
    await vm.slots();
    expect(calls[0]?.slice(0, 5)).to.deep.equal([
      ...["ssh", "-F", "/a b/ssh_config", "-o", "HostName=192.0.2.1"],
    ]);
    expect(calls[0]?.slice(-2)).to.deep.equal(["onebox", "/opt/onebox/bin/status --json"]);
  });

  it("is asked through one connection once that is said, and the connection is ended", async () => {
    const { vm, calls } = vmThat({});
    await vm.close(); // there is none yet
    expect(calls).to.deep.equal([]);
    vm.shareConnection();
    await vm.slots();
    expect(calls[0]).to.include('ControlPath="/a b/ssh"');
    await vm.close();
    expect(calls[1]).to.include.members(["-O", "exit"]);
    await vm.close();
    expect(calls).to.have.length(2);
  });

  it("that does not answer is told of by the last line that it, or SSH, has said", async () => {
    const said = async (answer: Answer) => {
      const error = await vmThat(answer)
        .vm.slots()
        .catch((e) => e);
      expect(error).to.be.instanceOf(FailedError).with.property("next", "run this again");
      return error.message;
    };
    const begin = "the VM at 192.0.2.1 does not answer: ";
    const stderr = "Warning\nssh: connect to host: Connection refused\n";
    expect(await said({ code: 255, stderr })).to.equal(
      `${begin}ssh: connect to host: Connection refused`,
    );
    expect(await said({ code: 1, stdout: "no\n" })).to.equal(`${begin}no`);
    expect(await said({ code: 4 })).to.equal(`${begin}exit code 4`);
  });

  it("that tells of no space is asked again by whoever runs it", async () => {
    const error = await vmThat({ stdout: "" })
      .vm.survey("stage")
      .catch((e) => e);
    expect(error).to.be.instanceOf(FailedError);
    expect(error.message).to.include("does not say how much space it has");
  });

  it("has nobody at work where it says so with exit code 1", async () => {
    expect(await vmThat({ code: 1 }).vm.holder("stage")).to.equal(undefined);
    const error = await vmThat({ code: 255 })
      .vm.holder("stage")
      .catch((e) => e);
    expect(error).to.be.instanceOf(ProgramError);
  });

  it("serves no release where there is no VM", async () => {
    expect((await servingRelease(undefined, "stage")).name).to.equal("none");
    expect((await servingRelease(vmThat({}).vm, "stage")).name).to.equal("none");
  });
});

describe("work on the VM", () => {
  const operation = { environment: "stage", action: "rollback", patience: 5, by: "me" } as const;

  it("is one command, whose steps are shown and whose own lines are returned", async () => {
    const stdout = "onebox: step switch\nnoise\nonebox: stage serves a-1\n";
    const { vm, calls } = vmThat({ stdout });
    const on = step();
    const { lines } = await operate(vm, { ...operation, arguments: ["--force"] }, on);
    expect(calls[0]?.at(-1)).to.equal(
      "/opt/onebox/bin/operate stage rollback --wait 5 --by me --force",
    );
    expect(on.shown).to.deep.equal(["asking the VM", "switch"]);
    expect(lines).to.deep.equal(["step switch", "stage serves a-1"]);
  });

  it("that somebody else is at tells who", async () => {
    const stdout = "onebox: held: you runs release b-2 since 3, at step pull\n";
    const error = await operate(vmThat({ code: 3, stdout }).vm, operation, step()).catch((e) => e);
    expect(error).to.be.instanceOf(HeldError);
    expect(error.message).to.match(
      /^stage is locked: you runs release b-2 since 3, at step pull; /,
    );
  });

  it("that fails is the VM's program's", async () => {
    const error = await operate(vmThat({ code: 1 }).vm, operation, step()).catch((e) => e);
    expect(error).to.be.instanceOf(ProgramError);
    expect(error.message).to.equal("the VM's program ended with exit code 1");
  });
});
