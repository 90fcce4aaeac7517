/** What the page runs in the browser: it shows the newest links as soon as they change. */
export const script = `
const show = (selector) => document.querySelector(selector);

const cell = (content, className = "") => {
  const td = document.createElement("td");
  td.className = className;
  td.append(content);
  return td;
};

const row = ({ slug, url, hits }) => {
  const link = document.createElement("a");
  link.href = link.textContent = "/" + slug;
  link.rel = "nofollow noreferrer";
  const tr = document.createElement("tr");
  tr.append(cell(link), cell(url), cell(hits, "number"));
  return tr;
};

const connect = () => {
  const events = new EventSource("/events");
  events.onmessage = ({ data }) => {
    const { release, links } = JSON.parse(data);
    show("dd:nth-of-type(2)").textContent = release;
    show("tbody").replaceChildren(...links.map(row));
    show("table").hidden = links.length === 0;
    show("#none").hidden = links.length > 0;
  };
  events.onerror = () => {
    // After an end the browser connects again by itself, after an error it does not.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 5000 + Math.random() * 5000);
  };
};
connect();
`;
