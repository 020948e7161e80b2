import type { Parameters } from './parameters.js';

/** What the body parser makes of `application/x-www-form-urlencoded`; a JSON body stays a plain value. */
export class FormBody {
  constructor(readonly parameters: Parameters) {}
}
