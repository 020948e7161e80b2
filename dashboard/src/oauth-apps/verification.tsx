import { Badge } from '../ui/badge.js';
import type { OAuthApp, Provider } from './calls.js';

/** What the provider thought of the credentials when they were stored. */
export function Verification({ app }: { app: OAuthApp }) {
  if (app.verification === 'ok') return <Badge tone="good">Credentials work</Badge>;
  if (app.verification === 'failed') return <Badge tone="bad">Credentials refused</Badge>;
  return <Badge tone="quiet">Not checked yet</Badge>;
}

/** The same as a sentence. */
export function verdict({ verification }: OAuthApp, { name }: Provider): string {
  if (verification === 'ok') return `${name} accepts the credentials.`;
  if (verification === 'failed') return `But ${name} refuses the credentials: see why below.`;
  return `${name} did not say whether the credentials work; the first connection will tell.`;
}
