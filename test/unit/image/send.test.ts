import { expect } from "chai";
import { FailedError } from "../../../cli/errors.ts";
import type { ImageRegistry } from "../../../cli/image/registry.ts";
import { isPortTaken, sendImage } from "../../../cli/image/send.ts";
import type { Session } from "../../../cli/session.ts";
import type { Vm } from "../../../cli/vm/vm.ts";

const reference = `127.0.0.1:5077/shop/app@sha256:${"0".repeat(64)}`;
const taken = "Error: remote port forwarding failed for listen port 5077\n";

/** Sends an image to a VM that may have it; each of `answers` is what SSH ends with. */
async function send({
  isOwn = true,
  known = false,
  answers = [""],
  named = reference,
}: {
  isOwn?: boolean;
  known?: boolean;
  answers?: string[];
  named?: string;
}): Promise<{ asked: string[]; error: unknown }> {
  const asked: string[] = [];
  const run = async (program: string, args: string[]) => {
    asked.push([program, ...args].join(" "));
    const stderr = answers.shift() ?? "";
    return { code: stderr === "" ? 0 : 1, stdout: "", stderr };
  };
  const session = { secrets: "/dev/shm/s", processes: { run } } as unknown as Session;
  const vm = {
    address: "192.0.2.1",
    run: async (command: string) => {
      asked.push(command);
      return { code: known ? 0 : 1, stdout: "", stderr: "" };
    },
  } as unknown as Vm;
  const registry = {
    ...{ isOwn, repository: "127.0.0.1:5077/shop/app" },
    ownAddress: async () => "127.0.0.1:49152",
  } as unknown as ImageRegistry;
  const step = { note: "", progress: () => {}, output: () => {} };
  const image = { reference: named, commit: "unknown", space: 0 };
  const error = await sendImage(session, vm, { image, registry, step }).catch((e) => e);
  return { asked, error };
}

describe("an image on its way to the VM", () => {
  const inspect = `docker image inspect ${reference}`;
  const pull = `ssh -F /dev/shm/s/ssh_config -o HostName=192.0.2.1 -o ExitOnForwardFailure=yes -R 127.0.0.1:5077:127.0.0.1:49152 onebox docker pull ${reference}`;

  it("goes through SSH, when the VM lacks it", async () => {
    expect(await send({})).to.deep.equal({ asked: [inspect, pull], error: undefined });
  });

  it("stays here when the VM has it, or gets it from a repository", async () => {
    expect((await send({ known: true })).asked).to.deep.equal([inspect]);
    expect((await send({ isOwn: false })).asked).to.deep.equal([]);
  });

  it("waits while another run sends one", async () => {
    expect(await send({ answers: [taken, ""] })).to.deep.equal({
      ...{ asked: [inspect, pull, pull], error: undefined },
    });
  });

  it("is not tried again when something else is wrong, which is said", async () => {
    const { asked, error } = await send({ answers: ["first\nmanifest unknown\n"] });
    expect(asked).to.have.length(2);
    expect(error).to.be.instanceOf(FailedError);
    expect((error as Error).message).to.equal(
      "the VM could not get the image over SSH: manifest unknown",
    );
  });

  it("is named by its digest: nothing else becomes a command on the VM", async () => {
    const { asked, error } = await send({ named: "a.test/b:c; id" });
    expect(asked).to.deep.equal([]);
    expect(error).to.be.instanceOf(Error);
  });

  it("knows the port that another run uses by what SSH says", () => {
    expect(isPortTaken(taken)).to.equal(true);
    expect(isPortTaken("Error response from daemon: manifest unknown")).to.equal(false);
  });
});
