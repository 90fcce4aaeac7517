/** One environment's way through Traefik. */
export interface Route {
  /** The environment; names its router, service and middleware. */
  environment: string;
  /** The host name that it answers for. */
  host: string;
  /** Port that the app listens on inside its container. */
  port: number;
  /** The release that the route leads to; every answer names it in X-Onebox-Release. */
  release: string;
}

/**
 * Renders the dynamic configuration of a route for Traefik's file provider, in JSON, which is YAML
 * too. Traefik runs the file through Go's templates and refuses every file when one does not parse.
 *
 * @throws Error when a value would open a template action
 */
export function renderRoute({ environment, host, port, release }: Route): string {
  const name = environment;
  const text = JSON.stringify(
    {
      http: {
        routers: {
          [name]: {
            rule: `Host(\`${host}\`)`,
            entryPoints: ["web"],
            middlewares: [`${name}-release`],
            service: name,
          },
        },
        middlewares: {
          [`${name}-release`]: {
            headers: { customResponseHeaders: { "X-Onebox-Release": release } },
          },
        },
        services: {
          [name]: {
            loadBalancer: {
              servers: [{ url: `http://${environment}-app:${port}` }],
              serversTransport: "app@file",
            },
          },
        },
      },
    },
    null,
    2,
  );
  if (text.includes("{{")) throw new Error(`route of ${environment} would open a template action`);
  return `${text}\n`;
}
