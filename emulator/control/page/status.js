// Shows what /control/status tells, every second, and wishes for faults.
const element = (id) => document.getElementById(id);
const KEY = "control_token";

// The token comes after the # of the address, which is not sent to anyone, or is typed in.
if (location.hash.length > 1) {
  sessionStorage.setItem(KEY, location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

async function control(method, path, body) {
  const answer = await fetch(`/control${path}`, {
    method,
    headers: { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (answer.status === 401) {
    element("enter").hidden = false;
    document.querySelector("main").hidden = true;
    throw new Error("which token?");
  }
  return answer.status === 204 ? null : answer.json();
}

const make = (tag, text, attributes = {}) => {
  const made = document.createElement(tag);
  made.textContent = text ?? "–";
  for (const [name, value] of Object.entries(attributes)) made[name] = value;
  return made;
};
const button = (text, title, onclick) => make("button", text, { type: "button", title, onclick });

function show(id, titles, rows) {
  const head = document.createElement("tr");
  head.append(...titles.map((title) => make("th", title, { scope: "col" })));
  const lines = rows.map((cells) => {
    const line = document.createElement("tr");
    for (const cell of cells) {
      if (cell instanceof Node) {
        const place = document.createElement("td");
        place.append(cell);
        line.append(place);
      } else line.append(Array.isArray(cell) ? make("td", ...cell) : make("td", cell));
    }
    return line;
  });
  const empty = make("caption", element(id).dataset.empty);
  element(id).replaceChildren(...(rows.length > 0 ? [head, ...lines] : [empty]));
}

const COLOURS = { running: "good", success: "good", error: "bad", off: "soft" };
const coloured = (status) => [status, { className: COLOURS[status] ?? "busy" }];
const answered = (status) => [String(status), { className: status < 400 ? "good" : "bad" }];
const time = (text) => [text.slice(11, 19), { className: "soft" }];

async function wish(kind) {
  const times = element("times").value;
  const seconds = Number(element("seconds").value);
  const own = {
    resource_unavailable: { location: element("location").value },
    clock_skew: { seconds },
    slow_action: { seconds },
  };
  await control("POST", "/faults", { kind, times: times ? Number(times) : null, ...own[kind] });
  await refresh();
}

const drift = async ({ project, id }, method, body) => {
  await control("POST", "/drift", { project, method, path: `/servers/${id}`, body });
  await refresh();
};

function once(status) {
  if (element("kinds").children.length > 0) return;
  element("location").append(...status.locations.map((name) => make("option", name)));
  for (const [kind, meaning] of Object.entries(status.kinds)) {
    element("kinds").append(button(kind.replaceAll("_", " "), meaning, () => wish(kind)));
  }
}

async function refresh() {
  const status = await control("GET", "/status");
  element("enter").hidden = true;
  document.querySelector("main").hidden = false;
  once(status);
  const { now, held, profile } = status.clock;
  element("clock").textContent =
    `${now.slice(0, 19)} UTC, ${held ? "held" : "running"}; ${profile}`;
  show(
    "servers",
    ["name", "id", "status", "type", "in", "IPv4", "IPv6", "project", "behind Terraform's back"],
    status.servers.map((server) => {
      const acts = document.createElement("span");
      acts.append(
        button("change", "Changes a label", () => {
          drift(server, "PUT", { labels: { drifted: String(Date.now()) } });
        }),
        " ",
        button("delete", "Deletes the server", () => {
          if (confirm(`Delete ${server.name}, with its data?`)) drift(server, "DELETE");
        }),
      );
      const { name, id, type, location: place, ipv4, ipv6, project } = server;
      return [name, id, coloured(server.status), type, place, ipv4, ipv6, project, acts];
    }),
  );
  show(
    "faults",
    ["waiting", "strikes", "", ""],
    status.faults.map(({ id, kind, times, ...aim }) => [
      kind,
      times === null ? "until cleared" : `${times} more`,
      Object.entries(aim)
        .map((pair) => pair.join(" "))
        .join(", "),
      button("clear", "Clears this fault", () => control("DELETE", `/faults/${id}`).then(refresh)),
    ]),
  );
  show(
    "actions",
    ["started", "command", "status", "%", "of"],
    status.actions.map((action) => [
      time(action.started),
      action.command,
      coloured(action.status),
      action.progress,
      action.resources.map(({ type, id }) => `${type} ${id}`).join(", "),
    ]),
  );
  show(
    "requests",
    ["time", "request", "answer", "ms", "fault"],
    status.requests.map(({ time: at, method, path, status: code, ms, fault }) => [
      time(at),
      `${method} ${path}`,
      answered(code),
      ms,
      fault ?? "",
    ]),
  );
}

element("enter").onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, element("token").value.trim());
  refresh().catch(() => {});
};

for (;;) {
  await refresh().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
