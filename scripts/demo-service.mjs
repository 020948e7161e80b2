/** Plays a service of yours in the demo: its entry of RESOURCE_SERVERS, known to everybody. */
export const DEMO_SERVICE = { id: 'demo-service', secret: 'demo-service-secret' };

/** The entry of examples/service/service.mjs, which works beside the demo as it is. */
export const NOTES_SERVICE = {
  id: 'notes',
  secret: 'a-secret-of-its-own',
  resource: 'http://localhost:4000',
};
