import { z } from "zod";
import { RefusedError } from "../errors.ts";

/** An image as a container names it; by digest, or by a tag. */
const image = z.string().regex(/^[a-z0-9][a-z0-9._/:-]{0,199}(@sha256:[0-9a-f]{64})?$/);
const images = z.array(image);

/** The images of `docker ps`, each once. What the VM has built itself, or lost the name of, is in no registry. */
export function runningImages(answer: string): string[] {
  const known = answer.split("\n").filter((line) => image.safeParse(line).success);
  const named = known.filter((name) => /[:@]/.test(name) && !name.startsWith("onebox/"));
  return [...new Set(named)].sort();
}

/** What an earlier job has handed over. @throws RefusedError */
export function readImages(text: string): string[] {
  try {
    return images.parse(JSON.parse(text));
  } catch (cause) {
    throw new RefusedError("IMAGES is not what scripts/ci/running.sh hands over", { cause });
  }
}
