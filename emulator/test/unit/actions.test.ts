import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { Actions } from "../../actions.ts";
import { Addresses } from "../../addresses.ts";
import { Clock } from "../../clock.ts";
import { Consoles } from "../../consoles.ts";
import { Faults } from "../../faults/faults.ts";
import { FloatingRoutes } from "../../floating-ips/routes.ts";
import { Balancers } from "../../load-balancer/balancers.ts";
import { ApiOnlyMachines } from "../../machines/api-only.ts";
import { reconcile } from "../../reconcile.ts";
import { createServer } from "../../resources/servers/create.ts";
import { Store } from "../../store/store.ts";
import { resume, startOn } from "../../work/work.ts";

class BrokenMachines extends ApiOnlyMachines {
  override async start() {
    throw new Error("no more room");
  }
}

function setUp(machines = new ApiOnlyMachines()) {
  const store = new Store(null);
  const clock = new Clock();
  const cloud = {
    store,
    machines,
    actions: new Actions(store),
    addresses: new Addresses(1, store, machines),
    faults: new Faults(),
    consoles: new Consoles(machines),
    clock,
    balancers: new Balancers({ store, machines, clock }),
    floatingRoutes: new FloatingRoutes({ store, machines }),
  };
  return cloud;
}
const BODY = { name: "web", server_type: "cx23", image: "docker-ce" };

describe("work on machines", () => {
  it("that fails ends its action in error and leaves the server off", async () => {
    const cloud = setUp(new BrokenMachines());
    const { server, action, next_actions } = await createServer(cloud, BODY);
    await cloud.actions.idle();
    expect(action.status).to.equal("success");
    expect(next_actions[0]).to.deep.include({
      status: "error",
      error: { code: "action_failed", message: "no more room" },
    });
    expect(server.status).to.equal("off");
  });

  it("ends its action when it is done, and not before", async () => {
    let boot = () => {};
    const booted = new Promise<void>((resolve) => {
      boot = resolve;
    });
    class SlowMachines extends ApiOnlyMachines {
      override start = () => booted;
    }
    const cloud = setUp(new SlowMachines());
    const { server, action, next_actions } = await createServer(cloud, BODY);
    while (action.status === "running") await turn();
    for (let turns = 0; turns < 10; turns++) await turn(); // all that does not wait for the machine
    expect([next_actions[0]?.status, server.status]).to.deep.equal(["running", "starting"]);
    boot();
    await cloud.actions.idle();
    expect([next_actions[0]?.status, server.status]).to.deep.equal(["success", "running"]);
  });

  it("of one server is done in order", async () => {
    const cloud = setUp();
    const { server } = await createServer(cloud, BODY);
    startOn(cloud, "stop_server", server);
    startOn(cloud, "start_server", server);
    startOn(cloud, "stop_server", server);
    await cloud.actions.idle();
    expect(server.status).to.equal("off");
  });

  it("that a crash interrupted is gone on with at the next start", async () => {
    const cloud = setUp();
    const { action, next_actions } = await createServer(cloud, BODY);
    // A new process knows of the running actions only what the store holds.
    const next = { ...cloud, actions: new Actions(cloud.store), machines: new ApiOnlyMachines() };
    expect(next.actions.running()).to.have.length(2);
    resume(next);
    await next.actions.idle();
    expect([action.status, next_actions[0]?.status]).to.deep.equal(["success", "success"]);
    const [server] = next.store.tables.servers.values();
    expect(server?.status).to.equal("running");
  });
});

describe("reconciling", () => {
  const machines = (states: Map<number, "running" | "off" | "interrupted">) =>
    new (class extends ApiOnlyMachines {
      override inspect = async () => states;
    })();

  async function after(state: "running" | "off" | "interrupted" | "missing") {
    const cloud = setUp();
    const { server } = await createServer(cloud, BODY);
    await cloud.actions.idle();
    const states = new Map(state === "missing" ? [] : [[server.id, state] as const]);
    states.set(4711, "running");
    const said: string[] = [];
    const next = { ...cloud, machines: machines(states) };
    await reconcile([next], (line) => said.push(line));
    await next.actions.idle();
    expect(said).to.deep.equal(["the machine of server 4711 has no owner"]);
    return server.status;
  }

  it("switches a server on again that the computer had stopped", async () => {
    expect(await after("interrupted")).to.equal("running");
  });
  it("leaves one off that its owner has switched off", async () => {
    expect(await after("off")).to.equal("off");
  });
  it("counts a server as off whose machine someone has removed", async () => {
    expect(await after("missing")).to.equal("off");
  });
});
