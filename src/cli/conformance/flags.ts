export type ConformanceFlags = {
  readonly policy?: readonly string[];
  readonly route?: string;
  readonly group?: string;
  readonly allowedOrigin?: string;
  readonly refusedOrigin: string;
  readonly method: string;
  readonly header: readonly string[];
  readonly credentials?: "yes" | "no";
  readonly compare?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
};
