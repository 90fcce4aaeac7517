import { startHosts } from "../test/support/hosts.ts";

const line = (what: string, ms: number) =>
  process.stdout.write(`${what.padEnd(52)} ${(ms / 1000).toFixed(1).padStart(7)} s\n`);

/** Measures real servers in Docker: from asking for them to the first command by SSH. */
export async function measureServers(count: number): Promise<void> {
  const hosts = await startHosts();
  try {
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    line("the first server, from create to SSH", await timed(() => hosts.create("first")));
    line("the second, when all is warm", await timed(() => hosts.create("second")));
    const names = Array.from({ length: count }, (_, n) => `at-once-${n}`);
    const times: number[] = [];
    const all = await timed(() =>
      Promise.all(names.map(async (name) => times.push(await timed(() => hosts.create(name))))),
    );
    line(`${count} at once, until the first answers`, Math.min(...times));
    line(`${count} at once, until all answer`, all);
  } finally {
    await hosts.remove();
  }
}
