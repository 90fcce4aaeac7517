import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ExitError, RefusedError } from "../errors.ts";
import { Guard } from "../guard.ts";
import type { Invocation } from "../session.ts";

const notes = `
Starts the app again whenever a file in server/ changes, pending migrations first. Ctrl-C ends all of it;
nothing is left. Also: npm run dev.

  PORT=3000          where the app listens; a free port when that one is taken
  DATABASE_URL=URL   an existing database instead of one that is made and goes again
  LOG_LEVEL=info     how much the app tells

Exit codes: 0 ended by Ctrl-C; 1 there is no database to be had; 2 wrong usage, or server/ is gone.`;

export function define(command: Command, { root, environment, onSignal }: Invocation): void {
  command
    .usage("[options]")
    .addHelpText("after", notes)
    .action(async () => {
      const program = join(root, "server/dev/main.ts");
      if (!existsSync(program)) {
        throw new RefusedError(
          "this runs server/, which is not here any more; start your app by its own command",
        );
      }
      // Its signals come from here, and each once: to a second Ctrl-C it would not listen.
      const child = spawn(process.execPath, [program], {
        stdio: "inherit",
        env: environment,
        detached: true,
      });
      if (child.pid !== undefined) new Guard().watch(child.pid, true);
      const forget = onSignal((signal) => void child.kill(signal));
      const [code] = await once(child, "close");
      forget();
      if (code !== 0) throw new ExitError(code ?? 143);
    });
}
