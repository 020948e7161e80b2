import { z } from 'zod';
import { ConfigError } from '../config/config-error.js';
import {
  type ProviderDefinition,
  type ProviderDefinitionInput,
  providerDefinition,
} from './provider-definition.js';

type JsonObject = Record<string, unknown>;

/**
 * The definitions that this server works with. `PROVIDERS_FILE` is one definition or a list of them, each with
 * its `id`: where the id is known it is merged over the built-in one (objects member by member, anything else
 * replaced, `null` removes), else it is a further provider.
 *
 * @param builtIn the definitions that come with the server
 * @param providersFile parsed JSON, or undefined
 * @param origins replacements for origins of every URL (`PROVIDER_ORIGINS`), authorize URLs included
 * @returns complete definitions, built-in ones first
 * @throws ConfigError naming `PROVIDERS_FILE`, the provider, the path and the reason, for all problems at once
 */
export function loadDefinitions(
  builtIn: readonly ProviderDefinitionInput[],
  providersFile: unknown,
  origins: ReadonlyMap<string, string>,
): ProviderDefinition[] {
  const merged = new Map<string, unknown>(builtIn.map((definition) => [definition.id, definition]));
  for (const change of readChanges(providersFile))
    merged.set(change.id, merge(merged.get(change.id), change));
  const parsed = [...merged].map(([id, definition]) => ({ id, ...providerDefinition.safeParse(definition) }));
  const problems = parsed.flatMap(({ id, error }) => (error ? describe(id, error) : []));
  if (problems.length > 0) throw fault(...problems);
  return parsed.map(({ data }) => rewriteUrls(data, origins) as ProviderDefinition);
}

function readChanges(providersFile: unknown): (JsonObject & { id: string })[] {
  if (providersFile === undefined) return [];
  const changes: unknown[] = Array.isArray(providersFile) ? providersFile : [providersFile];
  const withId = changes.filter((change): change is JsonObject & { id: string } => {
    return isObject(change) && typeof change.id === 'string';
  });
  if (withId.length < changes.length) {
    throw fault('must be a provider definition or a list of them, each an object with its "id"');
  }
  const ids = withId.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw fault(`names the provider ${twice} twice`);
  return withId;
}

function merge(base: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const merged: JsonObject = isObject(base) ? { ...base } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

function describe(id: string, error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${message} (at ${[id, ...path].join('.')})`);
}

/** Every URL of a definition is a member named `url` or `baseUrl`. */
function rewriteUrls(value: unknown, origins: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteUrls(item, origins));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /^(url|baseUrl)$/.test(name) && typeof member === 'string'
        ? rewriteOrigin(member, origins)
        : rewriteUrls(member, origins),
    ]),
  );
}

function rewriteOrigin(url: string, origins: ReadonlyMap<string, string>): string {
  const written = writtenOrigin(url);
  return (origins.get(new URL(written).origin) ?? written) + url.slice(written.length);
}

/** Scheme, host and port as they stand in a template; placeholders come after them. */
function writtenOrigin(url: string): string {
  return /^https?:\/\/[^/]+/.exec(url)![0];
}

/**
 * The origins that a definition's URLs are at.
 *
 * @param value a definition, or part of one
 */
export function originsOf(value: unknown): Set<string> {
  if (!isObject(value) && !Array.isArray(value)) return new Set();
  return new Set(
    Object.entries(value).flatMap(([name, member]) =>
      /^(url|baseUrl)$/.test(name) && typeof member === 'string'
        ? new URL(writtenOrigin(member)).origin
        : [...originsOf(member)],
    ),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(...reasons: string[]): ConfigError {
  return new ConfigError(reasons.map((reason) => ({ variable: 'PROVIDERS_FILE', reason })));
}
