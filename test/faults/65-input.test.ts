import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stage } from "../stage/use.ts";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { some } from "./sample.ts";
import { expectFailure, expectRefusal, other } from "./shared.ts";

const file = "docker-compose.yml";

const faults: Record<string, () => Promise<void>> = {
  "a docker-compose.yml that compose refuses": async () => {
    const text = readFileSync(join(stage.clone.directory, file), "utf8");
    stage.clone.write(file, text.replace("    pids_limit: 512\n", "    pids_limit: plenty\n"));
    await expectFailure(await other(), {
      error: /docker compose refuses the configuration: .*database.*pids_limit/,
    });
  },

  "a service of one's own": async () => {
    const text = readFileSync(join(stage.clone.directory, file), "utf8");
    stage.clone.write(file, text.replace("services:\n", "services:\n  mail:\n    image: mail\n\n"));
    await expectRefusal(await other(), /mail/);
  },

  "an env file that says which environment it is": async () => {
    const files = readSecrets(stage.clone);
    writeSecrets(stage.clone, {
      ".env.stage": `${files[".env.stage"]}ONEBOX_ENVIRONMENT=prod\n`,
      ".env.prod": `${files[".env.prod"]}ONEBOX_ENVIRONMENT=stage\n`,
    });
    await expectRefusal(
      await other(),
      /\.env\.stage.*ONEBOX_ENVIRONMENT is set by Onebox, as all names with ONEBOX_ are; remove the line/,
    );
  },
};

describe("a deploy with", () => {
  afterEach(() => stage.clone.git("checkout", "--", "."));

  for (const [what, test] of some(Object.entries(faults))) {
    it(`${what} releases nothing, and nobody notices`, test);
  }
});
