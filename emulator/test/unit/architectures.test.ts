import { expect } from "chai";
import { Addresses } from "../../addresses.ts";
import { Clock } from "../../clock.ts";
import { Consoles } from "../../consoles.ts";
import type { ApiError } from "../../errors.ts";
import { Faults } from "../../faults/faults.ts";
import { ApiOnlyMachines } from "../../machines/api-only.ts";
import type { Machines } from "../../machines/machine.ts";
import { Projects } from "../../projects.ts";
import { createServer } from "../../resources/servers/create.ts";
import { Store } from "../../store/store.ts";

/** What making a server of this type comes to, on a computer that runs x86 only. */
async function make(type: string): Promise<string> {
  const machines: Machines = Object.create(new ApiOnlyMachines(), {
    architectures: { value: ["x86"] },
    create: { value: async () => {} },
    start: { value: async () => {} },
    isFree: { value: async () => true },
  });
  const store = new Store(null);
  const addresses = new Addresses(1, store, machines);
  const clock = new Clock();
  const projects = new Projects({
    store,
    machines,
    addresses,
    clock,
    faults: new Faults(),
    consoles: new Consoles(machines),
    profile: "instant",
  });
  const [cloud] = projects.clouds();
  if (cloud === undefined) throw new Error("no project");
  const wish = { name: "one", server_type: type, image: "debian-12" };
  return createServer(cloud, wish).then(
    ({ server }) => server.name,
    ({ status, code, message }: ApiError) => `${status} ${code}: ${message}`,
  );
}

describe("a computer of one architecture", () => {
  it("runs servers of its own", async () => {
    expect(await make("cx23")).to.equal("one");
  });

  it("has no room for others, and says so as the real API does of a full location", async () => {
    expect(await make("cax11")).to.equal(
      "412 resource_unavailable: this computer cannot run arm servers (cax11)",
    );
  });
});
