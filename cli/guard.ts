import { type ChildProcess, spawn } from "node:child_process";

/** Seconds that programs have for ending; Terraform has to write its state meanwhile. */
export const PATIENCE = 300;

/**
 * Reads "+ PID" and "- PID", where a group has a minus before its number. At the end of its input, it asks what is
 * left to end as Ctrl-C does, waits, and then insists.
 */
const program = `
left=
while read -r sign pid; do
  kept=
  for each in $left; do [ "$each" = "$pid" ] || kept="$kept $each"; done
  left=$kept
  [ "$sign" = - ] || left="$left $pid"
done
for pid in $left; do kill -s INT -- "$pid"; done
waited=0
for pid in $left; do
  while [ "$waited" -lt ${PATIENCE} ] && kill -s 0 -- "$pid"; do sleep 1; waited=$((waited + 1)); done
  kill -s KILL -- "$pid"
done`;

/**
 * Ends the programs of a run when the run itself is killed: nobody else would, and one that writes nothing would go
 * on for as long as it likes. It is a process of its own, which the end of a pipe tells of that.
 */
export class Guard {
  #process: ChildProcess | undefined;

  /** @param group whether all of the program's group is meant */
  watch(pid: number, group: boolean): void {
    this.#tell("+", pid, group);
  }

  forget(pid: number, group: boolean): void {
    this.#tell("-", pid, group);
  }

  #tell(sign: string, pid: number, group: boolean): void {
    this.#process ??= start();
    this.#process.stdin?.write(`${sign} ${group ? -pid : pid}\n`);
  }
}

/** In a group of its own, which no Ctrl-C reaches; it keeps nobody from ending. */
function start(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", program], {
    ...{ stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" },
  });
  child.on("error", () => {}); // without it a run that is killed may leave something
  child.stdin?.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref: () => void }).unref();
  return child;
}
