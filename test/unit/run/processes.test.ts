import { expect } from "chai";
import { belongingTo, type Process, startOf } from "../../run/processes.ts";

describe("the processes of a directory", () => {
  const one = (pid: number, parent: number, told = "", environment = ""): Process => ({
    ...{ pid, parent, told, environment },
  });

  it("are those that were told of it, and what they have started", () => {
    const all = [
      one(1, 0),
      one(10, 1, "node\0/tmp/onebox-7/3/clone/main.ts"),
      one(11, 10),
      one(12, 11),
      one(13, 1, "sleep", "HOME=/root\0TMPDIR=/tmp/onebox-7/3\0"),
      one(14, 1, "sleep\0/tmp/onebox-7/31"),
      one(15, 1, "sleep\0/tmp/onebox-7"),
      one(16, 1),
    ];
    expect(belongingTo("/tmp/onebox-7/3", all, 16)).to.have.members([10, 11, 12, 13]);
    expect(belongingTo("/tmp/onebox-7", all, 16)).to.have.members([10, 11, 12, 13, 14, 15]);
  });

  it("are not the one that asks, nor those above it", () => {
    const all = [
      one(20, 1, "scripts/test.sh\0/tmp/onebox-7"),
      one(21, 20, "janitor.ts\0/tmp/onebox-7"),
      one(22, 20, "", "TMPDIR=/tmp/onebox-7/1"),
    ];
    expect(belongingTo("/tmp/onebox-7", all, 21)).to.deep.equal([22]);
  });

  it("are not those that work on what is shared, whoever has started them", () => {
    const environment = "TMPDIR=/tmp/onebox-7/3\0ONEBOX_TEST_STAGE=/tmp/onebox-7/stage\0";
    const all = [
      one(30, 1, "mocha", environment),
      one(31, 30, "emulator\0--data\0/tmp/onebox-7/stage/.onebox/cloud", environment),
    ];
    expect(belongingTo("/tmp/onebox-7/3", all, 1, "/tmp/onebox-7/stage")).to.deep.equal([30]);
    expect(belongingTo("/tmp/onebox-7", all, 1)).to.have.members([30, 31]);
  });

  it("are told apart from later ones with the same number by their start", () => {
    expect(startOf(process.pid)).to.match(/^\d+$/);
    expect(startOf(4_194_305)).to.equal(undefined); // more than any process's
  });
});
