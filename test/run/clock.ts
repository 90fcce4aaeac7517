/** The time of day, for the lines of a run. */
export const clock = (): string => new Date().toTimeString().slice(0, 8);
