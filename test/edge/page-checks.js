// What overview.test.ts has the browser do in the page.

/** What does not fit: the page when it scrolls to the side, and elements that are cut off or have no size. */
function outside() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`the page: ${scrollWidth} of ${clientWidth} px`] : [];
  for (const element of document.querySelectorAll("main *")) {
    const { left, right, width, height } = element.getBoundingClientRect();
    const inside = left >= 0 && right <= clientWidth && width > 0 && height > 0;
    const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!inside || !shown || element.scrollWidth > Math.ceil(width)) {
      found.push(`${element.localName}: ${element.textContent?.slice(0, 40)}`);
    }
  }
  return found;
}

/** Texts whose contrast with what lies behind them is under 4.5 to 1, as of WCAG 2.2, 1.4.3. */
function lowContrast() {
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour[3] === 0 ? behind(element.parentElement) : colour;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (element === null || text.textContent?.trim() === "") continue;
    const pair = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)}: ${text.textContent?.trim()}`);
  }
  return found;
}

/** What a reader gets, by the browser's own account of the page. */
function shown() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    title: document.title,
    text: document.body.textContent,
    names: all("bdi").map((name) => name.textContent),
    elements: [...new Set(all("main *").map((element) => element.localName))],
    links: [...document.links].map(({ href }) => href),
    smallest: Math.min(...[...document.links].map((link) => link.getBoundingClientRect().height)),
    paper: getComputedStyle(document.body).backgroundColor,
  };
}

({ outside: outside(), lowContrast: lowContrast(), ...shown() });
