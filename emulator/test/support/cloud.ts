import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Options } from "../../options.ts";
import { serve } from "../../serve.ts";
import { type Client, createClient } from "./client.ts";

export const temporaryDirectory = () => mkdtempSync(join(tmpdir(), "onebox-emulator-"));

export interface TestCloud {
  api: Client;
  endpoint: string;
  token: string;
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
    help: false,
    ...wishes,
  };
  const { endpoint, token, stop } = await serve(options, (line) => lines.push(line));
  return {
    api: createClient(endpoint, token),
    endpoint,
    token,
    lines,
    stop: async () => {
      await stop();
      if (wishes.data === undefined) rmSync(data, { recursive: true });
    },
  };
}
