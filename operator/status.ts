/** What one environment serves; fields are null when it serves nothing. */
export interface EnvironmentStatus {
  environment: string;
  url: string;
  address: string | null;
  image: string | null;
  release: string | null;
  commit: string | null;
  digest: string | null;
  /** Docker's state of the container: running, exited, … */
  state: string | null;
  /** Docker's health: healthy, unhealthy, starting, or none without a health check. */
  health: string | null;
  /** When the container was started, RFC 3339. */
  since: string | null;
}

/**
 * Reads the tab-separated lines of host/status.
 *
 * @param hosts environment to host name; each gets a row, served or not
 */
export function parseStatus(
  text: string,
  address: string,
  hosts: Record<string, string>,
): EnvironmentStatus[] {
  const lines = new Map(
    text
      .split("\n")
      .filter((line) => line.includes("\t"))
      .map((line) => line.split("\t"))
      .map((fields) => [fields[0] ?? "", fields]),
  );
  return Object.entries(hosts).map(([environment, host]) => {
    const [, image, release, commit, state, health, since] = lines.get(environment) ?? [];
    return {
      environment,
      url: `http://${host}`,
      address: address || null,
      image: image ?? null,
      release: release ?? null,
      commit: commit ?? null,
      digest: image?.split("@")[1] ?? null,
      state: state ?? null,
      health: health ?? null,
      since: since ?? null,
    };
  });
}

/** Renders the table that a person reads. */
export function renderTable(rows: EnvironmentStatus[], now: Date): string {
  const cells = rows.map((row) => [
    row.environment,
    row.url,
    row.address ?? "-",
    row.release ?? "nothing yet",
    row.commit?.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1") ?? "-",
    row.health !== null && row.health !== "none" ? row.health : (row.state ?? "-"),
    row.since === null ? "-" : age(row.since, now),
  ]);
  const table = [
    ["ENVIRONMENT", "URL", "ADDRESS", "RELEASE", "COMMIT", "STATE", "SINCE"],
    ...cells,
  ];
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** How long ago, in the largest unit that is not zero. */
function age(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
