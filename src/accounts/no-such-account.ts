import { AppError } from '../common/errors/app-error.js';

/** Alike for unknown ids and for those of others. */
export function noSuchAccount(): AppError {
  return new AppError('not_found', 'There is no such account in your workspace.');
}
