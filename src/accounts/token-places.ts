import type { SealedPlace } from '../common/crypto/secret-box.js';

/** The row that a sealed value is bound to, and its owner. */
interface SealedRow {
  readonly id: string;
  readonly workspaceId: string;
}

/** Where a consent's tokens are sealed: moved to another row, column or workspace they do not open. */
export function consentPlace(
  { id, workspaceId }: SealedRow,
  column: 'access_token_sealed' | 'refresh_token_sealed',
): SealedPlace {
  return { table: 'provider_consents', row: id, column, workspace: workspaceId };
}

/** Where an account's own token, and its choices with theirs, are sealed. */
export function accountPlace(
  { id, workspaceId }: SealedRow,
  column: 'access_token_sealed' | 'choices_sealed',
): SealedPlace {
  return { table: 'accounts', row: id, column, workspace: workspaceId };
}
