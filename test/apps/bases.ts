import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

/** What stands for an official image: Debian's packages, and what the image has otherwise than they. */
const standIns: Record<string, { packages: string; lines: string[] }> = {
  "python:3.13-slim-trixie": {
    packages: "python3 python3-pip",
    lines: ["RUN ln -s python3 /usr/bin/python && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"],
  },
  "golang:1.24-trixie": { packages: "golang-go ca-certificates", lines: [] },
  "php:8.4-apache-trixie": {
    packages: "apache2 libapache2-mod-php",
    lines: [
      "COPY apache2-foreground /usr/local/bin/",
      // Variables of the container's are stronger, and every directory may have its .htaccess.
      `RUN sed -i 's/^export \\([A-Z_]*\\)=\\(.*\\)$/: "\${\\1:=\\2}"; export \\1/' /etc/apache2/envvars`,
      "RUN sed -i 's/AllowOverride None/AllowOverride All/' /etc/apache2/apache2.conf",
      "RUN for log in error access other_vhosts_access; do ln -sf /dev/stderr /var/log/apache2/$log.log; done && chown www-data /var/log/apache2",
      "STOPSIGNAL SIGWINCH",
      'CMD ["apache2-foreground"]',
    ],
  },
  "nginx:1.29": {
    packages: "nginx",
    lines: [
      "RUN useradd --system --no-create-home nginx && mkdir -p /usr/share/nginx/html",
      "STOPSIGNAL SIGQUIT",
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
  },
};

/** Provides an official image: the engine's; else Docker Hub's; else a substitute image, labelled as such, of Debian's packages. */
export function provideBase(image: string): void {
  if (works("image", "inspect", image) || works("pull", "--quiet", image)) return;
  if (image === "node:24-trixie-slim") {
    docker(["tag", "node:24.21.0-trixie-slim", image]);
    return;
  }
  const standIn = standIns[image];
  if (standIn === undefined) throw new Error(`nothing stands for ${image}`);
  const install = `apt-get update && apt-get install -y --no-install-recommends ${standIn.packages}`;
  const lines = [
    "FROM debian:trixie-slim",
    `RUN export DEBIAN_FRONTEND=noninteractive && ${install} && rm -rf /var/lib/apt/lists/*`,
    ...standIn.lines,
  ];
  const label = ["--label", "onebox.stand-in=true", "--tag", image];
  const context = join(import.meta.dirname, "bases");
  docker(["build", "--quiet", ...label, "--file", "-", context], `${lines.join("\n")}\n`);
}

const works = (...args: string[]) => spawnSync("docker", args, { stdio: "ignore" }).status === 0;
const docker = (args: string[], input = "") =>
  execFileSync("docker", args, { input, stdio: "pipe" });
