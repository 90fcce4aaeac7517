import { expect } from "chai";
import { startCloud } from "../support/cloud.ts";
import { addressOf, type Lifecycle, runLifecycle, type Step } from "./support/lifecycle.ts";
import { MISSING } from "./support/missing.ts";
import { loadModules, type Module } from "./support/modules.ts";

/** What cannot be imported here, and why. */
const NOT_IMPORTABLE: Record<string, string> = {
  certificate: "nobody shows its private key",
  uploaded_certificate: "nobody shows its private key",
  storage_box: "nobody shows its password",
  storage_box_subaccount: "nobody shows its password",
  zone_record: "imported by identity, from Terraform 1.12",
};

const resources = loadModules("resources");
const dataSources = loadModules("data-sources");
const importable = resources.filter(({ name }) => !(name in NOT_IMPORTABLE));

describe("the real Terraform provider", () => {
  let life: Lifecycle;
  before("create, change, replace, import and destroy all resources together", async () => {
    life = await runLifecycle({ resources, dataSources, importable });
  });

  const inside = ({ name }: Module, address: string) => address.startsWith(`module.${name}.`);
  /** What a step did in a module; throws when something failed there, or before anything was done. */
  const changes = (step: Step, module: Module) => {
    const { failed, errors, changes: all } = life.steps[step];
    const own = failed.filter((address) => inside(module, address));
    if (own.length > 0 || (failed.length === 0 && errors.length > 0)) {
      throw new Error([`${step} ${own}`, ...errors].join("\n"));
    }
    return all.filter(({ address }) => inside(module, address));
  };
  const idIn = (state: "created" | "changed" | "replaced", module: Module) =>
    life[state].find((s) => s.address === addressOf(module))?.values.id;

  for (const module of resources) {
    describe(`hcloud_${module.name}`, () => {
      const address = addressOf(module);

      it("is created, and then nothing is planned", () => {
        const actions = changes("create", module).map(({ action }) => action);
        expect(actions).to.include("create");
        expect(changes("again", module)).to.deep.equal([]);
      });

      if (module.text.includes("var.generation")) {
        it("is changed in place", () => {
          const done = changes("change", module).filter(({ action }) => action !== "read");
          expect(done).to.deep.include({ address, action: "update" });
          expect(done.filter(({ action }) => action !== "update")).to.deep.equal([]);
          expect(idIn("changed", module)).to.equal(idIn("created", module));
        });
      }

      it("is replaced, and then nothing is planned", () => {
        const [done] = changes("replace", module).filter((change) => change.address === address);
        expect(done?.action).to.equal("replace");
        expect(changes("after replacing", module)).to.deep.equal([]);
      });

      if (importable.includes(module)) {
        it("is imported as it is, and then nothing is planned", () => {
          const done = changes("import", module).filter(({ action }) => action !== "read");
          expect(done).to.deep.equal([{ address, action: "import" }]);
          expect(changes("after importing", module)).to.deep.equal([]);
        });
      }

      it("is destroyed", () => {
        expect(changes("destroy", module)).to.deep.include({ address, action: "delete" });
      });

      for (const [, type = "", name] of module.text.matchAll(/^data "hcloud_(\w+)" "(\w+)"/gm)) {
        it(`is found by the data source hcloud_${type}, ${name}`, () => {
          const found = life.created.find(
            (s) => s.address === `module.${module.name}.data.hcloud_${type}.${name}`,
          );
          const rows =
            found?.values[type] ?? found?.values[type.replace(/^(zone|storage_box)_/, "")];
          const entries = (Array.isArray(rows) ? rows : [found?.values]) as { id?: unknown }[];
          const ids = entries.map((entry) => String(entry?.id));
          expect(ids).to.include(String(idIn("created", module)));
        });
      }
    });
  }

  it("reads the catalogue", () => {
    for (const module of dataSources) {
      expect(changes("create", module), module.name).to.deep.equal([]);
      expect(life.created.filter((s) => inside(module, s.address))).to.not.deep.equal([]);
    }
  });

  it("leaves nothing behind", () => {
    const nothing = Object.fromEntries(Object.keys(life.left).map((kind) => [kind, 0]));
    expect(life.left).to.deep.equal(nothing);
  });

  it("is tested with every resource and data source that it has, but those listed as missing", () => {
    const types = (mode: string) =>
      life.created.filter((s) => s.mode === mode).map(({ type }) => type);
    const tested = [...resources.map(({ name }) => `hcloud_${name}`), ...Object.keys(MISSING)];
    expect(tested).to.include.members(life.provider.resources);
    expect([...types("data"), ...Object.keys(MISSING)]).to.include.members(
      life.provider.dataSources,
    );
    const known = [...life.provider.resources, ...life.provider.dataSources];
    expect(known).to.include.members(tested);
  });

  it("lists as missing only what the API says is gone", async () => {
    const { api, stop } = await startCloud();
    for (const [type, path] of Object.entries(MISSING)) {
      expect((await api.get(`/${path}`)).status, type).to.equal(410);
    }
    await stop();
  });
});
