import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file of `resources/` or `data-sources/`: a small Terraform module. */
export interface Module {
  /** The file's name with underscores: of a resource, its type without `hcloud_`. */
  name: string;
  text: string;
}

const HEAD = `terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}
`;
const PROVIDER = `${HEAD}
provider "hcloud" {
  poll_interval = "10ms"
  poll_function = "constant"
}
`;
/** What every module is told: how often it has been changed, and a certificate with its key. */
const VARIABLES = { generation: "number", certificate: "string", private_key: "string" };
const DECLARED = Object.entries(VARIABLES)
  .map(([name, type]) => `variable "${name}" { type = ${type} }\n`)
  .join("");
const PASSED = Object.keys(VARIABLES)
  .map((name) => `  ${name} = var.${name}\n`)
  .join("");

/** The modules of a folder beside this one, by name. */
export function loadModules(folder: string): Module[] {
  const directory = new URL(`../${folder}/`, import.meta.url);
  const files = readdirSync(directory).filter((file) => file.endsWith(".tf"));
  return files.sort().map((file) => ({
    name: file.replace(/\.tf$/, "").replaceAll("-", "_"),
    text: readFileSync(new URL(file, directory), "utf8"),
  }));
}

/** Writes a root module that calls all `modules`, so that one `init` and one `apply` do for all. */
export function writeRoot(directory: string, modules: Module[]): void {
  const calls = modules.map(({ name, text }) => {
    const call = `module "${name}" {\n  source = "./${name}"\n${PASSED}}\n`;
    const told = text.includes('output "import_id"');
    return told ? `${call}output "${name}" { value = module.${name}.import_id }\n` : call;
  });
  writeFileSync(join(directory, "main.tf"), PROVIDER + DECLARED + calls.join(""));
  for (const { name, text } of modules) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, "main.tf"), HEAD + DECLARED + text);
  }
}
