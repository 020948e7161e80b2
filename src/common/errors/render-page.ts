import type { AppError } from './app-error.js';
import type { Dialect } from './dialect.js';

const TITLES: Readonly<Record<string, string>> = {
  invalid_client: 'This app is not known here',
  not_found: 'There is no such page',
  invalid_redirect_uri: 'This app gave an address that is not its own',
  server_error: 'Something failed on our side',
  temporarily_unavailable: 'Not available for a moment',
};

/** The policy of every page that this server writes itself: no script, no frame, no outside request. */
export const ERROR_PAGE_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TO_THE_DASHBOARD = '<p><a href="/dashboard/">Go to the dashboard</a></p>';
const START_AGAIN =
  '<p>Go back to the app and start again. If that does not help, tell its maker what is written here, with the code below.</p>';

/**
 * A page that a person can read, for errors that must not be redirected (RFC 6749 §4.1.2.1).
 *
 * @param error what went wrong; its message is shown, escaped
 * @param requestId shown so that support can find the log line
 * @param dialect of the path: it tells where the person goes on
 */
export function renderErrorPage(error: AppError, requestId: string, dialect: Dialect): string {
  const title = TITLES[error.code] ?? 'This link does not work';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --card: #fff; --back: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa4af; --card: #1c2127; --back: #111417; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 30rem; margin: 1rem; padding: 2rem; background: var(--card); border-radius: 14px; }
h1 { font-size: 1.3rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
a { color: inherit; }
small { color: var(--soft); }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(error.message)}</p>
${dialect === 'dashboard' ? TO_THE_DASHBOARD : START_AGAIN}
<small>Code: ${escapeHtml(error.code)} &middot; Request: ${escapeHtml(requestId)}</small>
</main>
</body>
</html>
`;
}

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
