import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { inUnit } from "../../../cli/commands/backup.ts";
import { poll } from "../../../cli/poll.ts";

/** Runs its command as systemd runs a service: a pipe whose reader is gone ends nobody, but what is written there fails. */
const systemdRun = `#!/bin/bash
trap '' PIPE
while [[ $1 == --* ]]; do shift; done
exec "$@"
`;

/** Speaks before and after the connection drops, and does not go on where it cannot. */
const program = `#!/bin/bash
set -e
echo first
until [ -e "$1/dropped" ]; do sleep 0.05; done
for word in second third; do echo "$word"; sleep 0.1; done
touch "$1/done"
`;

describe("a backup, a drill or a copy", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-unheard-"));
    writeFileSync(join(place, "systemd-run"), systemdRun, { mode: 0o700 });
    writeFileSync(join(place, "program"), program, { mode: 0o700 });
  });
  afterEach(() => rmSync(place, { recursive: true }));

  const begin = (script: string) => {
    const command = inUnit(`work ${place}`).replace("/opt/onebox/bin/work", join(place, script));
    const PATH = `${place}${delimiter}${process.env.PATH}`;
    return spawn("bash", ["-c", command], { env: { ...process.env, PATH } });
  };

  it("goes on when nobody hears it any more", async () => {
    const work = begin("program");
    await once(work.stdout, "data");
    work.stdout.destroy();
    await once(work.stdout, "close");
    writeFileSync(join(place, "dropped"), "");
    const isDone = () => existsSync(join(place, "done"));
    expect(await poll(isDone, Boolean, { within: 60_000, pause: 50 })).to.equal(true);
  });

  it("ends as it does while somebody hears it", async () => {
    writeFileSync(join(place, "failing"), "#!/bin/bash\necho no >&2\nexit 7\n", { mode: 0o700 });
    const work = begin("failing");
    let said = "";
    work.stdout.on("data", (part) => {
      said += part;
    });
    const [code] = await once(work, "close");
    expect([code, said]).to.deep.equal([7, "no\n"]);
  });
});
