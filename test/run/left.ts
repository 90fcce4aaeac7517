import { cleanUp } from "./clean-up.ts";
import { clock } from "./clock.ts";
import { leftPlaces, shortTemporary } from "./place.ts";

/** What runs have left whose own janitor could not do its work, as after a power cut. */
export async function clearWhatIsLeft(): Promise<void> {
  for (const directory of leftPlaces(shortTemporary())) {
    console.log(`${clock()}  removing what an earlier run has left in ${directory}`);
    // What cannot be removed now is in nobody's way; the next run tries again.
    await cleanUp(directory).catch((error: Error) =>
      console.log(
        `${clock()}  warning: ${directory} stays: ${error.message.trim().split("\n").at(-1)}`,
      ),
    );
  }
}
