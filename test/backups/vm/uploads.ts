import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../config/load.ts";
import type { Stage } from "../../support/stage.ts";

/** Method, path of the bucket or object, and what is stored there. */
export type Asked = [method: string, path: string, body?: string];

/** Asks with what the app was given, as its own code would; 0: nobody has answered. */
const program = `
const { S3_ENDPOINT = "", S3_REGION = "", S3_ACCESS_KEY_ID = "", S3_SECRET_ACCESS_KEY = "" } = process.env;
const login = { accessKey: S3_ACCESS_KEY_ID, secretKey: S3_SECRET_ACCESS_KEY };
const answers = [];
for (const [method, path, body = ""] of JSON.parse(asked)) {
  const { host } = new URL(S3_ENDPOINT);
  const headers = signS3({ method, host, path, query: {}, body }, login, S3_REGION, new Date());
  const sent = fetch(S3_ENDPOINT + path, { method, headers, ...(body !== "" && { body }) });
  const answer = await sent.catch(() => undefined);
  answers.push([answer?.status ?? 0, await answer?.text() ?? ""]);
}
console.log(JSON.stringify(answers));
`;

/** What the object storage answers the app of stage, in its container: statuses, and what it says. */
export async function askFromApp(
  stage: Stage,
  ...asked: Asked[]
): Promise<[status: number, body: string][]> {
  const signing = readFileSync(join(root, "cli/objects/sign.ts"), "utf8");
  const text = `${signing}\nconst asked = ${JSON.stringify(JSON.stringify(asked))};\n${program}`;
  const encoded = Buffer.from(text).toString("base64");
  const labels = ["environment=stage", "service=app"].map(
    (each) => `--filter label=onebox.${each}`,
  );
  const container = `$(docker ps -q ${labels.join(" ")} | head -n 1)`;
  const node = "node --input-type=module-typescript -";
  return JSON.parse(
    await stage.onVm(`echo ${encoded} | base64 -d | docker exec -i ${container} ${node}`),
  );
}
