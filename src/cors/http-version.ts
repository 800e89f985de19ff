/** The HTTP versions a policy can name, written as Envoy's `request.protocol` attribute writes them. */
export const HTTP_VERSIONS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"] as const;

export type HttpVersion = (typeof HTTP_VERSIONS)[number];
