import { loadIdentity } from "./identity.ts";
import { table } from "./table.ts";

// Prints what a cloud holds as tables. Exit code 1 when it does not answer.
// Usage: node emulator/status.ts DIR

type Row = Record<string, unknown> & { id: number; name: string };

const identity = loadIdentity(process.argv[2] ?? ".onebox/cloud");

async function rows(plural: string): Promise<Row[]> {
  const found: Row[] = [];
  for (let page: number | null = 1; page !== null; ) {
    const answer = await fetch(`${identity?.endpoint}/${plural}?per_page=50&page=${page}`, {
      headers: { Authorization: `Bearer ${identity?.token}` },
      signal: AbortSignal.timeout(3000),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const body = (await answer.json()) as {
      meta: { pagination: { next_page: number | null } };
    } & Record<string, Row[]>;
    found.push(...(body[plural] ?? []));
    page = body.meta.pagination.next_page;
  }
  return found;
}

function print(titles: string[], lines: unknown[][]): void {
  const text = table(titles, lines);
  if (text.length > 0) console.log(`${text.join("\n")}\n`);
}

try {
  if (identity === null || identity.pid === null) throw new Error("stopped");
  const servers = await rows("servers");
  const volumes = await rows("volumes");
  const ips = await rows("primary_ips");
  const zones = await rows("zones");
  console.log(
    `local cloud ${identity.id}: running at ${identity.endpoint}, DNS at ${identity.dns}\n`,
  );
  const named = (id: unknown) => servers.find((s) => s.id === id)?.name;
  print(
    ["server", "id", "status", "type", "ipv4"],
    servers.map((s) => [
      s.name,
      s.id,
      s.status,
      (s.server_type as Row).name,
      (s.public_net as { ipv4: { ip: string } | null }).ipv4?.ip,
    ]),
  );
  print(
    ["volume", "id", "GB", "server"],
    volumes.map((v) => [v.name, v.id, v.size, named(v.server)]),
  );
  print(
    ["primary ip", "id", "address", "server"],
    ips.map((ip) => [ip.name, ip.id, ip.ip, named(ip.assignee_id)]),
  );
  print(
    ["zone", "id", "mode", "records"],
    zones.map((zone) => [zone.name, zone.id, zone.mode, zone.record_count]),
  );
} catch {
  console.log(identity === null ? "local cloud: none" : `local cloud ${identity.id}: not running`);
  process.exitCode = 1;
}
