import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type ConsoleMessage,
  type Page,
} from 'playwright-core';

/** A tab that is watched. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors on its console, broken content security policies among them, and requests to hosts not allowed. */
  readonly complaints: string[];
}

/** How browsers are told to stay silent but for what the tests do. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Milliseconds that a page may take for anything. */
const PATIENCE = 10_000;

/** What Chromium writes for every answer that is no success; scripts cannot prevent it. */
const REFUSED_CALL = /^Failed to load resource: the server responded with a status of (4\d\d|503)/;
const API = /^\/(public\/)?v1\//;
/** The sandbox has no icon, and a command line tool no longer listens when it is asked for one. */
const NO_ICON = /^Failed to load resource:/;

/**
 * Starts the system's Chromium, or the one that `CHROMIUM` names.
 *
 * @throws Error where there is none
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!executablePath)
    throw new Error('No Chromium found: install one, or set CHROMIUM to the path of its program.');
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * Opens a tab in a window of its own: no cookies, nobody signed in.
 *
 * @param browser from {@link startBrowser}
 * @param origins the hosts that pages may ask, as origins
 * @param options colour scheme, size
 */
export async function openPage(
  browser: Browser,
  origins: readonly string[],
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isRefusedCall(message)) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && !origins.includes(url.origin))
      complaints.push(`request: ${url.href}`);
  });
  return { page, complaints };
}

function isRefusedCall(message: ConsoleMessage): boolean {
  const { url } = message.location();
  if (!URL.canParse(url)) return false;
  const { pathname } = new URL(url);
  if (pathname === '/favicon.ico') return NO_ICON.test(message.text());
  return API.test(pathname) && REFUSED_CALL.test(message.text());
}
