import { facebook } from './definitions/facebook.js';
import { instagram } from './definitions/instagram.js';
import { linkedin } from './definitions/linkedin.js';
import { tiktok } from './definitions/tiktok.js';
import { x } from './definitions/x.js';
import type { ProviderDefinitionInput } from './provider-definition.js';

/** The providers that come with the server, in the order in which they are shown. */
export const BUILT_IN_DEFINITIONS: readonly ProviderDefinitionInput[] = [
  instagram,
  facebook,
  x,
  linkedin,
  tiktok,
];
