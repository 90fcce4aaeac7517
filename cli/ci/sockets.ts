/**
 * Whether somebody listens on a port of all addresses.
 *
 * @param listed what `ss -Hltn` prints: state, two numbers, the local address with its port, the peer's
 */
export function listensEverywhere(listed: string, port: number): boolean {
  const everywhere = ["0.0.0.0", "*", "[::]"].map((address) => `${address}:${port}`);
  return listed.split("\n").some((line) => everywhere.includes(line.split(/\s+/)[3] ?? ""));
}
