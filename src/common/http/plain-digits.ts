import { Transform } from 'class-transformer';

/**
 * Turns a parameter of plain digits into its number, and leaves everything else to be refused by `@IsInt`: `Number()`
 * would take `1e1`, `0x10`, ` 7 ` and the empty text as well.
 */
export function PlainDigits(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}
