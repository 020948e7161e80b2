import { AppError, type FieldProblem } from '../common/errors/app-error.js';
import type { PkceKind, ProviderDefinition } from './provider-definition.js';
import type { AppOptions } from './provider.js';

/**
 * Checks the settings of an OAuth app against what its provider knows.
 *
 * @param definition the provider
 * @param given an object of option names and values, or undefined for none
 * @returns the settings that were given, ready to be stored; an empty text counts as not given
 * @throws AppError invalid_input naming each wrong setting as `options.<name>`
 */
export function readAppOptions(definition: ProviderDefinition, given: unknown): AppOptions {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid([{ field: 'options', message: 'must be an object' }]);
  }
  const entries = Object.entries(given).filter(([, value]) => value !== '');
  const problems = entries.flatMap(([name, value]): FieldProblem[] => {
    const message = problemOf(definition, name, value);
    return message ? [{ field: `options.${name}`, message }] : [];
  });
  if (problems.length > 0) throw invalid(problems);
  return Object.fromEntries(entries);
}

function problemOf(
  { name: provider, options }: ProviderDefinition,
  name: string,
  value: unknown,
): string | undefined {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) return `is no setting of ${provider} apps`;
  if (option.kind === 'switch') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (option.kind === 'choice') {
    const values = Object.keys(option.values);
    return values.includes(value as string) ? undefined : `must be one of ${values.join(', ')}`;
  }
  return typeof value === 'string' && value.length <= 200 && new RegExp(option.pattern, 'u').test(value)
    ? undefined
    : `does not look like: ${option.label}`;
}

function invalid(fields: FieldProblem[]): AppError {
  return new AppError('invalid_input', 'The settings do not fit this provider.', { fields });
}

/** Whether a switch of an app is on. */
export function isOn(definition: ProviderDefinition, options: AppOptions, name: string): boolean {
  const option = definition.options[name];
  return option?.kind === 'switch' && (options[name] ?? option.default) === true;
}

/**
 * The scopes that an app asks for: the provider's, and those of the switches that are on.
 *
 * @param options the app's settings
 */
export function requestedScopes(definition: ProviderDefinition, options: AppOptions = {}): string[] {
  const added = Object.entries(definition.options).flatMap(([name, option]) =>
    option.kind === 'switch' && isOn(definition, options, name) ? option.scopes : [],
  );
  return [...new Set([...definition.scopes.requested, ...added])];
}

/** How an app's code challenge is made. */
export function pkceOf(definition: ProviderDefinition, options: AppOptions = {}): PkceKind {
  for (const [name, option] of Object.entries(definition.options)) {
    if (option.kind !== 'choice') continue;
    const pkce = option.values[String(options[name] ?? option.default)]?.pkce;
    if (pkce) return pkce;
  }
  return definition.pkce;
}
