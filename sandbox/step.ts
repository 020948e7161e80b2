/** What a call is for; failures are switched on by it. */
export type Step =
  | 'authorize'
  | 'token'
  | 'extend'
  | 'refresh'
  | 'identity'
  | 'scopes'
  | 'choices'
  | 'inspect'
  | 'revoke'
  | 'probe';
