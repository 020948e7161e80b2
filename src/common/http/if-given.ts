import { ValidateIf } from 'class-validator';

/** Of a field that may be absent, but not null: class-validator's `IsOptional` takes null for absent. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);
