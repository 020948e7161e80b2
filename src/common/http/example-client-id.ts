/**
 * The client that the OpenAPI document's examples speak of: what its example of a registration is answered with. A
 * public client's id is the hash of its metadata, so it is the same on every server (docs/decisions/0003), and whoever
 * tries the examples in order gets on.
 */
export const EXAMPLE_CLIENT_ID = 'sd_cl_HzVQnr8FhsFUNiAtozrDPQwnCXv_cUeTCK5mhdQwIJ4';
