import { DEMO_SERVICE } from '../demo-service.mjs';
import { collectionOf } from './collection.mjs';
import { convertOperations } from './convert.mjs';
import { IN } from './in.mjs';
import { IN_REFUSED } from './in-refused.mjs';
import { OUT } from './out.mjs';
import { OUT_CHOICE } from './out-choice.mjs';
import { START } from './start.mjs';

const ENVIRONMENT_ID = '6b0f5c0e-52a1-4f4e-9f0e-5d1f7c9a0002';

/**
 * The Postman collection and its environment, which fits `npm run demo`.
 *
 * @param {string} openApi the OpenAPI document, as JSON
 * @param {{provider: string, clientId: string, clientSecret: string}[]} apps the sandbox's
 * @returns {Promise<{collection: string, environment: string}>} JSON with a final newline each
 * @throws {Error} where document and walk do not fit together
 */
export async function postmanDocuments(openApi, apps) {
  const operations = await convertOperations(JSON.parse(openApi));
  const [, secondX] = apps.filter(({ provider }) => provider === 'x');
  const environment = environmentOf({
    base_url: 'http://localhost:3000',
    service_id: DEMO_SERVICE.id,
    service_secret: DEMO_SERVICE.secret,
    x_client_id: secondX.clientId,
    x_client_secret: secondX.clientSecret,
  });
  return {
    collection: toJson(collectionOf(operations, [START, IN, IN_REFUSED, OUT, OUT_CHOICE])),
    environment: toJson(environment),
  };
}

const toJson = (value) => `${JSON.stringify(value, null, 2)}\n`;

function environmentOf(variables) {
  return {
    id: ENVIRONMENT_ID,
    name: 'Swingdoor demo',
    values: Object.entries(variables).map(([key, value]) => ({ key, value, type: 'default', enabled: true })),
    _postman_variable_scope: 'environment',
  };
}
