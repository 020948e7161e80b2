import { Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { AppError, type FieldProblem } from '../errors/app-error.js';

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
}

function problemsOf(error: ValidationError, parent: string): FieldProblem[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return own.concat((error.children ?? []).flatMap((child) => problemsOf(child, field)));
}
