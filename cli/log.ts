import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The file that takes what the programs of one run say. It is made with its first line. */
export class RunLog {
  readonly file: string;
  #begun: boolean;
  #text = "";

  /** @param inherited whether a program that has called this one has begun it */
  constructor(file: string, inherited = false) {
    this.file = file;
    this.#begun = inherited;
  }

  /** The file, made when it is not there yet: for programs that write into it themselves. */
  begin(): string {
    if (!this.#begun) {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(this.file, "", { mode: 0o600 });
    }
    this.#begun = true;
    return this.file;
  }

  write(text: string): void {
    appendFileSync(this.begin(), text);
    this.#text += text;
  }

  /** A mark for `since`. */
  get position(): number {
    return this.#text.length;
  }

  /** What was written since a mark was taken. */
  since(position: number): string {
    return this.#text.slice(position);
  }
}

/** `.onebox/log/NAME-TIME-PID.log`; the time as in RFC 3339, without punctuation. */
export function logFile(directory: string, name: string, now: Date, pid: number): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${directory}/log/${name}-${time}-${pid}.log`;
}
