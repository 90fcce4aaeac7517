import { entryPointsOf, upgradeOf } from "../../stacks/entry-points.ts";
import { together } from "../../stacks/http.ts";

/** What the webhook deployer is told; none of it is secret. */
interface WebhookSettings {
  /** Host name that it answers for. */
  host: string;
  /** Whether by HTTPS. */
  https: boolean;
  /** Its own image, by digest. */
  image: string;
  /** Repository whose images it may release. */
  images: string;
  /** The forge's repository, "owner/name", and the branch whose pushes count. */
  repository: string;
  branch: string;
}

/** Renders settings.env, which shell and compose read: values hold neither spaces nor quotes. */
export function renderSettings({ image, images, repository, branch }: WebhookSettings): string {
  return [
    `WEBHOOK_IMAGE=${image}`,
    `WEBHOOK_IMAGES=${images}`,
    `WEBHOOK_REPOSITORY=${repository}`,
    `WEBHOOK_BRANCH=${branch}`,
    "",
  ].join("\n");
}

/** Renders its file for Traefik: so many requests a minute for each sender, and then 429. */
export function renderRoute({ host, https }: Pick<WebhookSettings, "host" | "https">): string {
  const http = together(upgradeOf("webhook", { own: host, all: [host], redirects: [] }, https), {
    routers: {
      webhook: {
        rule: `Host(\`${host}\`)`,
        entryPoints: entryPointsOf(https),
        service: "webhook",
        middlewares: ["webhook-rate"],
      },
    },
    middlewares: { "webhook-rate": { rateLimit: { average: 30, period: "1m", burst: 30 } } },
    services: { webhook: { loadBalancer: { servers: [{ url: "http://onebox-webhook:8080" }] } } },
  });
  return `${JSON.stringify({ http })}\n`;
}
