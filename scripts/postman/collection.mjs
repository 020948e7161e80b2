import { requestOf } from './request.mjs';

/** Fixed, so that importing again replaces what was imported before. */
const COLLECTION_ID = '6b0f5c0e-52a1-4f4e-9f0e-5d1f7c9a0001';
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const DESCRIPTION = `Both directions of Swingdoor, told in order. Start \`npm run demo\`, import this and its environment, and run it from top to bottom.

Generated from docs/openapi.json by \`npm run docs:generate\`. Do not edit.`;

/**
 * Puts the requests of a walk in order, with their assertions.
 *
 * @param {Map} operations of convertOperations
 * @param {{name: string, description: string, steps: object[]}[]} walk folders and their steps
 * @returns {object} a Postman collection (v2.1)
 * @throws {Error} naming operations that no step calls, and whatever a step says against the document
 */
export function collectionOf(operations, walk) {
  const called = new Set(walk.flatMap(({ steps }) => steps.map(({ call }) => call)));
  const missing = [...operations.keys()].filter((id) => !called.has(id));
  if (missing.length > 0) throw new Error(`No step of scripts/postman calls ${missing.join(', ')}.`);
  return {
    info: { _postman_id: COLLECTION_ID, name: 'Swingdoor', description: DESCRIPTION, schema: SCHEMA },
    item: walk.map(({ name, description, steps }) => ({
      name,
      description,
      item: steps.map((step) => itemOf(step, operations)),
    })),
  };
}

function itemOf(step, operations) {
  const { name, call, status, before, test } = step;
  const operation = operations.get(call);
  if (call && !operation?.documented.responses[status]) {
    throw new Error(`"${name}" expects ${status} of ${call}, which the OpenAPI document does not name.`);
  }
  const checks = [`pm.test('answers ${status}', () => pm.response.to.have.status(${status}));`];
  if (test) checks.push('', `pm.test(${quote(name)}, () => {`, ...linesOf(test, '  '), '});');
  return {
    name,
    event: [...(before ? [script('prerequest', linesOf(before))] : []), script('test', checks)],
    // Where a redirect is the answer, it is read and not followed.
    ...(status === 302 && { protocolProfileBehavior: { followRedirects: false } }),
    request: operation
      ? requestOf(step, operation)
      : { method: 'GET', url: step.url, auth: { type: 'noauth' } },
    response: [],
  };
}

const quote = (text) => `'${text.replaceAll("'", String.raw`\'`)}'`;
const script = (listen, exec) => ({ listen, script: { type: 'text/javascript', exec } });

/**
 * The body of a function, as written. The walks' scripts are functions so that lint and format see them; each runs
 * alone in Postman, so it can use nothing from around it.
 */
function linesOf(run, indent = '') {
  const text = run.toString();
  const lines = text
    .slice(text.indexOf('{') + 1, text.lastIndexOf('}'))
    .split('\n')
    .slice(1, -1);
  const margin = Math.min(...lines.filter(Boolean).map((line) => line.search(/\S/)));
  return lines.map((line) => (line ? indent + line.slice(margin) : line));
}
