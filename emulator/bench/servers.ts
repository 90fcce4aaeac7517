import { startHosts } from "../test/support/hosts.ts";
import type { Goal } from "./goals.ts";

/** Measures real servers in Docker: from asking for them to the first command by SSH. */
export async function measureServers(count: number): Promise<Goal[]> {
  const hosts = await startHosts();
  const goals: Goal[] = [];
  try {
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return (performance.now() - start) / 1000;
    };
    const note = (what: string, measured: number, below: number) =>
      goals.push({ what, measured, below, unit: "s" });
    note("the first server, from create to SSH", await timed(() => hosts.create("first")), 15);
    note("the second, when all is warm", await timed(() => hosts.create("second")), 5);
    const names = Array.from({ length: count }, (_, n) => `at-once-${n}`);
    const all = await timed(() => Promise.all(names.map((name) => hosts.create(name))));
    note(`${count} at once, until all answer`, all, 5 * count);
  } finally {
    await hosts.remove();
  }
  return goals;
}
