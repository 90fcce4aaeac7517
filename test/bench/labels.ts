import { app, type Way } from "../traffic/beside.ts";

/**
 * The usual set-up without an outage in mind: a Traefik that reads Docker's labels; a second container
 * is started, waited for until it is healthy, and then the first one is stopped.
 */
export const dockerLabels: Way = {
  name: "labels",
  title: "start new, stop old, Docker labels",
  services: `
  edge:
    image: traefik:v3.7.6
    command:
      - --providers.docker=true
      - --providers.docker.exposedByDefault=false
      - --providers.docker.network=onebox-stage
      - --providers.docker.constraints=Label(\`com.docker.compose.project\`,\`labels\`)
      - --entryPoints.web.address=:80
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
    networks: { stage: { aliases: [labels-edge] } }
  app:
    ${app}
    labels:
      traefik.enable: "true"
      traefik.http.routers.app.rule: Host(\`labels.onebox.localhost\`)
      traefik.http.services.app.loadbalancer.server.port: "3000"
    networks: [stage, data]`,
  door: "http://labels-edge:80",
  deploy: `
    old=$(docker compose ps -q app)
    docker compose --progress quiet up -d --wait --no-recreate \${old:+--scale app=2}
    if [ -n "$old" ]; then docker stop $old && docker rm $old; fi`,
};
