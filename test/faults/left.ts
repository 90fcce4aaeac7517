import { setTimeout as sleep } from "node:timers/promises";
import { stage } from "../stage/use.ts";

/** How long what tidies up behind a release may take (ms): only there to end a hang. */
const patience = 60_000;

/** What a release that fails could leave on the VM: what it was tried with, and volumes that have no name. */
const list = `docker ps -a --format 'container {{.Names}}' | grep -E 'check|trial' || true
docker network ls --format 'network {{.Name}}' | grep check || true
docker volume ls --format 'volume {{.Name}}'
find /run -maxdepth 1 -name 'onebox-check.*'
find /mnt/onebox/ -mindepth 1 -maxdepth 1 -name '*-check*'`;
const atWork = `systemctl list-units --plain --no-legend --state=active,activating,deactivating 'onebox-release-*' 'onebox-settle*' 'onebox-drain-*'`;

const look = async () => (await stage.onVm(list)).split("\n").filter(Boolean).sort();

/** Looks at what is there now; what it returns tells, once nothing is at work any more, what is there beside that. */
export async function watchLeft(): Promise<() => Promise<string[]>> {
  const before = await look();
  return async () => {
    for (const end = performance.now() + patience; performance.now() < end; await sleep(200)) {
      if ((await stage.onVm(atWork)) === "") break;
    }
    return (await look()).filter((line) => !before.includes(line));
  };
}
