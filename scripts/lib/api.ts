/**
 * Usage: HCLOUD_TOKEN=… node scripts/lib/api.ts [ENDPOINT]
 *
 * Asks the Hetzner Cloud API for its locations: does it answer, does it take the token? Exit code 2
 * with one line when not.
 */
const endpoint = (process.argv[2] || "https://api.hetzner.cloud/v1").replace(/\/+$/, "");
const problem = await ask();
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 2;
}

async function ask(): Promise<string | undefined> {
  try {
    const answer = await fetch(`${endpoint}/locations`, {
      headers: { authorization: `Bearer ${process.env.HCLOUD_TOKEN ?? ""}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.ok) return undefined;
    if (answer.status === 401)
      return `${endpoint} does not know HCLOUD_TOKEN; put a valid one into .env`;
    return `${endpoint} answers HTTP ${answer.status}; try again later`;
  } catch {
    return `the Hetzner Cloud API does not answer at ${endpoint}; check the network`;
  }
}
