const style = `
:root { color-scheme: light dark }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  font: 1.125rem/1.6 system-ui, sans-serif; background: Canvas; color: CanvasText }
main { max-width: 34rem; padding: 2rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem }
p { margin: 0; opacity: .8; overflow-wrap: anywhere }`;

/** Renders the page that people see during maintenance; it needs nothing else to be loaded. */
export function renderPage(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Back soon</title>
<style>${style}
</style>
<main>
<h1>Back soon</h1>
<p>${escapeHtml(message)}</p>
</main>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
