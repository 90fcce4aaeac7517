import { plainText } from "../plain-text.ts";
import { renderTable } from "../table.ts";
import type { DescribedImage } from "./registry.ts";

/** Renders what a person reads of an image for one platform. */
export function renderImage(image: DescribedImage): string {
  const { platform, digest, user, labels, layers, packages } = image;
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  return [
    plainText(`${platform} ${digest}`),
    `${megabytes(size)} compressed, ${layers.length} layers, ${packages.length} packages, runs as ${plainText(user)}`,
    "",
    renderTable([
      ["SIZE", "LAYER"],
      ...layers.map((layer) => [megabytes(layer.size), step(layer.step)]),
    ]),
    "",
    renderTable([["LABEL", ""], ...Object.entries(labels).sort()]),
    "",
    renderTable([
      ["KIND", "PACKAGE", "VERSION"],
      ...packages.map(({ kind, name, version }) => [kind, name, version]),
    ]),
  ].join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

/** A build step without what the builder wraps it in, cut to what fits a line. */
function step(text: string): string {
  return (
    text
      .replace(/^\/bin\/sh -c (#\(nop\) +)?/, "")
      .replace(/\s+/g, " ")
      .slice(0, 90) || "-"
  );
}
