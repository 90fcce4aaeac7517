import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { Stage } from "../support/stage.ts";
import { connectionsTo } from "./connections.ts";
import { workers } from "./workers.ts";

/** A line of an environment's history, as host/release/releases tells it. */
export interface Event {
  started: string;
  release: string;
  result: string;
}

/** What a stage is at one moment. */
export interface Facts {
  /** Everything on the VM and in the clone that a suite could leave behind, one line each. */
  rest: string[];
  /** What stage's router does: route.blue or route.green unless something is under way. */
  way: string;
  serving: { release: string; image: string; slot: string };
  /** What a visitor is answered by. */
  answer: { status: number; release: string };
  history: Event[];
  branch: string;
  commit: string;
  /** Commands of the clone that run, and connections of visitors. */
  working: string[];
}

/** Lists what is there by kind; what tells of its state does so behind the name. */
const onVm = `
cd /opt/onebox
for name in env/*; do echo "environment \${name#env/}"; done
for file in routes/* routes/.[!.]* inbox/* quarantine/* env/*/holder env/*/file.new; do if [ -e "$file" ]; then echo "file $file"; fi; done
for file in routes/stage*; do if ! cmp -s "$file" "env/stage/$file"; then echo "changed $file"; fi; done
docker ps -a --format 'container {{.Names}} {{.State}}'
docker network ls --format 'network {{.Name}}'
docker volume ls --format 'volume {{.Name}}'
docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}Traefik in {{$name}} {{end}}' onebox-traefik
find /run/onebox -name 'hold.*' -printf 'held %p\\n'
find /mnt/onebox/ -mindepth 1 -maxdepth 1 -printf 'data %f\\n'
find /etc/systemd/system -maxdepth 1 -name 'onebox-*' -printf 'unit file %f\\n'
find /root -mindepth 1 -maxdepth 1 ! -name '.*' -printf 'beside %f\\n'
systemctl list-units --all --plain --no-legend 'onebox-*' | awk '{ print "unit " $1, $3 == "failed" ? "failed" : "" }'
systemctl list-units --plain --no-legend --state=running 'onebox-*.service' | awk '{ print "at work " $1 }'
findmnt -rno TARGET,OPTIONS | awk '$1 ~ "^/(mnt/|var/lib/docker/tmp)" { print "mount " $1, $2 ~ /^ro(,|$)/ ? "read-only" : "" }'
iptables-save | grep -i relief || true
docker exec onebox-stage-database psql -U app -d app -Atc "select 'links ' || count(*) from links union all select 'column ' || table_name || '.' || column_name from information_schema.columns where table_schema = 'public' union all select 'database ' || datname from pg_database"
echo; sed -n '1s/^# //p' routes/stage.yml
echo; bin/status | awk -F '\\t' '$1 == "stage" && $2 == "serving" { print $4 "\\t" $5 "\\t" $3 }'
echo; cut -f 1,3,7 /mnt/onebox/stage/releases.tsv`;

/** Looks at the VM, at what it answers, and at the clone. */
export async function look(stage: Stage): Promise<Facts> {
  const { clone, vm, host } = stage;
  const address = await vm.address();
  const said = (await vm.run(onVm)).split("\n\n").map((part) => part.split("\n"));
  const [rest = [], [way = ""] = [], [serves = ""] = [], history = []] = said;
  const [release = "", image = "", slot = ""] = serves.split("\t");
  const commands = workers(clone.directory).map(({ command }) => `runs: ${command}`);
  const visits = connectionsTo(address);
  return {
    rest: [...rest.map((line) => line.trim()), ...inClone(stage)].sort(),
    way,
    serving: { release, image, slot },
    answer: await answer(address, host),
    history: history.map((line) => {
      const [started = "", release = "", result = ""] = line.split("\t");
      return { started, release, result };
    }),
    branch: clone.git("rev-parse", "--abbrev-ref", "HEAD"),
    commit: clone.git("rev-parse", "HEAD"),
    working: visits > 0 ? [...commands, `${visits} connections of visitors`] : commands,
  };
}

/** What differs from the commit, other branches, and Terraform's states. */
function inClone({ clone }: Stage): string[] {
  const state = join(clone.directory, ".onebox/state/onebox");
  const states = readdirSync(state, { recursive: true }).map(String);
  const server = readFileSync(join(state, "server.tfstate"), "utf8");
  const list = (kind: string, lines: string) =>
    lines
      .split("\n")
      .filter(Boolean)
      .map((line) => `${kind} ${line}`);
  return [
    ...list("change", clone.git("status", "--porcelain", "--ignored", "--untracked-files=all")),
    ...list("branch", clone.git("branch", "--format=%(refname:short)")),
    ...states.filter((name) => describes(join(state, name))).map((name) => `state ${name}`),
    `server of definition ${JSON.parse(server).outputs?.applied?.value}`,
  ].filter(
    (line) =>
      !/^change !! (node_modules|cdktf\.out|\.onebox|\.gitsecret\/keys\/(random_seed|pubring\.kbx~))/.test(
        line,
      ),
  );
}

/** Whether Terraform's state describes anything: one that is destroyed leaves an empty file. */
function describes(file: string): boolean {
  if (!file.endsWith(".tfstate")) return false;
  return (JSON.parse(readFileSync(file, "utf8")).resources ?? []).length > 0;
}

function answer(host: string, name: string): Promise<Facts["answer"]> {
  return new Promise((resolve, reject) => {
    const options = { host, path: "/version", headers: { host: name }, agent: false as const };
    request({ ...options, timeout: 60_000 }, (incoming) => {
      const release = String(incoming.resume().headers["x-onebox-release"] ?? "");
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, release }));
    })
      .on("timeout", () => reject(new Error(`${name} does not answer`)))
      .on("error", reject)
      .end();
  });
}
