// Options of curl 8 (its manual page) that take a value: the word after one is not the URL.

/** Short ones; the value can follow in the same word. */
export const SHORT_WITH_VALUE: ReadonlyMap<string, string> = new Map([
  ["A", "user-agent"],
  ["b", "cookie"],
  ["c", "cookie-jar"],
  ["C", "continue-at"],
  ["d", "data"],
  ["D", "dump-header"],
  ["e", "referer"],
  ["E", "cert"],
  ["F", "form"],
  ["h", "help"],
  ["H", "header"],
  ["K", "config"],
  ["m", "max-time"],
  ["o", "output"],
  ["P", "ftp-port"],
  ["Q", "quote"],
  ["r", "range"],
  ["t", "telnet-option"],
  ["T", "upload-file"],
  ["u", "user"],
  ["U", "proxy-user"],
  ["w", "write-out"],
  ["x", "proxy"],
  ["X", "request"],
  ["y", "speed-time"],
  ["Y", "speed-limit"],
  ["z", "time-cond"],
]);

/** Short ones without a value that say something about the request. */
export const SHORT_FLAGS: ReadonlyMap<string, string> = new Map([
  ["G", "get"],
  ["I", "head"],
  ["0", "http1.0"],
]);

export const LONG_WITH_VALUE: ReadonlySet<string> = new Set([
  ...SHORT_WITH_VALUE.values(),
  ..."abstract-unix-socket alt-svc aws-sigv4 cacert capath cert-type ciphers connect-timeout connect-to".split(
    " ",
  ),
  ..."create-file-mode crlfile curves data-ascii data-binary data-raw data-urlencode delegation".split(
    " ",
  ),
  ..."dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ech egd-file engine etag-compare".split(
    " ",
  ),
  ..."etag-save expect100-timeout form-string ftp-account ftp-alternative-to-user ftp-method".split(
    " ",
  ),
  ..."ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hostpubsha256 hsts".split(
    " ",
  ),
  ..."interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl".split(
    " ",
  ),
  ..."limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs".split(
    " ",
  ),
  ..."netrc-file noproxy oauth2-bearer output-dir parallel-max pass pinnedpubkey preproxy proto".split(
    " ",
  ),
  ..."proto-default proto-redir proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers".split(
    " ",
  ),
  ..."proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey".split(" "),
  ..."proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser".split(
    " ",
  ),
  ..."proxy1.0 pubkey random-file rate request-target resolve retry retry-delay retry-max-time".split(
    " ",
  ),
  ..."sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname stderr".split(
    " ",
  ),
  ..."tftp-blksize tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii".split(
    " ",
  ),
  ..."trace-config unix-socket url url-query variable vlan-priority".split(" "),
]);

/** Options with a body: the method is POST unless another is named. */
export const WITH_BODY: ReadonlySet<string> = new Set([
  "data",
  "data-ascii",
  "data-binary",
  "data-raw",
  "data-urlencode",
  "json",
  "form",
  "form-string",
]);

/** The HTTP version that an option asks for. */
export const VERSION_OPTIONS: ReadonlyMap<string, string> = new Map([
  ["http1.0", "HTTP/1.0"],
  ["http1.1", "HTTP/1.1"],
  ["http2", "HTTP/2"],
  ["http2-prior-knowledge", "HTTP/2"],
  ["http3", "HTTP/3"],
  ["http3-only", "HTTP/3"],
]);
