/** A figure that was measured, and what it must be below. */
export interface Goal {
  what: string;
  measured: number;
  below: number;
  unit: "ms" | "s" | "MB" | "times";
}

/** One line per figure, and how those that are not below their limit are marked. */
export const goalLine = ({ what, measured, below, unit }: Goal): string => {
  const value = `${measured.toFixed(unit === "MB" ? 0 : 2)} ${unit}`;
  const verdict = measured < below ? "" : "   MISSED";
  return `${what.padEnd(58)} ${value.padStart(12)}   goal: below ${below} ${unit}${verdict}`;
};
