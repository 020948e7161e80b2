import type { ScopeDefinition } from './config.js';

/** The catalogue used where `SCOPES_FILE` names none. */
export const BUILT_IN_SCOPES: readonly ScopeDefinition[] = [
  { name: 'profile:read', description: 'See who you are', default: true, sensitive: false },
  {
    name: 'accounts:read',
    description: 'See your connected social accounts',
    default: false,
    sensitive: false,
  },
  {
    name: 'accounts:write',
    description: 'Refresh and disconnect your social accounts',
    default: false,
    sensitive: false,
  },
  { name: 'apps:read', description: 'See which apps you have connected', default: false, sensitive: false },
  { name: 'apps:write', description: 'Disconnect apps on your behalf', default: false, sensitive: true },
];
