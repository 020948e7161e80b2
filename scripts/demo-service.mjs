/** Plays a service of yours in the demo: its entry of RESOURCE_SERVERS, known to everybody. */
export const DEMO_SERVICE = { id: 'demo-service', secret: 'demo-service-secret' };
