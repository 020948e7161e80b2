const AUTHS = {
  nobody: { type: 'noauth' },
  dashboard: { type: 'bearer', bearer: pairs({ token: '{{user_jwt}}' }) },
  accessToken: { type: 'bearer', bearer: pairs({ token: '{{access_token}}' }) },
  resourceServer: {
    type: 'basic',
    basic: pairs({ username: '{{service_id}}', password: '{{service_secret}}' }),
  },
};
const JSON_BODY = { raw: { language: 'json' } };

/**
 * The converted request of an operation, sending what a step says and nothing else. Further parameters stay in
 * it, empty and switched off, for people to try.
 *
 * @param {object} step `as` a security scheme or `nobody`; values for `path`, `query`, `form`; a `json` body
 * @param {{documented: object, request: object}} operation of convertOperations
 * @returns {object} a request of a Postman collection
 * @throws {Error} where a step sends what the document does not name
 */
export function requestOf(step, { documented, request }) {
  const { method, description, url, header = [], body } = request;
  const [scheme = 'nobody'] = Object.keys(documented.security[0]);
  return {
    method,
    description: description.content,
    auth: AUTHS[step.as ?? scheme],
    header: [
      ...header.filter(({ key }) => key !== 'Content-Type').map(({ key, value }) => ({ key, value })),
      ...(step.json ? [{ key: 'Content-Type', value: 'application/json' }] : []),
    ],
    ...(step.json && { body: { mode: 'raw', raw: JSON.stringify(step.json, null, 2), options: JSON_BODY } }),
    ...(step.form && { body: { mode: 'urlencoded', urlencoded: filled(step, body?.urlencoded, step.form) } }),
    url: {
      host: ['{{base_url}}'],
      path: url.path,
      query: filled(step, url.query, step.query),
      variable: filled(step, url.variable, step.path),
    },
  };
}

function filled({ name }, entries = [], values = {}) {
  const unknown = Object.keys(values).filter((key) => !entries.some((entry) => entry.key === key));
  if (unknown.length > 0) throw new Error(`"${name}" sends ${unknown}, which the OpenAPI document lacks.`);
  return entries.map(({ key, description }) => ({
    key,
    value: values[key] ?? '',
    description: description.content.trim(),
    ...(!Object.hasOwn(values, key) && { disabled: true }),
  }));
}

function pairs(values) {
  return Object.entries(values).map(([key, value]) => ({ key, value, type: 'string' }));
}
