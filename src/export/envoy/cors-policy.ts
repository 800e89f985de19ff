// `envoy.extensions.filters.http.cors.v3.CorsPolicy` as it stands in a configuration, so far as it is written here.

/** `envoy.type.matcher.v3.StringMatcher`. */
export type StringMatcher =
  | { readonly exact: string }
  | { readonly safe_regex: { readonly regex: string } };

export type CorsPolicy = {
  readonly "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";
  readonly filter_enabled?: Fraction;
  readonly shadow_enabled?: Fraction;
  readonly allow_origin_string_match: readonly StringMatcher[];
  readonly allow_methods?: string;
  readonly allow_headers?: string;
  readonly expose_headers?: string;
  /** Whole seconds. */
  readonly max_age?: string;
  readonly allow_credentials?: boolean;
  readonly allow_private_network_access?: boolean;
  readonly forward_not_matching_preflights?: boolean;
};

/** `envoy.config.core.v3.RuntimeFractionalPercent`: of a hundred. */
export type Fraction = { readonly default_value: { readonly numerator: number } };

/** `typed_per_filter_config` of a virtual host or a route. */
export type PerFilterConfig = { readonly "envoy.filters.http.cors": CorsPolicy };
