/**
 * Usage: HCLOUD_TOKEN=… node operator/bin/ask-api.ts [--count] [ENDPOINT]
 *
 * Does the Hetzner Cloud API answer, and does it take the token? With --count it prints how many
 * servers and volumes the project has. Exit code 2 with one line when the answer is no.
 */
import { ApiError, askApi } from "../api.ts";

const count = process.argv.includes("--count");
const endpoint = process.argv.slice(2).find((argument) => argument !== "--count");
try {
  const total = async (kind: "servers" | "volumes") => (await askApi(kind, endpoint)).total;
  if (count) console.log(`${await total("servers")} ${await total("volumes")}`);
  else await askApi("locations", endpoint);
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
