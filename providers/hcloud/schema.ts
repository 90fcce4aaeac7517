import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "./package.json" with { type: "json" };
import { resources } from "./resources.ts";
import { terraform } from "./terraform.ts";

/** The provider's address. Written in full, so that OpenTofu means the same provider. */
export const source = "registry.terraform.io/hetznercloud/hcloud";

/** The provider's version is this package's version. */
export const { version } = manifest;

interface Attribute {
  type?: unknown;
  nested_type?: unknown;
  description?: string;
  optional?: boolean;
  required?: boolean;
  computed?: boolean;
}
interface NestedBlock {
  nesting_mode: string;
  min_items?: number;
  max_items?: number;
  block: Block;
}
interface Block {
  attributes?: Record<string, Attribute>;
  block_types?: Record<string, NestedBlock>;
}
interface Entity {
  version: number;
  block: Block;
}

/** What the generator reads of a provider. */
export interface Schema {
  provider: Entity;
  resource_schemas: Record<string, Entity>;
}

/** Asks the provider itself for its schema and keeps the resources in use. */
export function readSchema(): Schema {
  const directory = mkdtempSync(join(tmpdir(), "onebox-hcloud-schema-"));
  try {
    const program = { terraform: { required_providers: { hcloud: { source, version } } } };
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify(program));
    terraform(directory, "init", "-input=false", "-no-color");
    const { provider_schemas } = JSON.parse(terraform(directory, "providers", "schema", "-json"));
    return inUse(provider_schemas[source]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Identifies a schema: two that yield the same bindings have the same fingerprint. */
export function fingerprint(schema: Schema): string {
  return createHash("sha256").update(JSON.stringify(schema)).digest("hex");
}

function inUse(whole: Schema): Schema {
  const entries = resources.map((name): [string, Entity] => {
    const entity = whole.resource_schemas[`hcloud_${name}`];
    if (!entity) throw new Error(`resources.ts: hcloud ${version} has no resource ${name}`);
    return [`hcloud_${name}`, essence(entity)];
  });
  return { provider: essence(whole.provider), resource_schemas: Object.fromEntries(entries) };
}

// Which further keys a schema has depends on the version of Terraform, or OpenTofu, that prints it.
function essence({ version, block }: Entity): Entity {
  return { version, block: essenceOfBlock(block) };
}

function essenceOfBlock({ attributes = {}, block_types = {} }: Block): Block {
  return {
    attributes: mapSorted(attributes, (attribute) => {
      const { type, nested_type, description, optional, required, computed } = attribute;
      return { type, nested_type, description, optional, required, computed };
    }),
    block_types: mapSorted(block_types, ({ nesting_mode, min_items, max_items, block }) => {
      return { nesting_mode, min_items, max_items, block: essenceOfBlock(block) };
    }),
  };
}

function mapSorted<T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> {
  const names = Object.keys(record).sort();
  return Object.fromEntries(names.map((name) => [name, change(record[name] as T)]));
}
