/** JavaScript that prints what comes of connecting to an address: "connected", or the error's code. */
export const connecting = (host: string, port: number, ms = 3000): string => `
  import { connect } from "node:net";
  const socket = connect({ host: ${JSON.stringify(host)}, port: ${port}, timeout: ${ms} });
  const end = (word) => { console.log(word); socket.destroy(); };
  socket.on("connect", () => end("connected"));
  socket.on("timeout", () => end("ETIMEDOUT"));
  socket.on("error", (error) => end(error.code));`;

/** A command for the VM that runs JavaScript in an app's container, as its code could, and prints what that prints. */
export function inContainer(container: string, script: string): string {
  const encoded = Buffer.from(script).toString("base64");
  return `echo ${encoded} | base64 -d | docker exec -i -w /app/server ${container} node --input-type=module - 2>&1`;
}
