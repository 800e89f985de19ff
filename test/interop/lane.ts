/** A way from the browser to Envoy. */
export type Lane = {
  readonly name: string;
  readonly transport: "plaintext" | "TLS" | "QUIC";
  readonly alpn: readonly string[];
  /** As Envoy names it in `%PROTOCOL%`. */
  readonly protocol: "HTTP/1.1" | "HTTP/2" | "HTTP/3";
  readonly codec: "AUTO" | "HTTP3";
  /** More for the HTTP connection manager. */
  readonly manager: Readonly<Record<string, unknown>>;
};

const TCP = { codec: "AUTO", manager: {} } as const;

/** The first is one that Envoy's admin shows the port of in the same way as the shipped one. */
export const LANES: readonly Lane[] = [
  { name: "HTTP/1.1", transport: "plaintext", alpn: [], protocol: "HTTP/1.1", ...TCP },
  { name: "HTTP/1.1 over TLS", transport: "TLS", alpn: ["http/1.1"], protocol: "HTTP/1.1", ...TCP },
  { name: "HTTP/2 over TLS", transport: "TLS", alpn: ["h2"], protocol: "HTTP/2", ...TCP },
  {
    name: "HTTP/3",
    transport: "QUIC",
    alpn: ["h3"],
    protocol: "HTTP/3",
    codec: "HTTP3",
    manager: { http3_protocol_options: {} },
  },
];
