import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stage } from "../stage/use.ts";
import { isOfTheDead } from "../support/left-secrets.ts";
import { plantBeside } from "../support/secrets.ts";
import { filesWithSecrets, openOnVm, tellsSecrets } from "../support/secrets-on-vm.ts";
import { allProcesses } from "./processes.ts";

/** What is looked at on the VM: all but the databases' data and the images' layers. */
const places = [
  ..."/run /tmp /var/tmp /dev/shm /root /home /etc /opt /var/log /var/lib/cloud".split(" "),
  "/var/lib/docker/containers $(find /mnt/onebox/ -maxdepth 2 -type f)",
];
/** Where a release lies before the VM has taken it, for root alone. */
const brought = /^\/opt\/onebox\/(inbox|env\/stage\/incoming\.[^/]+)\//;
/** Larger files are disks. */
const largest = 20 << 20;
/**
 * How long an agent may take to notice that its keyring is gone, and SSH to end a connection that nobody uses any more
 * (cli/vm/vm.ts: ControlPersist) (ms).
 */
const patience = 120_000;

/** Secrets that are nobody else's, and what a deploy leaves of them on this computer and on the VM, however it ends. */
export class Left {
  private secrets: string[] = [];
  private since = 0;
  private before: string[] = [];
  private readonly looks: boolean;

  /** @param looks whether it looks at all; else nothing is planted, and nothing found */
  constructor(looks: boolean) {
    this.looks = looks;
  }

  /** Gives the stage's clone secrets that can be found. */
  plant(): void {
    if (!this.looks) return;
    this.secrets = plantBeside(stage.clone);
    this.since = Date.now();
    this.before = this.leftHere(); // of somebody else's
  }

  /** That they are found where they belong: otherwise nothing would be found anywhere. */
  async whereTheyBelong(): Promise<string[]> {
    return (await this.filesOnVm()).all;
  }

  /** Where Docker's records and the journal tell of something that is no secret. */
  tellOf(word: string): Promise<string[]> {
    return tellsSecrets(stage.onVm.bind(stage), [word]);
  }

  /**
   * On the VM, by place: files, Docker's records, the journal, command lines, connections and agents.
   *
   * @param bringing deploy.sh was killed, perhaps while it brought a release; a later one removes that (host/release/prune)
   */
  async onTheVm(bringing: boolean): Promise<string[]> {
    if (!this.looks) return [];
    const [files, told] = [
      await this.filesOnVm(),
      await tellsSecrets(stage.onVm.bind(stage), this.secrets),
    ];
    const open = await this.patiently(async () => (await stage.onVm(openOnVm)).split("\n"));
    const unexpected = files.unexpected.filter((file) => !(bringing && brought.test(file)));
    return [...unexpected, ...told, ...open.filter(Boolean)];
  }

  /** On this computer: files, processes and sockets, by their names. */
  async here(): Promise<string[]> {
    if (!this.looks) return [];
    return this.patiently(async () =>
      this.leftHere().filter((line) => !this.before.includes(line)),
    );
  }

  private leftHere = () => [...this.processes(), ...this.sockets(), ...this.files()];

  private filesOnVm() {
    return filesWithSecrets(stage.onVm.bind(stage), this.secrets, places);
  }

  /** Whoever is about to end may do so. */
  private async patiently(look: () => Promise<string[]>): Promise<string[]> {
    for (const end = performance.now() + patience; ; await sleep(500)) {
      const found = (await look()).filter(Boolean);
      if (found.length === 0 || performance.now() > end) return found;
    }
  }

  private holds = (text: string) => this.secrets.some((secret) => text.includes(secret));

  /** Those that know a secret, and agents and connections of runs that have ended. */
  private processes(): string[] {
    return allProcesses()
      .filter(
        ({ command, environment }) =>
          this.holds(command + environment) || isOfTheDead(command) || isSshOf(command),
      )
      .map(({ pid, command }) => `process ${pid} ${command.split(" ")[0]}`);
  }

  private sockets(): string[] {
    const paths = readFileSync("/proc/net/unix", "utf8").split("\n");
    return paths.filter(isOfTheDead).map((line) => `socket ${line.split(" ").at(-1)}`);
  }

  private files(): string[] {
    const { directory } = stage.clone;
    const shared = ["/dev/shm", "/run", tmpdir()].flatMap((place) =>
      // Clones of other tests have names of their own.
      namesIn(place).flatMap((name) => (/^onebox-/.test(name) ? [] : [join(place, name)])),
    );
    const left = shared.filter((path) => isOfTheDead(path));
    return [...left, ...[...shared, directory].flatMap((path) => this.filesIn(path))];
  }

  /** The files below a path that were written since, and hold a secret. */
  private filesIn(path: string): string[] {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory())
        return readdirSync(path, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() || entry.isFile())
          .flatMap(({ name }) => this.filesIn(join(path, name)));
      if (!found?.isFile() || found.mtimeMs < this.since || found.size > largest) return [];
      return this.holds(readFileSync(path, "latin1")) ? [path] : [];
    } catch {
      return []; // it is gone meanwhile
    }
  }
}

/** A connection of the clone's own; none of its commands is at work. */
const isSshOf = (command: string) =>
  /^\S*ssh /.test(command) && command.includes(stage.clone.directory);

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
