import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../options.ts";
import { serve } from "../serve.ts";
import { type Api, createApi } from "./api.ts";

/** Does something with an emulator of its own, without machines; nothing of it remains. */
export async function withOwnCloud<T>(work: (api: Api) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "onebox-conformance-"));
  try {
    const options = parseOptions(["--data", data, "--driver", "api-only"]);
    const { endpoint, token, stop } = await serve(options, () => {});
    try {
      return await work(createApi(endpoint, token));
    } finally {
      await stop();
    }
  } finally {
    rmSync(data, { recursive: true });
  }
}
