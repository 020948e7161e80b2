import { AppError } from '../errors/app-error.js';
import { FormBody } from './form-body.js';
import type { Parameters } from './parameters.js';

/**
 * The parameters of an OAuth request. An empty value counts as omitted, and a name may be given once, save
 * for `resource` (RFC 6749 §3.1 and §3.2, RFC 8707 §2).
 */
export class OAuthParameters {
  constructor(private readonly parameters: Parameters) {}

  /**
   * Reads a body that is a form or a JSON object of strings; both mean the same.
   *
   * @param body what the body parser left; undefined where there was none
   * @throws AppError invalid_request where a JSON body is anything but an object of strings
   */
  static ofBody(body: unknown): OAuthParameters {
    if (body === undefined || body === null) return new OAuthParameters(new Map());
    if (body instanceof FormBody) return new OAuthParameters(body.parameters);
    if (typeof body !== 'object' || Array.isArray(body)) {
      throw new AppError('invalid_request', 'The JSON body must be an object.');
    }
    const parameters = new Map<string, string[]>();
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== 'string') throw new AppError('invalid_request', 'JSON members must be strings.');
      parameters.set(name, [value]);
    }
    return new OAuthParameters(parameters);
  }

  /**
   * Refuses parameters that are given more than once, save for `resource` (RFC 6749 §3.1 and §3.2, RFC 8707 §2).
   *
   * @returns itself
   * @throws AppError invalid_request
   */
  once(): this {
    const repeated = [...this.parameters.keys()].some((name) => name !== 'resource' && this.isRepeated(name));
    if (repeated) throw new AppError('invalid_request', 'A parameter is given more than once.');
    return this;
  }

  /** Whether a parameter is given more than once, with or without values. */
  isRepeated(name: string): boolean {
    return (this.parameters.get(name)?.length ?? 0) > 1;
  }

  /**
   * The only value of a parameter; undefined where it is absent or empty.
   *
   * @throws AppError invalid_request where it is given more than once
   */
  one(name: string): string | undefined {
    if (this.isRepeated(name)) throw new AppError('invalid_request', `${name} is given more than once.`);
    return this.parameters.get(name)?.[0] || undefined;
  }

  /**
   * @throws AppError invalid_request where the parameter is absent, empty or given more than once
   */
  required(name: string): string {
    const value = this.one(name);
    if (value === undefined) throw new AppError('invalid_request', `${name} is missing.`);
    return value;
  }

  /** Every value of a parameter that may repeat, empty ones left out. */
  all(name: string): string[] {
    return (this.parameters.get(name) ?? []).filter(Boolean);
  }

  /**
   * All parameters, one value each; empty ones are in it.
   *
   * @throws AppError invalid_request where any is given more than once
   */
  single(): Record<string, string> {
    const repeated = [...this.parameters.keys()].find((name) => this.isRepeated(name));
    if (repeated !== undefined) throw new AppError('invalid_request', `${repeated} is given more than once.`);
    return Object.fromEntries([...this.parameters].map(([name, [value = '']]) => [name, value]));
  }
}
