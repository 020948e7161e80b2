import type { Step } from './step.js';
import type { Grant, World } from './world.js';

/** A request as a provider sees it. */
export interface Call {
  readonly method: string;
  /** Of the real provider: `api.x.com`. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer: JSON for objects, text as it is. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One endpoint. */
export interface Route {
  readonly method: string;
  readonly host: string;
  readonly path: RegExp;
  readonly step: Step | ((call: Call) => Step);
  readonly answer: (call: Call, world: World) => Answer;
}

/** What an authorize endpoint accepted. */
export interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge?: string;
}

/** How a provider asks, and how it comes back. */
export interface ConsentRules {
  /** Checks the query: an accepted request, or what the person sees instead. */
  readonly check: (call: Call, world: World) => ConsentRequest | Answer;
  readonly codeSeconds: number;
  /** A new code; plain base64url unless told. */
  readonly newCode?: () => string;
  /** Whether single scopes and Pages can be unticked. */
  readonly canUntick?: boolean;
  /** Whose consent is refused whatever they click, and with what; for Meta's Development mode. */
  readonly refuses?: (grant: Grant) => Readonly<Record<string, string>> | undefined;
  readonly denied: Readonly<Record<string, string>>;
  /** Further parameters beside code and state. */
  readonly extra?: (grant: Grant) => Readonly<Record<string, string>>;
  readonly fragment?: string;
}

/** One provider, played. */
export interface SandboxProvider {
  readonly id: string;
  /** The authorize endpoint: host and path. */
  readonly authorize: { readonly host: string; readonly path: RegExp };
  readonly consent: ConsentRules;
  readonly routes: readonly Route[];
}

/** The page a provider shows when it does not come back; nothing is redirected. */
export function refusalPage(text: string): Answer {
  return {
    status: 400,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<h1>${escapeHtml(text)}</h1>`,
  };
}

/** The access token of an Authorization header, or ''. */
export function bearerOf(call: Call): string {
  return /^Bearer (.+)$/i.exec(String(call.headers.authorization ?? ''))?.[1] ?? '';
}

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
