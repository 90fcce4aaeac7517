import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "../../../certificates/issue.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../../support/cloud.ts";
import { type Module, writeRoot } from "./modules.ts";
import { createTerraform, type Outcome } from "./terraform.ts";

/** What stands in the state of one resource or data source. */
interface Standing {
  address: string;
  mode: "managed" | "data";
  type: string;
  name: string;
  values: Record<string, unknown>;
}

export type Step =
  | "create"
  | "again"
  | "change"
  | "replace"
  | "after replacing"
  | "import"
  | "after importing"
  | "destroy";

/** What Terraform planned and what failed at each step, and the state after some. */
export interface Lifecycle {
  steps: Record<Step, Outcome>;
  created: Standing[];
  changed: Standing[];
  replaced: Standing[];
  /** Every type that the provider knows. */
  provider: { resources: string[]; dataSources: string[] };
  /** What the API still listed after the end, per collection. */
  left: Record<string, number>;
}

interface Modules {
  resources: Module[];
  /** Those of `resources` that the provider can import. */
  importable: Module[];
  dataSources: Module[];
}

/**
 * Takes all modules together through create, change, replace, import and destroy. In each module
 * the resource `this` is replaced and imported; `generation` 2 is what it is changed to.
 */
export async function runLifecycle(modules: Modules): Promise<Lifecycle> {
  const cloud = await startCloud();
  const directory = temporaryDirectory();
  try {
    writeRoot(directory, [...modules.resources, ...modules.dataSources]);
    return await live(cloud, directory, modules);
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  }
}

async function live(
  cloud: TestCloud,
  directory: string,
  { resources, importable }: Modules,
): Promise<Lifecycle> {
  let generation = 1;
  const pair = selfSigned(["terraform.test"], new Date());
  const variables = () => ({ generation: String(generation), ...pair });
  const { run, observe } = createTerraform(cloud, directory, variables);
  const standing = async () => flatten(JSON.parse(await run("show", "-json")));
  const outputs = async () => JSON.parse(await run("output", "-json"));
  await run("init", "-no-color");
  const provider = readSchema(await run("providers", "schema", "-json"));

  const create = await observe("apply");
  const created = await standing();
  const again = await observe("plan");
  generation = 2;
  const change = await observe("apply");
  const changed = await standing();
  // The plan of this step lists what was not quiet after the change, too.
  const replace = await observe("apply", ...resources.map((m) => `-replace=${addressOf(m)}`));
  const replaced = await standing();
  const afterReplacing = await observe("plan");
  const forgotten = importable.filter((m) => replaced.some((s) => s.address === addressOf(m)));
  const ids = importIds(replaced, await outputs());
  const blocks = forgotten.map((m) => importBlock(m, ids(m)));
  await run("state", "rm", ...forgotten.map(addressOf));
  writeFileSync(join(directory, "import.tf"), blocks.join(""));
  const imported = await observe("apply");
  const afterImporting = await observe("plan");
  const destroy = await observe("apply", "-destroy");

  const left: Record<string, number> = {};
  for (const kind of resources.map(({ name }) => `${name}s`)) {
    const { status, body } = await cloud.api.get(`/${kind}`);
    if (status === 200) left[kind] = body[kind].length; // what only joins two others has no list
  }
  return {
    steps: {
      create,
      again,
      change,
      replace,
      "after replacing": afterReplacing,
      import: imported,
      "after importing": afterImporting,
      destroy,
    },
    created,
    changed,
    replaced,
    provider,
    left,
  };
}

export const addressOf = ({ name }: Module) => `module.${name}.hcloud_${name}.this`;

const importBlock = (module: Module, id: string) =>
  `import {\n  to = ${addressOf(module)}\n  id = ${JSON.stringify(id)}\n}\n`;

/** Most resources are imported by their id; the others' modules have an output that says by what. */
function importIds(standing: Standing[], outputs: Record<string, { value: unknown }>) {
  return (module: Module) => {
    const own = standing.find((s) => s.address === addressOf(module))?.values.id;
    return String(outputs[module.name]?.value ?? own);
  };
}

function readSchema(text: string): Lifecycle["provider"] {
  const [schema] = Object.values(JSON.parse(text).provider_schemas) as Record<string, object>[];
  return {
    resources: Object.keys(schema?.resource_schemas ?? {}),
    dataSources: Object.keys(schema?.data_source_schemas ?? {}),
  };
}

interface ShownModule {
  resources?: Standing[];
  child_modules?: ShownModule[];
}

function flatten({ values }: { values?: { root_module: ShownModule } }): Standing[] {
  const all = ({ resources = [], child_modules: children = [] }: ShownModule): Standing[] => [
    ...resources,
    ...children.flatMap(all),
  ];
  return all(values?.root_module ?? {});
}
