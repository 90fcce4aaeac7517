/** A program or library that an image holds. */
export interface Package {
  /** Who packed it: Debian (and Ubuntu), Alpine, or npm. */
  kind: "deb" | "apk" | "npm";
  name: string;
  version: string;
}

/** Files that tell of packages, by where they lie in an image. */
const sources: [RegExp, (text: string) => Package[]][] = [
  [
    /^var\/lib\/dpkg\/status(\.d\/[^/]+)?$/,
    (text) => fromStanzas(text, "deb", "Package", "Version"),
  ],
  [/^lib\/apk\/db\/installed$/, (text) => fromStanzas(text, "apk", "P", "V")],
  [/(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/, fromPackageJson],
];

/** Whether a file of an image tells of packages. */
export function tellsOfPackages(path: string): boolean {
  return sources.some(([pattern]) => pattern.test(path));
}

/** The packages that an image's files tell of, by kind and name, each once. */
export function listPackages(files: Map<string, string>): Package[] {
  const found = [...files].flatMap(([path, text]) =>
    sources.filter(([pattern]) => pattern.test(path)).flatMap(([, read]) => read(text)),
  );
  const key = ({ kind, name, version }: Package) => `${kind} ${name} ${version}`;
  const once = new Map(found.map((entry) => [key(entry), entry]));
  return [...once.keys()].sort().flatMap((name) => once.get(name) ?? []);
}

/** A database of "Field: value" or "F:value" lines, with an empty line between packages. */
function fromStanzas(text: string, kind: "deb" | "apk", name: string, version: string): Package[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (key: string) => new RegExp(`^${key}: ?(.+)$`, "m").exec(stanza)?.[1];
    const removed = /^Status: .*(deinstall|not-installed|config-files)/m.test(stanza);
    const [found, at] = [field(name), field(version)];
    return found === undefined || at === undefined || removed
      ? []
      : [{ kind, name: found, version: at }];
  });
}

function fromPackageJson(text: string): Package[] {
  try {
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    return name && version ? [{ kind: "npm", name, version }] : [];
  } catch {
    return []; // some packages carry a package.json as a test's data
  }
}
