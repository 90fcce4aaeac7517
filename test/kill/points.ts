import { sample } from "../support/sample.ts";

/** What is killed: the release's unit, deploy.sh with all that it runs, Terraform, Docker, the VM. */
export const kinds = ["unit", "operator", "terraform", "docker", "machine"] as const;
export type Kind = (typeof kinds)[number];

/** A moment at which something is killed. */
export interface Point {
  kind: Kind;
  /** Whose step it is: the release's on the VM, or the operator's in deploy.sh. */
  of: "release" | "deploy";
  step: string;
  /** How long after the step's beginning (ms). */
  after: number;
}

/**
 * Every point: each kind before each step of a release; again at some moment after it for what can die
 * there in the midst of something; and the operator at each of its own steps.
 */
export function allPoints(release: string[], deploy: string[], next: () => number): Point[] {
  const moment = () => 50 + Math.floor(next() * 1450);
  const point = (kind: Kind, of: Point["of"], step: string, after = 0): Point => ({
    kind,
    of,
    step,
    after,
  });
  return [
    ...release.flatMap((step) => kinds.map((kind) => point(kind, "release", step))),
    ...release.flatMap((step) => [
      point("unit", "release", step, moment()),
      point("docker", "release", step, moment()),
    ]),
    ...deploy.map((step) => point("operator", "deploy", step, Math.floor(next() * 400))),
  ];
}

/** What leaves the release itself at work on the VM, or does away with it. */
const fatal = new Set<Kind>(["unit", "docker", "machine"]);

/**
 * Some of the points: in any case one at which a half-done switch has to be taken back, one before it, and one that
 * leaves the release at work; `all` of them when there are no more than that.
 */
export function somePoints(points: Point[], count: number, next: () => number): Point[] {
  const ends = ({ of, kind }: Point) => of === "release" && fatal.has(kind);
  const begun = ({ step, after }: Point) => ["watch", "finish"].includes(step) && after === 0;
  const musts = [
    (point: Point) => ends(point) && begun(point),
    (point: Point) => ends(point) && !begun(point),
    (point: Point) => !fatal.has(point.kind),
  ];
  return sample(points, count, musts, next);
}

/** A point in words. */
export function nameOf({ kind, of, step, after }: Point): string {
  const what = {
    unit: "the release's unit",
    operator: "deploy.sh",
    terraform: "Terraform",
    docker: "Docker",
    machine: "the VM",
  }[kind];
  const when = after === 0 ? "before" : `${after} ms after the beginning of`;
  return `${what}, ${when} ${of === "deploy" ? "deploy.sh's step" : "step"} "${step}"`;
}
