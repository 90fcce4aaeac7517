import type { Facts } from "./look.ts";
import type { Notes } from "./notes.ts";

/** What keeps a stage from being the one that was made, in lines for people; none when all is well. */
export function problemsOf(facts: Facts, notes: Notes): string[] {
  const { serving, answer, history, way } = facts;
  const problems: string[] = [];
  const want = (fine: boolean, problem: string) => {
    if (!fine) problems.push(problem);
  };
  want(way === `route.${serving.slot}`, `the router does ${way || "nothing"}`);
  want(notes.images.includes(serving.image), `serves ${serving.image || "nothing"}, no good image`);
  want(
    answer.status === 200 && answer.release === serving.release,
    `visitors get ${answer.status} from ${answer.release || "no release"}, not from ${serving.release}`,
  );
  const last = history.at(-1);
  want(
    last?.release === serving.release && last.result === "served",
    `the history ends with ${last?.release} (${last?.result}), but ${serving.release} serves`,
  );
  const times = history.map(({ started }) => started);
  want(String(times) === String(times.toSorted()), "the history is out of order");
  want(facts.commit === notes.commit, `the clone is at ${facts.commit}, not at ${notes.commit}`);
  want(facts.branch === notes.branch, `the clone is on ${facts.branch}, not on ${notes.branch}`);
  problems.push(...facts.working);
  want(
    facts.rest.includes(`container onebox-stage-${serving.slot} running`),
    `the app in slot ${serving.slot} does not run`,
  );
  const [now, then] = [comparable(facts.rest), comparable(notes.rest)];
  problems.push(...now.filter((line) => !then.includes(line)).map((line) => `more: ${line}`));
  problems.push(...then.filter((line) => !now.includes(line)).map((line) => `less: ${line}`));
  return problems;
}

/** Without what is one way or the other after a release: which slot serves, and whether the other one stands by. */
const comparable = (lines: string[]) =>
  lines.filter(
    (line) =>
      !/^(container onebox-stage-(blue|green) running|file routes\/stage\.(blue|green)\.yml)$/.test(
        line,
      ),
  );
