import { known, storageBoxTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { notUnique, parse } from "../../errors.ts";
import { list } from "../../http/list.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { StorageBox, StorageBoxSubaccount } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { limitReached } from "../networks/layout.ts";
import {
  changed,
  newHome,
  newPassword,
  newSubaccount,
  subaccountAccess,
  subaccountUpdate,
} from "./fields.ts";
import { partsOf } from "./within.ts";

const PATH = "/storage_boxes/:id/subaccounts";
const CLOSED = {
  reachable_externally: false,
  samba_enabled: false,
  ssh_enabled: false,
  webdav_enabled: false,
  readonly: false,
};

/** Further users of a storage box, each with a folder of its own. */
export function subaccounts(
  router: ApiRouter,
  { store, actions, clock }: Cloud,
  findBox: (context: Context) => StorageBox,
): void {
  const table = store.tables.storage_box_subaccounts;
  const { all, one } = partsOf(table, findBox, "subaccount");
  const present = (account: StorageBoxSubaccount) => ({
    ...account,
    server: `${account.username}.your-storagebox.de`,
  });
  const done = (command: string, { id, storage_box }: StorageBoxSubaccount) =>
    actions.done(
      command,
      { id: storage_box, type: "storage_box" },
      { id, type: "storage_box_subaccount" },
    );
  const assertNameFree = (context: Context, name: string, self?: StorageBoxSubaccount) => {
    if (all(context).some((own) => own !== self && own.name === name)) throw notUnique("name");
  };

  router.get(PATH, (context) =>
    list(context, "subaccounts", all(context), present, {
      filters: { username: (account, value) => account.username === value },
    }),
  );

  router.post(PATH, (context) => {
    const box = findBox(context);
    const wish = parse(newSubaccount, context.request.body);
    const others = all(context);
    const { subaccounts_limit: most } = known(storageBoxTypes, box.storage_box_type);
    if (others.length >= most) {
      throw limitReached("subaccounts", `this type has at most ${most} subaccounts`);
    }
    const taken = new Set(others.map(({ username }) => username));
    const names = Array.from({ length: most }, (_, at) => `${box.username}-sub${at + 1}`);
    const username = names.find((name) => !taken.has(name)) ?? "";
    if (wish.name !== undefined) assertNameFree(context, wish.name);
    const account: StorageBoxSubaccount = {
      id: store.nextId("storage_box_subaccounts"),
      created: timestamp(clock),
      name: wish.name ?? username,
      labels: wish.labels ?? {},
      storage_box: box.id,
      username,
      home_directory: wish.home_directory,
      description: wish.description ?? "",
      access_settings: changed(CLOSED, wish.access_settings),
    };
    table.set(account.id, account);
    context.status = 201;
    // The rest is to be read when the action has ended.
    const { id, storage_box } = account;
    const action = done("create_subaccount", account);
    context.body = { subaccount: { id, storage_box }, action };
  });

  router.get(`${PATH}/:part`, (context) => {
    context.body = { subaccount: present(one(context)) };
  });

  router.put(`${PATH}/:part`, (context) => {
    const account = one(context);
    const wish = parse(subaccountUpdate, context.request.body);
    if (wish.name !== undefined) assertNameFree(context, wish.name, account);
    account.name = wish.name ?? account.name;
    account.description = wish.description ?? account.description;
    account.labels = wish.labels ?? account.labels;
    context.body = { subaccount: present(account) };
  });

  router.delete(`${PATH}/:part`, (context) => {
    const account = one(context);
    table.delete(account.id);
    context.status = 201;
    context.body = { action: done("delete_subaccount", account) };
  });

  const post = (name: string, change: (account: StorageBoxSubaccount, body: unknown) => void) =>
    router.post(`${PATH}/:part/actions/${name}`, (context) => {
      const account = one(context);
      change(account, context.request.body);
      context.status = 201;
      context.body = { action: done(name, account) };
    });
  post("reset_subaccount_password", (_, body) => {
    parse(newPassword, body);
  });
  post("update_access_settings", (account, body) => {
    account.access_settings = changed(account.access_settings, parse(subaccountAccess, body));
  });
  post("change_home_directory", (account, body) => {
    account.home_directory = parse(newHome, body).home_directory;
  });
}
