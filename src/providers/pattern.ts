import { z } from 'zod';

/** The source of a regular expression, as definitions carry it. */
export const pattern = z
  .string()
  .min(1)
  .refine((source) => {
    try {
      return new RegExp(source, 'iu') instanceof RegExp;
    } catch {
      return false;
    }
  }, 'is not a regular expression');
