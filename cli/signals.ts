const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A reader of our output, or a terminal, that has gone away is a signal too; each write tells of it again. */
export function onSignal(handler: (signal: NodeJS.Signals) => void): () => void {
  const gone = () => handler("SIGPIPE");
  for (const signal of signals) process.on(signal, handler);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", gone);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}
