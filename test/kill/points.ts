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

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
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

/** Some of the points: first every step of a release once, with kinds in turn, then others. */
export function somePoints(points: Point[], count: number, next: () => number): Point[] {
  const left = shuffle(points, next);
  const chosen: Point[] = [];
  const take = (fits: (point: Point) => boolean) => {
    const at = left.findIndex(fits);
    if (at >= 0) chosen.push(...left.splice(at, 1));
  };
  const steps = new Set(points.filter(({ of }) => of === "release").map(({ step }) => step));
  let turn = Math.floor(next() * kinds.length);
  for (const step of steps) {
    const kind = kinds[turn++ % kinds.length];
    take((point) => point.of === "release" && point.step === step && point.kind === kind);
  }
  while (chosen.length < count && left.length > 0) take(() => true);
  return chosen;
}

function shuffle<T>(list: T[], next: () => number): T[] {
  return list
    .map((item) => ({ item, order: next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
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
