import { sample, shuffle } from "../../support/sample.ts";

/** What is killed: the unit on the VM, preview.sh with all that it runs, the VM. */
export const kinds = ["unit", "operator", "machine"] as const;
export type Kind = (typeof kinds)[number];

/** A moment at which something is killed: before a step of putting a preview up, or of taking it down. */
export interface Point {
  action: "up" | "down";
  step: string;
  kind: Kind;
}

/** All kinds at each step. */
export function allPoints(up: string[], down: string[]): Point[] {
  const points = (action: Point["action"], steps: string[]) =>
    steps.flatMap((step) => kinds.map((kind) => ({ action, step, kind })));
  return [...points("up", up), ...points("down", down)];
}

/** Some of the points: in any case both actions, and as many kinds as there may be. */
export function somePoints(points: Point[], count: number, next: () => number): Point[] {
  const musts = [
    ...shuffle([...kinds], next)
      .slice(0, count)
      .map((kind) => (point: Point) => point.kind === kind),
    (point: Point) => point.action === "up",
    (point: Point) => point.action === "down",
  ];
  return sample(points, count, musts, next);
}
