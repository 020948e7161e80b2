import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { AppError, type FieldProblem } from '../errors/app-error.js';
import { FormBody } from './form-body.js';

/** Checks bodies and queries against their classes; unknown fields are dropped, wrong ones are named. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) =>
        new AppError('invalid_input', 'The request has fields that cannot be used; errors names them.', {
          fields: errors.flatMap((error) => problemsOf(error, '')),
        }),
    });
  }

  /**
   * A form here, or null, would otherwise count as an object without fields, and whatever it meant to say go unheard.
   *
   * @throws AppError unsupported_media_type, invalid_input
   */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof FormBody) throw new AppError('unsupported_media_type', 'Send application/json.');
    if (value === null) throw new AppError('invalid_input', 'The body must be a JSON object.');
    return super.transform(value, metadata);
  }
}

function problemsOf(error: ValidationError, parent: string): FieldProblem[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return own.concat((error.children ?? []).flatMap((child) => problemsOf(child, field)));
}
