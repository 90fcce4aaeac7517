import { readFileSync } from "node:fs";
import { z } from "zod";
import { deviations, merged, shapeOf } from "./shape.ts";

const recording = z.strictObject({
  /** The parts of an answer by its call, such as `POST /servers`. */
  answers: z.record(z.string(), z.array(z.string())),
  shapes: z.record(z.string(), z.record(z.string(), z.string())),
});
export type Recording = z.infer<typeof recording>;

export const RECORDING = new URL("recording.json", import.meta.url);

export const readRecording = (): Recording =>
  recording.parse(JSON.parse(readFileSync(RECORDING, "utf8")));

/** A call without its values: `GET /servers/{}`. */
const kindOf = (ask: string) => ask.replace(/\?.*/, "").replace(/\/(\{[^/]*\}|\d+)/g, "/{}");

/** The samples in an answer with the name of what they are: of a list each, of `next_actions` actions. */
function samplesIn(body: object): [string, unknown][] {
  return Object.entries(body).flatMap(([key, value]): [string, unknown][] => {
    if (!Array.isArray(value)) return [[key, value]];
    const name = key.replace(/^next_/, "").replace(/s$/, "");
    return value.map((each) => [name, each]);
  });
}

const isError = (body: object) => "error" in body && body.error !== null;

/** Adds an answer to a recording. */
export function record(into: Recording, ask: string, body: object | null): void {
  if (body === null) return;
  if (!isError(body)) into.answers[kindOf(ask)] = Object.keys(body).sort();
  for (const [name, sample] of samplesIn(body)) {
    const shape = shapeOf(sample);
    const known = into.shapes[name];
    into.shapes[name] = known === undefined ? merged(shape, shape) : merged(known, shape);
  }
}

/** Where an answer's shape is not the recorded one, in words. */
export function compare({ answers, shapes }: Recording, ask: string, body: object | null) {
  if (body === null) return [];
  const found = new Set<string>();
  const parts = answers[kindOf(ask)];
  if (parts !== undefined && !isError(body)) {
    for (const part of parts) if (!(part in body)) found.add(`${part} is missing`);
    for (const key of Object.keys(body)) if (!parts.includes(key)) found.add(`${key} is new`);
  }
  for (const [name, sample] of samplesIn(body)) {
    const seen = shapeOf(sample);
    for (const each of deviations(shapes[name] ?? {}, seen)) found.add(`${name}: ${each}`);
  }
  return [...found];
}
