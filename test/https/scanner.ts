import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../config/load.ts";

/** What sslyze says of a server, as far as it is looked at. */
export interface Scan {
  /** What differs from Mozilla's recommendation ("intermediate"), in sslyze's words; empty when nothing does. */
  complaints: string;
  /** The protocols that it speaks. */
  protocols: string[];
  /** Whether every chain of certificates that it shows leads to one of the roots. */
  trusted: boolean;
  /** Seconds for which browsers are told to ask by HTTPS only; undefined when they are not. */
  hsts: number | undefined;
}

/** @param roots file with the roots that are trusted, PEM */
export async function scan(port: number, servername: string, roots: string): Promise<Scan> {
  const place = mkdtempSync(join(tmpdir(), "onebox-sslyze-"));
  try {
    const file = join(place, "found.json");
    const said = await run([
      ...["-m", "sslyze", "--quiet", `--json_out=${file}`, "--mozilla_config=intermediate"],
      ...["--http_headers", "--certinfo", `--certinfo_ca_file=${roots}`],
      ...[`--sni=${servername}`, `127.0.0.1:${port}`],
    ]);
    if (!said.includes("COMPLIANCE AGAINST")) throw new Error(`sslyze: ${said}`);
    const complaints = said.includes(": OK - Compliant.") ? "" : said;
    return { complaints, ...read(readFileSync(file, "utf8"), roots) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

function read(json: string, roots: string): Omit<Scan, "complaints"> {
  const { scan_result } = JSON.parse(json).server_scan_results[0];
  const chains = scan_result.certificate_info.result.certificate_deployments as {
    path_validation_results: {
      trust_store: { path: string };
      was_validation_successful: boolean;
    }[];
  }[];
  return {
    protocols: Object.entries<{ result: { is_tls_version_supported: boolean } }>(scan_result)
      .filter(([name, { result }]) => name.endsWith("_suites") && result.is_tls_version_supported)
      .map(([name]) => name.replace("_cipher_suites", "")),
    trusted: chains.every(({ path_validation_results }) =>
      path_validation_results.some(
        ({ trust_store, was_validation_successful }) =>
          trust_store.path === roots && was_validation_successful,
      ),
    ),
    hsts: scan_result.http_headers.result.strict_transport_security_header?.max_age,
  };
}

/** All that it prints: its exit code is 1 when it finds something. */
function run(options: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(sslyze(), options, { timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

/** The Python that has it, as scripts/setup.sh --tests has made it. */
function sslyze(): string {
  const requirements = readFileSync(join(root, "toolchain/sslyze/requirements.txt"));
  const digest = createHash("sha256").update(requirements).digest("hex").slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const path = join(cache, "onebox/sslyze", digest, "bin/python");
  if (!existsSync(path)) throw new Error(`no ${path}: run scripts/setup.sh --tests first`);
  return path;
}
