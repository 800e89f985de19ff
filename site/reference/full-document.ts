/** A document with every key of the vocabulary: the examples of the reference are cut out of it. */
export const FULL_DOCUMENT = `version: 1
preset: strict
policies:
  - name: partner-web
    description: Web shops of partners
    tags: [team:payments, env:prod]
    preset: strict
    enabled: true
    mode: enforce
    allowOrigins: [https://app.example.com, "https://*.partner.example"]
    allowMethods: [GET, POST, PUT]
    allowHeaders: [content-type, x-api-key]
    exposeHeaders: [x-total-count]
    allowCredentials: true
    dangerouslyAllowAnyOriginWithCredentials: false
    maxAge: 15m
    httpVersions: [HTTP/1.1, HTTP/2]
    requireOrigin: false
    preflight: answer
    webSocket: check
    allowPrivateNetwork: true
    timingAllowOrigin: true
    behavior:
      refusedActual: forward
      refusedPreflight: reject
      preflightStatus: 204
      refusalStatus:
        origin: 404
        method: 403
        header: 400
        httpVersion: 403
        missingOrigin: 400
      checkRequested: true
      checkActualMethod: true
      safelistedMethods: always
      sameOrigin: check
      anyOriginAnswer: echo
      exposeOnPreflight: true
applications:
  - name: mobile-portal
    origins: [https://m.example.net]
    apiGroups: [orders]
apiGroups:
  - name: orders
    match: [{ host: api.example.com, path: /orders, route: orders-route }]
    policies: [partner-web]
`;
