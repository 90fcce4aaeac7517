import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { Options } from "../../options.ts";
import { serve } from "../../serve.ts";
import { type Client, createClient } from "./client.ts";

export const temporaryDirectory = () => mkdtempSync(join(tmpdir(), "onebox-emulator-"));

export interface TestCloud {
  api: Client;
  endpoint: string;
  token: string;
  controlToken: string;
  /** The cloud's own time, which a test may hold and move. */
  clock: Clock;
  /** Where its DNS server answers, as ADDRESS:PORT. */
  dns: string;
  lines: string[];
  stop: () => Promise<void>;
}

/** A cloud without machines on a free port, in a directory of its own. */
export async function startCloud(wishes: Partial<Options> = {}): Promise<TestCloud> {
  const data = wishes.data ?? temporaryDirectory();
  const lines: string[] = [];
  const options: Options = {
    data,
    driver: "api-only",
    port: null,
    image: null,
    registry: true,
    profile: "instant",
    rateLimit: null,
    help: false,
    ...wishes,
  };
  const { endpoint, token, control_token, dns, clock, stop } = await serve(options, (line) =>
    lines.push(line),
  );
  return {
    api: createClient(endpoint, token),
    endpoint,
    token,
    controlToken: control_token,
    clock,
    dns,
    lines,
    stop: async () => {
      await stop();
      if (wishes.data === undefined) rmSync(data, { recursive: true });
    },
  };
}
