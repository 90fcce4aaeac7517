import type { Answer, Api } from "./api.ts";
import type { Call, Case, Difference } from "./case.ts";
import type { Made } from "./clean-up.ts";
import { at, filled } from "./values.ts";

export interface Run {
  api: Api;
  /** What placeholders may name in every case. */
  values: Record<string, unknown>;
  made: Made;
  /** Looks at the shape of an answer; returns what is wrong with it. */
  look: (ask: string, body: object | null) => string[];
  interrupted: AbortSignal;
}

/** Makes the calls of a case; after an unexpected status the rest would say nothing. */
export async function runCase(one: Case, run: Run): Promise<Difference[]> {
  const values = { ...run.values };
  const found: Difference[] = [];
  for (const call of one.calls) {
    run.interrupted.throwIfAborted();
    const differs = (what: string, expected: string, answered: string) =>
      found.push({ assumption: one.assumption, call: call.ask, what, expected, answered });
    const answer = await make(call, values, run);
    const said = [answer.status, answer.body?.error?.code].filter(Boolean).join(" ");
    if (said !== call.answer) differs("answer", call.answer, said);
    for (const each of run.look(call.ask, answer.body)) differs("shape", "as recorded", each);
    for (const [path, value] of Object.entries(call.has ?? {})) {
      const here = at(answer.body, path);
      if (here !== value) differs(path, String(value), String(here));
    }
    for (const { id, command } of actionsOf(answer)) {
      const { status, error } = (await run.api.ended(id, run.interrupted)) ?? {};
      if (status !== "success") differs(command, "success", `${status} ${error?.code ?? ""}`);
    }
    if (said !== call.answer) return found;
    if (call.as !== undefined) values[call.as] = resourceOf(answer);
  }
  return found;
}

async function make(call: Call, values: Record<string, unknown>, run: Run): Promise<Answer> {
  const [method = "", ...rest] = (filled(call.ask, values) as string).split(" ");
  const path = rest.join(" ");
  const body = call.body === undefined ? call.raw : JSON.stringify(filled(call.body, values));
  const answer = await run.api.ask(method, path, body);
  run.made.note(method, path, resourceOf(answer));
  return answer;
}

/** The one resource that was answered, or the first of a list. */
function resourceOf({ body }: Answer): { id: number } | undefined {
  const others = Object.entries(body ?? {}).filter(([key]) => !/^(next_)?actions?$/.test(key));
  const values = others.flatMap(([, value]) => value) as ({ id?: number } | null)[];
  return values.find((value) => typeof value?.id === "number") as { id: number } | undefined;
}

function actionsOf({ body }: Answer): { id: number; command: string }[] {
  const { action, actions = [], next_actions = [] } = body ?? {};
  return [action, ...actions, ...next_actions].filter((each) => typeof each?.id === "number");
}
