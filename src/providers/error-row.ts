import { z } from 'zod';
import { pattern } from './pattern.js';
import { PROVIDER_ERROR_CODES } from './provider-error-codes.js';

/** Where in the story a provider said no. */
export const STAGES = ['callback', 'exchange', 'refresh', 'api', 'revoke'] as const;
/** One of {@link STAGES}. */
export type Stage = (typeof STAGES)[number];

/**
 * One row of an error table: all given matchers must fit. `error` (RFC 6749 `error`, or the provider's word) and
 * `code` (its number, as text) must fit entirely, `text` (its message) anywhere; all ignore case.
 */
export const errorRow = z.strictObject({
  on: z.array(z.enum(STAGES)).optional(),
  status: z.array(z.int()).optional(),
  error: pattern.optional(),
  code: pattern.optional(),
  text: pattern.optional(),
  means: z.enum(PROVIDER_ERROR_CODES),
  /** Added to our sentence: what is special here. */
  hint: z.string().min(1).max(500).optional(),
});

/** A row, complete. */
export type ErrorRow = z.output<typeof errorRow>;
