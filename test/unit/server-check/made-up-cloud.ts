import { type Entry, type ListName, lists } from "../../../cli/hcloud/schema.ts";

const at = (name: string) => ({ name });
const of = (name: string, id: number) => ({
  ...{ id, name, labels: { "managed-by": "onebox", app: "shop" } },
  location: { ...at("fsn1"), city: "Falkenstein" },
});

/** What the API answers, with more fields than anybody here reads. */
const answers = {
  server: {
    ...of("shop", 42),
    ...{ status: "running", primary_disk_size: 80, image: { id: 7, name: "docker-ce" } },
    server_type: { id: 1, name: "cx33", architecture: "x86" },
  },
  volume: { ...of("shop-data", 43), size: 20, server: 42 },
  address: { ...of("shop", 44), ip: "192.0.2.4", assignee_id: 42, assignee_type: "server" },
  other: { ...of("shop", 45), rules: [] },
};

function read<Name extends ListName>(list: Name, value: object): Entry<Name> {
  return lists[list].parse(value) as Entry<Name>;
}

/** The API's answers about what is there, changed in the given fields, as the schema reads them. */
export const server = (more: object = {}) => read("servers", { ...answers.server, ...more });
export const volume = (more: object = {}) => read("volumes", { ...answers.volume, ...more });
export const address = (more: object = {}) => read("primary_ips", { ...answers.address, ...more });
export const firewall = (more: object = {}) => read("firewalls", { ...answers.other, ...more });
export const key = (more: object = {}) => read("ssh_keys", { ...answers.other, ...more });

/** A server type, which is offered in fsn1 unless `places` say otherwise. */
export function type(name: string, size: [cores: number, memory: number, disk: number], more = {}) {
  const [cores, memory, disk] = size;
  const architecture = name.startsWith("cax") ? "arm" : "x86";
  const locations = [{ id: 1, ...at("fsn1"), available: true, deprecation: null }];
  const shape = { name, architecture, cores, memory, disk, deprecation: null, locations };
  return read("server_types", { ...shape, ...more });
}

export const image = (
  name: string | null,
  architecture = "x86",
  deprecated: string | null = null,
) => read("images", { id: 7, name, architecture, deprecated });
