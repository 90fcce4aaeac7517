import type { Version } from "../objects/versions.ts";

/** The versions of each object, newest first; two may be of the same second. */
function byKey(versions: Version[]): Version[][] {
  const order = (a: Version, b: Version) =>
    Number(b.latest) - Number(a.latest) || b.made.getTime() - a.made.getTime();
  return Object.values(Object.groupBy(versions, ({ key }) => key)).map((of = []) =>
    of.toSorted(order),
  );
}

/** Those that were replaced or removed before a moment: nothing needs them, and nobody would undo that any more. */
export function outdated(versions: Version[], before: Date): Version[] {
  return byKey(versions).flatMap((of) => {
    const old = of.filter((_, index) => {
      const newer = of[index - 1];
      return newer !== undefined && newer.made < before;
    });
    const [newest] = of;
    const gone = newest?.deleted && newest.made < before && old.length === of.length - 1;
    return gone ? of : old;
  });
}

/** Those by which something was replaced or removed since a moment: without them it is as it was then. */
export function replacing(versions: Version[], since: Date): Version[] {
  return byKey(versions).flatMap((of) => {
    const newer = of.filter(({ made }) => made > since);
    const then = of[newer.length];
    return then === undefined || then.deleted ? [] : newer;
  });
}
