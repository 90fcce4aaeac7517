const number = (name: string, min: number): number | undefined => {
  const text = process.env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min) return value;
  throw new Error(`${name} must be a whole number from ${min}`);
};

/** What a run of this room is asked for. */
export const settings = {
  /** How many points to try; undefined: all of them. */
  points: number("ONEBOX_KILL_POINTS", 1),
  /** Chooses them, and the moments within steps; another one each day unless told. */
  seed: number("ONEBOX_KILL_SEED", 0) ?? Math.floor(Date.now() / 86_400_000),
};
