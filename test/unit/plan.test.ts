import { expect } from "chai";
import { readPlan } from "../../cli/plan/changes.ts";
import { withoutMachines } from "../../cli/plan/compare.ts";
import { type PriceList, priceOf, total } from "../../cli/plan/prices.ts";
import { renderReport } from "../../cli/plan/render.ts";
import { risksOf } from "../../cli/plan/risks.ts";

type Values = Record<string, unknown> | null;

/** One entry of Terraform's list of changes. */
function entry(address: string, actions: string[], before: Values, after: Values, more = {}) {
  const [type] = address.split(".");
  return { address, type, mode: "managed", change: { actions, before, after, ...more } };
}

const plan = (changes: unknown[], drift: unknown[] = []) =>
  readPlan("server", JSON.stringify({ resource_changes: changes, resource_drift: drift }));

const server = { server_type: "cx23", location: "fsn1", backups: false };
const volume = { size: 10, location: "fsn1" };
const list: PriceList = {
  currency: "EUR",
  volume: { price_per_gb_month: { net: "0.05", gross: "0.06" } },
  server_backup: { percentage: "20" },
  primary_ips: [
    { type: "ipv4", prices: [{ location: "fsn1", price_monthly: { net: "0.50", gross: "0.60" } }] },
  ],
  server_types: [
    { name: "cx23", prices: [{ location: "fsn1", price_monthly: { net: "3", gross: "3.6" } }] },
    { name: "cx33", prices: [{ location: "fsn1", price_monthly: { net: "5", gross: "6" } }] },
  ],
};

