import type { Session } from "../session.ts";
import { Claim, removeWork } from "./claim.ts";
import type { Kit } from "./kit.ts";

/** A part of a set-up, such as "terraform". */
export interface Part {
  name: string;
  /** The parts that it waits for, which stand before it. */
  after: string[];
  /** Whether there is nothing to do. Asked cheaply, and again once nobody else is at work. */
  isHere: () => boolean | Promise<boolean>;
  provide: () => Promise<void>;
}

/**
 * Provides parts side by side, each as soon as those that it waits for are there. The first that fails ends it.
 *
 * @param claim is waited for before anything is made
 * @returns whether anything was made
 */
export async function provideParts(parts: Part[], claim: () => Promise<void>): Promise<boolean> {
  const done = new Map<string, Promise<boolean>>();
  let failed = false;
  for (const part of parts) {
    const before = part.after.map((name) => {
      const other = done.get(name);
      if (other === undefined) throw new Error(`${part.name} waits for ${name}, which is unknown`);
      return other;
    });
    const work = Promise.all(before).then(() => provideOne(part, claim, () => failed));
    work.catch(() => {
      failed = true;
    });
    done.set(part.name, work);
  }
  return (await Promise.all(done.values())).includes(true);
}

async function provideOne(
  part: Part,
  claim: () => Promise<void>,
  isOver: () => boolean,
): Promise<boolean> {
  if (await part.isHere()) return false;
  await claim();
  // Another set-up may have provided it while this one waited.
  if (isOver() || (await part.isHere())) return false;
  await part.provide();
  return true;
}

/** Provides parts whose programs are ended, and whose half-made files go, on every way out. */
export async function provideBeside(
  session: Session,
  { cache, processes }: Pick<Kit, "cache" | "processes">,
  parts: Part[],
): Promise<boolean> {
  const claim = new Claim(session, cache);
  session.onClose(() => removeWork(cache));
  session.onClose(() => processes.end("SIGINT"));
  try {
    return await provideParts(parts, () => claim.take());
  } catch (error) {
    session.steps.breakOff(); // the others say nothing more
    await processes.end("SIGINT");
    throw error;
  } finally {
    removeWork(cache);
    claim.release();
  }
}
