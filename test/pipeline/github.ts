import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An issue, a pull request's comment, or a release's page. */
export interface Text {
  id: number;
  number: number;
  body: string;
  title?: string;
  state?: string;
  user: { login: string };
}

/** The part of GitHub's REST API that the pipeline speaks to, for one repository, in memory. */
export class GitHub {
  readonly issues: Text[] = [];
  readonly comments: Text[] = [];
  readonly releases: Record<string, string>[] = [];
  /** The one pull request, as the API shows it. */
  pull: () => object = () => ({});
  /** Of the pull request, as the API shows them. */
  reviews: { state: string; commit_id: string; user: { login: string } }[] = [];
  /** What somebody may do in the repository; whoever is not named may read. */
  permissions: Record<string, "admin" | "write" | "read"> = {};
  /** The numbers of all pull requests that are open for the branch of the one. */
  open: number[] = [];
  /** How the repository is set up: what GET answers, by path. */
  setup: Record<string, unknown> = {};
  readonly dispatches: { workflow: string; ref: string }[] = [];
  /** As with the token of a fork's pull request: reading works, writing answers 403. */
  readOnly = false;
  readonly #server: Server;
  #last = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      request.on("end", () => {
        const known = request.headers.authorization === "Bearer job-token";
        const path = (request.url ?? "").replace("/repos/you/onebox/", "");
        const method = request.method ?? "";
        const forbidden = this.readOnly && method !== "GET";
        const [status, body] = !known
          ? [401, {}]
          : forbidden
            ? [403, { message: "Resource not accessible by integration" }]
            : this.#answer(method, path, text === "" ? {} : JSON.parse(text));
        response.writeHead(status, { "content-type": "application/json" });
        response.end(status === 204 ? undefined : JSON.stringify(body));
      });
    });
  }

  /** Starts it; returns its URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(method: string, path: string, body: Record<string, string>): [number, unknown] {
    const [, number = "0"] = /(\d+)/.exec(path) ?? [];
    const route = `${method} ${path.replace(/\?.*/, "").replace(/\d+/, "N")}`;
    const text = (): Text => {
      this.#last += 1;
      const user = { login: "github-actions[bot]" };
      return { id: this.#last, number: this.#last, state: "open", user, body: "", ...body };
    };
    const change = (list: Text[], key: "id" | "number"): [number, unknown] => {
      const found = list.find((one) => one[key] === Number(number));
      return found ? [200, Object.assign(found, body)] : [404, {}];
    };
    const query = new URLSearchParams(path.split("?")[1]);
    const [size, at] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
    const page = (list: Text[]) => list.slice(size * (at - 1), size * at);
    const settled = method === "GET" ? this.setup[path.replace(/\?.*/, "")] : undefined;
    if (settled !== undefined) return [200, settled];
    if (route === "GET issues")
      return [200, page(this.issues.filter(({ state }) => state === "open"))];
    if (route === "POST issues") return [201, this.issues[this.issues.push(text()) - 1]];
    if (route === "PATCH issues/N") return change(this.issues, "number");
    if (route === "GET issues/N/comments") return [200, page(this.comments)];
    if (route === "POST issues/N/comments") {
      return [201, this.comments[this.comments.push(text()) - 1]];
    }
    if (route === "PATCH issues/comments/N") return change(this.comments, "id");
    if (route === "GET pulls/N/reviews") return [200, this.reviews];
    if (route === "GET pulls") return [200, this.open.map((number) => ({ number }))];
    const [, login] = /^collaborators\/(.+)\/permission$/.exec(path) ?? [];
    if (login !== undefined) return [200, { permission: this.permissions[login] ?? "read" }];
    if (route === "GET pulls/N") return [200, this.pull()];
    if (route === "POST releases") return [201, this.releases[this.releases.push(body) - 1]];
    const [, tag] = /^releases\/tags\/(.+)$/.exec(path) ?? [];
    if (tag !== undefined) {
      const found = this.releases.find((release) => release.tag_name === tag);
      return found ? [200, found] : [404, {}];
    }
    const [, workflow] = /^actions\/workflows\/(.+)\/dispatches$/.exec(path) ?? [];
    if (workflow !== undefined) {
      this.dispatches.push({ workflow, ref: body.ref ?? "" });
      return [204, undefined];
    }
    return [404, {}];
  }
}
