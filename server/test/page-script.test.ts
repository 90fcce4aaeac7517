import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { script } from "../page-script.ts";

/** As much of an element as the script uses. */
class FakeElement {
  className = "";
  textContent = "";
  hidden = false;
  children: unknown[] = [];
  append(...children: unknown[]) {
    this.children.push(...children);
  }
  replaceChildren(...children: unknown[]) {
    this.children = children;
  }
}

describe("the page's script", () => {
  it("shows the links and the release that an event brings, and connects again after an error", () => {
    const found: Record<string, FakeElement> = {};
    const querySelector = (selector: string) => (found[selector] ??= new FakeElement());
    const sources: Record<string, (event?: unknown) => void>[] = [];
    const timers: (() => void)[] = [];
    class EventSource {
      static CLOSED = 2;
      readyState = 2;
      constructor() {
        sources.push(this as never);
      }
    }
    const document = { querySelector, createElement: () => new FakeElement() };
    runInNewContext(script, {
      document,
      EventSource,
      setTimeout: (run: () => void) => timers.push(run),
    });

    const links = [{ slug: "a", url: "https://example.com/<b>", hits: 3 }];
    sources[0]?.onmessage?.({ data: JSON.stringify({ release: "next", links }) });
    expect(found["dd:nth-of-type(2)"]?.textContent).to.equal("next");
    expect(JSON.stringify(found.tbody)).to.include("https://example.com/<b>").and.include('"/a"');
    expect(found.table?.hidden).to.equal(false);
    expect(found["#none"]?.hidden).to.equal(true);

    sources[0]?.onerror?.();
    timers[0]?.();
    expect(sources).to.have.length(2);
  });
});
