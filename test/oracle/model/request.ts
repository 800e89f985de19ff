/** A request as a record: what stands in it, and what the deployment says of it. A key left out: not there. */
export type ModelRequest = {
  readonly method: string;
  readonly path: string;
  readonly scheme?: string;
  readonly authority?: string;
  readonly origin?: string;
  /** Access-Control-Request-Method. */
  readonly requestMethod?: string;
  /** Access-Control-Request-Headers. */
  readonly requestHeaders?: string;
  /** Access-Control-Request-Private-Network. */
  readonly requestPrivateNetwork?: string;
  readonly upgrade?: string;
  readonly secFetchSite?: string;
  readonly forwardedProto?: string;
  /** The group that the deployment names. */
  readonly group?: string;
  readonly route?: string;
  readonly httpVersion: string;
};

/** A header line; the name in lower case, the value one byte a character. */
export type Line = readonly [name: string, value: string];
