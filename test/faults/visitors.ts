import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { startLoad } from "../traffic/load/load.ts";
import { type Tally, tally } from "../traffic/load/tally.ts";

/** Who visits meanwhile. */
export interface Visits {
  /** The environments, by their hosts; stage alone, when left out. */
  hosts?: string[];
  /** How long an answer may take (ms). */
  patience?: number;
}

/**
 * Does something while some environments have visitors, 20 a second in all, none of whom may get an error or a wrong answer.
 *
 * @param tell what came of it, for whoever reads why the visitors were not content
 */
export async function underLoad<T>(
  work: () => Promise<T>,
  { hosts = [stage.host], patience }: Visits = {},
  tell: (done: T) => string = () => "",
): Promise<{ done: T; loads: Tally[] }> {
  const address = await stage.vm.address();
  const started = hosts.map((host) =>
    startLoad({
      ...{ address, host, rate: 20 / hosts.length, seconds: 600 },
      ...(patience !== undefined && { patience }),
    }),
  );
  const stopped = () => Promise.all(started.map((load) => load.stop()));
  let done: T;
  try {
    done = await work();
  } catch (error) {
    await stopped();
    throw error;
  }
  const loads = (await stopped()).map((samples) => tally(samples));
  for (const [index, { sent, failed, wrong, pause, examples }] of loads.entries()) {
    const whose = hosts.length > 1 ? ` of ${hosts[index]}` : "";
    console.log(
      `      visitors${whose}: ${sent} requests, ${failed} failed, longest pause ${Math.round(pause)} ms`,
    );
    const why = [...examples, tell(done)];
    if (failed > 0) why.unshift(await stage.edgeTrouble());
    expect([failed, wrong], why.join("\n")).to.deep.equal([0, 0]);
    expect(sent).to.be.greaterThan(0);
  }
  return { done, loads };
}