describe("a plan for people", () => {
  it("names each attribute that differs, and the one that replaces the resource", () => {
    const [change] = plan([
      entry(
        "hcloud_server.server",
        ["delete", "create"],
        server,
        { ...server, location: "nbg1" },
        {
          replace_paths: [["location"]],
          after_unknown: { ipv4_address: true },
        },
      ),
    ]).changes;
    expect(change).to.deep.include({ deed: "replace", address: "hcloud_server.server" });
    expect(change?.attributes).to.deep.equal([
      { path: "location", before: "fsn1", after: "nbg1", forcesReplacement: true },
    ]);
  });

  it("never shows a value that Terraform calls sensitive", () => {
    const report = plan([
      entry(
        "hcloud_server.server",
        ["update"],
        { key: "old", a: 1 },
        { key: "new", a: 2 },
        {
          before_sensitive: { key: true },
          after_sensitive: { key: true },
        },
      ),
    ]);
    const text = renderReport({ plans: [report], risks: [], prices: undefined }, "markdown");
    expect(text)
      .to.include("a: 1 → 2")
      .and.not.match(/old|new/);
  });

  it("cannot be left by a value that holds a fence of Markdown", () => {
    const report = plan([
      entry("hcloud_ssh_key.k", ["update"], { name: "a" }, { name: "```\n# x" }),
    ]);
    const text = renderReport({ plans: [report], risks: [], prices: undefined }, "markdown");
    expect(text).to.include("````text").and.not.match(/^# x/m);
  });

  it("says nothing would change when nothing would", () => {
    const none = plan([entry("hcloud_server.server", ["no-op"], server, server)]);
    expect(renderReport({ plans: [none], risks: [], prices: undefined }, "text")).to.match(
      /^Nothing would change\./,
    );
  });
});

describe("what is at risk", () => {
  const risks = (address: string, actions: string[], before: Values, after: Values) =>
    risksOf([plan([entry(address, actions, before, after)])]).map(({ needs }) => needs);

  it("server, address and volume must be confirmed by name, when replaced and when destroyed", () => {
    for (const [address, name] of [
      ["hcloud_server.server", "--may-replace server"],
      ["hcloud_primary_ip.ipv4", "--may-replace address"],
      ["hcloud_volume.data", "--may-replace volume"],
    ] as const) {
      expect(risks(address, ["create", "delete"], {}, {})).to.deep.equal([name]);
      expect(risks(address, ["delete"], {}, null)).to.deep.equal([name]);
      expect(risks(address, ["create"], null, {})).to.deep.equal([]);
    }
  });

  it("a larger server is a pause, which must be agreed to; a smaller volume cannot be had", () => {
    const larger = { ...server, server_type: "cx33" };
    expect(risks("hcloud_server.server", ["update"], server, larger)).to.deep.equal([
      "--may-restart",
    ]);
    const size = (value: number) => ({ ...volume, size: value });
    expect(risks("hcloud_volume.data", ["update"], size(20), size(10))).to.deep.equal(["never"]);
    expect(risks("hcloud_volume.data", ["update"], volume, { ...volume, size: 20 })).to.be.empty;
  });
});

describe("the price", () => {
  it("is that of the API's list, now and after", () => {
    const lines = priceOf(
      [
        plan([
          entry("hcloud_server.server", ["update"], server, { ...server, server_type: "cx33" }),
          entry("hcloud_volume.data", ["update"], volume, { ...volume, size: 30 }),
          entry(
            "hcloud_primary_ip.ipv4",
            ["no-op"],
            { type: "ipv4", location: "fsn1" },
            { type: "ipv4", location: "fsn1" },
          ),
          entry("hcloud_firewall.firewall", ["no-op"], {}, {}),
        ]),
      ],
      list,
    );
    expect(lines.map(({ what }) => what)).to.deep.equal([
      "cx23 in fsn1 → cx33 in fsn1",
      "10 GB → 30 GB",
      "ipv4",
    ]);
    expect(total(lines, "now").net).to.be.closeTo(4, 1e-9);
    expect(total(lines, "after").net).to.be.closeTo(7, 1e-9);
    expect(total(lines, "after").gross).to.be.closeTo(8.4, 1e-9);
  });

  it("promises no saving by a smaller volume, which is refused", () => {
    const [line] = priceOf(
      [plan([entry("hcloud_volume.data", ["update"], { ...volume, size: 30 }, volume)])],
      list,
    );
    expect(line?.what).to.equal("30 GB");
    expect(line?.after).to.deep.equal(line?.now);
  });

  it("adds the share of backups", () => {
    const lines = priceOf(
      [plan([entry("hcloud_server.server", ["create"], null, { ...server, backups: true })])],
      list,
    );
    expect(total(lines, "now").net).to.equal(0);
    expect(total(lines, "after").net).to.be.closeTo(3.6, 1e-9);
  });

  it("is not guessed when the list lacks a type", () => {
    const unknown = plan([
      entry("hcloud_server.server", ["create"], null, { ...server, server_type: "cx99" }),
    ]);
    expect(() => priceOf([unknown], list)).to.throw("no price of cx99 in fsn1");
  });
});

describe("drift", () => {
  const drifted = { size: 10, name: "other", server_id: 7 };
  const applied = { size: 10, name: "data", server_id: 0 };

  it("is what the next apply would undo, not what the API computes", () => {
    const { drift } = plan(
      [entry("hcloud_volume.data", ["update"], drifted, { ...drifted, name: "data" })],
      [entry("hcloud_volume.data", ["update"], applied, drifted)],
    );
    expect(drift.map(({ attributes }) => attributes.map(({ path }) => path))).to.deep.equal([
      ["name"],
    ]);
  });

  it("is none when only computed values differ", () => {
    const same = { ...applied, server_id: 7 };
    const { drift } = plan(
      [entry("hcloud_volume.data", ["no-op"], same, same)],
      [entry("hcloud_volume.data", ["update"], applied, same)],
    );
    expect(drift).to.deep.equal([]);
  });

  it("is a resource that somebody deleted", () => {
    const { drift } = plan(
      [entry("hcloud_volume.data", ["create"], null, applied)],
      [entry("hcloud_volume.data", ["delete"], applied, null)],
    );
    expect(drift.map(({ deed }) => deed)).to.deep.equal(["destroy"]);
  });
});

describe("a stack for a cloud without machines", () => {
  it("runs nothing, asks for nothing, and is released anew when any of it differs", () => {
    const stack = (inline: string) =>
      JSON.stringify({
        resource: {
          null_resource: { x: { provisioner: [{ inline }], connection: {}, triggers: {} } },
        },
        variable: { release: { type: "string" }, wait: { type: "number" }, by: { type: "string" } },
      });
    const made = JSON.parse(withoutMachines(stack("a")));
    expect(made.resource.null_resource.x).to.deep.equal({ triggers: {} });
    expect(made.variable.wait.default).to.equal(0);
    expect(made.variable.by.default).to.equal("by");
    const other = JSON.parse(withoutMachines(stack("b")));
    const delivers = JSON.parse(withoutMachines(stack("a"), "another release"));
    const names = [made, other, delivers].map(({ variable }) => variable.release.default);
    expect(new Set(names)).to.have.property("size", 3);
  });
});
