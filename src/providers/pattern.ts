import { z } from 'zod';

/** The source of a regular expression, as definitions carry it. */
export const pattern = z
  .string()
  .min(1)
  .refine((source) => {
    try {
      new RegExp(source, 'iu');
      return true;
    } catch {
      return false;
    }
  }, 'is not a regular expression');
