import { connect } from "node:net";
import { expect } from "chai";
import { Clock } from "../../clock.ts";
import { Balancers } from "../../load-balancer/balancers.ts";
import { Chooser } from "../../load-balancer/chooser.ts";
import { matches } from "../../load-balancer/probe.ts";
import { ApiOnlyMachines } from "../../machines/api-only.ts";
import type { BalancerService } from "../../store/records.ts";
import { Store } from "../../store/store.ts";
import { freePort } from "../support/ports.ts";

const backend = (key: string) => ({ key, address: async () => key });
const [A, B, C] = ["a", "b", "c"].map(backend) as [
  ReturnType<typeof backend>,
  ReturnType<typeof backend>,
  ReturnType<typeof backend>,
];

describe("a load balancer's choice", () => {
  it("goes on after the last one, also when that one is gone", () => {
    const chooser = new Chooser();
    const turn = (...among: (typeof A)[]) => chooser.choose(among, "round_robin")?.key;
    expect([turn(A, B, C), turn(A, B, C), turn(A, C), turn(A, B, C)].join("")).to.equal("abab");
    expect(turn()).to.equal(undefined);
  });

  it("falls on the fewest connections, and in turn among equals", () => {
    const chooser = new Chooser();
    const choose = () => {
      const chosen = chooser.choose([A, B, C], "least_connections") ?? A;
      return { key: chosen.key, end: chooser.begin(chosen) };
    };
    const first = [choose(), choose(), choose()];
    expect(first.map(({ key }) => key).join("")).to.equal("abc");
    first[1]?.end();
    first[1]?.end(); // ending twice counts once
    expect(choose().key).to.equal("b");
    expect(chooser.open(B)).to.equal(1);
  });
});

describe("the balancers", () => {
  it("open a port once, however many ask for it at the same time", async () => {
    const store = new Store(null);
    const balancers = new Balancers({ store, machines: new ApiOnlyMachines(), clock: new Clock() });
    const address = "127.0.81.9";
    const service: BalancerService = {
      protocol: "tcp",
      listen_port: await freePort(address),
      destination_port: 1,
      proxyprotocol: false,
      http: null,
      health_check: { protocol: "tcp", port: 1, interval: 15, timeout: 1, retries: 1, http: null },
    };
    const row = {
      created: "",
      name: "b",
      labels: {},
      location: "fsn1",
      protection: { delete: false },
    };
    store.tables.load_balancers.set(1, {
      ...row,
      id: 1,
      load_balancer_type: "lb11",
      algorithm: { type: "round_robin" },
      public_interface: true,
      private_net: [],
      services: [service],
      targets: [],
    });
    store.tables.primary_ips.set(2, {
      ...row,
      id: 2,
      type: "ipv4",
      ip: address,
      assignee_id: 1,
      assignee_type: "load_balancer",
      auto_delete: true,
      dns_ptr: [],
    });
    await Promise.all([balancers.apply(1), balancers.apply(1), balancers.apply(1)]);
    const answers = await new Promise((resolve) => {
      const socket = connect(service.listen_port, address, () => resolve("open"));
      socket.on("error", resolve);
      socket.resume();
    });
    expect(answers).to.equal("open");
    await balancers.close();
  });
});

describe("a pattern of status codes", () => {
  it("has ? for one character and * for any number of them", () => {
    const all = ["2??", "3*", "404", "*"].map((pattern) =>
      [200, 301, 404].map((status) => Number(matches(pattern, status))).join(""),
    );
    expect(all).to.deep.equal(["100", "010", "001", "111"]);
  });
});
