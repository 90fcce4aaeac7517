import { join } from "node:path";
import { Store } from "../store/store.ts";
import { launch } from "../test/support/process.ts";

/**
 * Fills a cloud's data with so many servers and volumes, half each, and the addresses and actions
 * that come with them: one of each is made by the API, the others are copies of its records.
 */
export async function fill(data: string, count: number): Promise<void> {
  const { api, child } = await launch(data);
  const network = { public_net: { enable_ipv4: false } }; // there are fewer addresses than servers
  const server = { name: "n-0", server_type: "cx23", image: "docker-ce", ...network };
  await api.made("/servers", server);
  await api.made("/volumes", { name: "n-0", size: 10, location: "fsn1" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;

  const store = new Store(join(data, "state.json"));
  const { servers, volumes, primary_ips: ips, actions } = store.tables;
  const [[one], [ip], [volume]] = [[...servers.values()], [...ips.values()], [...volumes.values()]];
  if (one === undefined || ip === undefined || volume === undefined)
    throw new Error("nothing made");
  const done = [...actions.values()];
  for (let n = 1; n < count / 2; n++) {
    const id = store.nextId("servers");
    servers.set(id, { ...structuredClone(one), id, name: `n-${n}` });
    const address = { ...structuredClone(ip), id: store.nextId("primary_ips"), assignee_id: id };
    ips.set(address.id, { ...address, name: `primary_ip-${n}` });
    const extra = store.nextId("volumes");
    volumes.set(extra, { ...structuredClone(volume), id: extra, name: `n-${n}` });
    for (const action of done) {
      const next = { ...structuredClone(action), id: store.nextId("actions") };
      for (const resource of next.resources) {
        resource.id = resource.type === "server" ? id : extra;
      }
      actions.set(next.id, next);
    }
  }
  await store.commit();
  await store.close();
}
