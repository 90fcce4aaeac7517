/** One line for each step with its time, as scripts/deploy.sh prints them. */
export interface Step {
  /** What it does now; shown when it takes longer than 2 s. */
  tell: (text: string) => void;
  done: (note: string) => void;
  failed: () => void;
}

/** Begins a step; `write` gets its lines. */
export function step(name: string, write: (line: string) => void = console.error): Step {
  const started = performance.now();
  let doing = "";
  const seconds = () => (performance.now() - started) / 1000;
  const show = () => write(`  … ${name.padEnd(12)} ${doing} (${Math.round(seconds())} s)`);
  const first = setTimeout(show, 2000);
  const later = setInterval(show, 15_000);
  const close = (mark: string, note: string) => {
    clearTimeout(first);
    clearInterval(later);
    write(`  ${mark} ${name.padEnd(12)} ${note.padEnd(44)} ${seconds().toFixed(1).padStart(6)} s`);
  };
  return {
    tell: (text) => {
      doing = text;
    },
    done: (note) => close("✓", note),
    failed: () => close("✗", ""),
  };
}
