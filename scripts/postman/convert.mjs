import converter from 'openapi-to-postmanv2';

const OPTIONS = { folderStrategy: 'Tags', preferredRequestBodyType: 'x-www-form-urlencoded' };

/**
 * Converts every operation of an OpenAPI document to a request for Postman.
 *
 * @param {object} openApi the document, parsed
 * @returns {Promise<Map<string, {documented: object, request: object}>>} by operation id: what the document says,
 *   and the request. Values in it may be made up by the converter, anew each time.
 * @throws {Error} where the converter gives up
 */
export async function convertOperations(openApi) {
  const requests = await convert(openApi);
  const operations = new Map();
  for (const [path, methods] of Object.entries(openApi.paths)) {
    for (const [method, documented] of Object.entries(methods)) {
      const request = requests.get(`${method.toUpperCase()} ${path}`);
      operations.set(documented.operationId, { documented, request });
    }
  }
  return operations;
}

/** Requests by `METHOD /path/{parameter}`. */
async function convert(openApi) {
  const input = { type: 'json', data: structuredClone(openApi) };
  const { result, reason, output } = await new Promise((resolve, reject) => {
    converter.convertV2(input, OPTIONS, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  if (!result) throw new Error(`The OpenAPI document was not converted: ${reason}`);
  const requests = output[0].data.item.flatMap(({ item }) => item.map(({ request }) => request));
  return new Map(
    requests.map((request) => [
      `${request.method} /${request.url.path.join('/').replace(/:(\w+)/g, '{$1}')}`,
      request,
    ]),
  );
}
