import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = '// Generated from docs/openapi.json by "npm run docs:generate". Do not edit.\n\n';

/**
 * The types that the dashboard's client is checked against.
 *
 * @param {string} document the OpenAPI document, as JSON
 * @returns {Promise<string>} a declaration file
 */
export async function apiTypes(document) {
  return HEADER + astToString(await openapiTS(JSON.parse(document), { silent: true }));
}
