import { execFile } from "node:child_process";

/** Runs the Docker client with an argument list, never through a shell, and returns what it prints. */
export type Docker = (args: string[], input?: Buffer) => Promise<string>;

export const docker: Docker = (args, input) =>
  new Promise((resolve, reject) => {
    const child = execFile("docker", args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim());
      // Without the arguments: they are long, and the last line of the client's own words suffices.
      const ended = error.signal ? `signal ${error.signal}` : `exit code ${error.code}`;
      const said = stderr.trim().split("\n").at(-1) || `it said nothing, ${ended}`;
      reject(new DockerError(args[0] ?? "", said));
    });
    child.stdin?.on("error", () => {}); // the client left early; its exit code says why
    child.stdin?.end(input);
  });

class DockerError extends Error {
  constructor(command: string, said: string) {
    super(`docker ${command}: ${said.replace(/^Error response from daemon: /, "")}`);
    this.name = "DockerError";
  }
}
