import type { Cloud } from "../../cloud.ts";
import { ApiError, isLocked, parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { Certificate } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startIssuing } from "../../work/work.ts";
import { assertUniqueName, inUse } from "../fields.ts";
import { readAndUpdate } from "../read-and-update.ts";
import { domainsOf, managed, presentPem, uploaded } from "./fields.ts";

/** The load balancers that a certificate serves. */
const usersOf = ({ store }: Cloud, id: number) =>
  [...store.tables.load_balancers.values()].filter(({ services }) =>
    services.some(({ http }) => http?.certificates.includes(id)),
  );

/** How far a managed certificate has come; null for others. */
function statusOf({ type, certificate, error }: Certificate) {
  if (type === "uploaded") return null;
  if (certificate !== null) return { issuance: "completed", renewal: "scheduled", error: null };
  const issuance = error === null ? "pending" : "failed";
  return { issuance, renewal: "unavailable", error };
}

export function certificates(router: ApiRouter, cloud: Cloud): void {
  const { store, actions } = cloud;
  const table = store.tables.certificates;
  const find = (context: Context) => record(context, table, "certificate");
  const present = (row: Certificate) => ({
    id: row.id,
    name: row.name,
    labels: row.labels,
    type: row.type,
    created: row.created,
    ...presentPem(row.certificate),
    domain_names: row.domain_names,
    status: statusOf(row),
    used_by: usersOf(cloud, row.id).map(({ id }) => ({ id, type: "load_balancer" })),
  });

  router.get("/certificates", (context) =>
    list(context, "certificates", table.values(), present, {
      filters: { type: among(["uploaded", "managed"], (row, value) => row.type === value) },
    }),
  );

  router.post("/certificates", (context) => {
    const row = asked(context.request.body);
    assertUniqueName(table, row.name);
    row.id = store.nextId("certificates");
    row.created = timestamp(cloud.clock);
    table.set(row.id, row);
    const action = row.type === "managed" ? startIssuing(cloud, "create_certificate", row) : null;
    context.status = 201;
    context.body = { certificate: present(row), action };
  });

  readAndUpdate(router, { path: "/certificates", key: "certificate", table, find, present });

  router.delete("/certificates/:id", (context) => {
    const row = find(context);
    if (actions.locks("certificate", row.id)) throw isLocked("certificate");
    if (usersOf(cloud, row.id).length > 0) throw inUse("certificate");
    table.delete(row.id);
    context.status = 204;
  });

  router.post("/certificates/:id/actions/retry", (context) => {
    const row = find(context);
    if (actions.locks("certificate", row.id)) throw isLocked("certificate");
    if (row.error === null) {
      const message = "only a managed certificate whose issuance has failed can be retried";
      throw new ApiError(422, "unsupported_error", message);
    }
    context.status = 201;
    context.body = { action: startIssuing(cloud, "issue_certificate", row) };
  });
}

/** A certificate as a request wishes it; what is uploaded tells its domains itself. */
function asked(body: unknown): Certificate {
  const base = { id: 0, created: "", error: null };
  if ((body as { type?: unknown } | null)?.type === "managed") {
    const { name, labels = {}, domain_names } = parse(managed, body);
    const none = { certificate: null, private_key: null };
    return { ...base, ...none, type: "managed", name, labels, domain_names };
  }
  const { name, labels = {}, certificate, private_key } = parse(uploaded, body);
  const domain_names = domainsOf(certificate);
  return { ...base, type: "uploaded", name, labels, certificate, private_key, domain_names };
}
