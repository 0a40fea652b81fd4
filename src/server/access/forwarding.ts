/**
 * Recognizes requests that came through a proxy or a tunnel: they may come from anywhere, however local the connection
 * is.
 */
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../../core/loopback.ts'

/** The examined parts of a request: Node's own, as it came in. */
export interface Received extends Pick<IncomingMessage, 'httpVersion' | 'url' | 'rawHeaders'> {
  /** The local port of the connection. */
  readonly port: number | undefined
}

/**
 * Headers that proxies, tunnels and clouds add to requests or require from callers, each with where it is documented. A
 * name that ends in a hyphen is a prefix, because vendors add more. Headers that clients send on their own are not
 * listed, such as `traceparent`, `x-request-id` or `x-ms-version`.
 */
const HEADERS: readonly (readonly [source: string, names: string])[] = [
  [
    'RFC 7239, RFC 9110 (7.6 and 11.7), RFC 8586, RFC 9440',
    'forwarded max-forwards via proxy- cdn-loop client-cert client-cert-',
  ],
  ['W3C: Edge Architecture Specification', 'surrogate-capability'],
  ['developer.mozilla.org: X-Forwarded-For and its kin', 'x-forward- x-forwarded- x-forwarder-'],
  [
    'nginx.org, httpd.apache.org, haproxy.com, doc.traefik.io, caddyserver.com: reverse proxy guides',
    'x-real- x-client-ip',
  ],
  [
    'the same, and IIS with URL Rewrite',
    'client-ip x-cluster-client-ip x-original- x-rewrite-url x-accel- x-proxy- x-proxyuser-ip',
  ],
  [
    'the same, where TLS ends',
    'x-scheme x-url-scheme x-https front-end-https x-ssl- ssl- x-host x-request-start x-queue-start',
  ],
  ['varnish-cache.org, WebLogic, Blue Coat', 'x-varnish wl-proxy- x-bluecoat-'],
  [
    'oauth2-proxy, Authelia, Authentik, Pomerium',
    'x-auth-request- remote- x-remote- x-authentik- x-pomerium-',
  ],
  [
    'envoyproxy.io: HTTP header manipulation; docs.konghq.com: proxy',
    'x-envoy- x-istio- x-kong- x-consumer-',
  ],
  ['developers.cloudflare.com: HTTP headers', 'cf- true-client-ip'],
  [
    'techdocs.akamai.com, fastly.com: headers, docs.imperva.com, docs.sucuri.net',
    'akamai- x-akamai- fastly- incap- x-incap- x-sucuri-',
  ],
  ['other content networks', 'cdn- x-cdn-'],
  ['docs.aws.amazon.com: load balancers, API Gateway, CloudFront', 'x-amzn- x-amz-cf- cloudfront-'],
  [
    'cloud.google.com: load balancing, App Engine, IAP',
    'x-cloud-trace-context x-appengine- x-goog-authenticated- x-goog-iap-',
  ],
  [
    'learn.microsoft.com: Front Door, App Service',
    'x-azure- x-fd- x-arr- x-waws- x-appservice- x-site-deployment-id disguised-host',
  ],
  [
    'learn.microsoft.com: App Service authentication, Web Application Proxy',
    'x-ms-client-principal x-ms-client-principal- x-ms-token- x-ms-forwarded- x-ms-proxy',
  ],
  ['fly.io/docs/networking/request-headers', 'fly-'],
  [
    'vercel.com/docs/headers, docs.netlify.com, devcenter.heroku.com, docs.digitalocean.com',
    'x-vercel- x-nf- x-heroku- do-connecting-ip',
  ],
  ['render.com/docs, docs.railway.com', 'rndr- x-render- x-railway-'],
  [
    'ngrok.com/docs, localtunnel, pinggy.io/docs',
    'ngrok- x-ngrok- bypass-tunnel-reminder x-localtunnel- x-pinggy-',
  ],
  ['tailscale.com/kb: Serve; learn.microsoft.com: dev tunnels', 'tailscale- x-tunnel-'],
]

const HEADER = new RegExp(
  `^(?:${HEADERS.flatMap(([, names]) => names.split(' ').map(patternOf)).join('|')})`,
  'i',
)

function patternOf(name: string): string {
  return name.endsWith('-') ? name : `${name}$`
}

/** The name and the port in a `Host` header. */
const HOST = /^(.*?)(?::(\d+))?$/
const HTTP_PORT = 80

/**
 * The sign that a request was forwarded, in words; undefined: there is none. That proves nothing, because a proxy need
 * not add any.
 */
export function signOfForwarding({ httpVersion, url, rawHeaders, port }: Received): string | undefined {
  // Clients have spoken 1.1 since 1999; nginx speaks 1.0 to its upstream unless told otherwise.
  if (httpVersion === '1.0') return 'HTTP/1.0'
  // RFC 9112, 3.2.2: a request in absolute form is addressed to a proxy.
  if (url !== undefined && !url.startsWith('/')) return 'an absolute address in the request line'
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (HEADER.test(name)) return `the header ${name}`
    const sign = isHost(name) ? signInHost(rawHeaders[index + 1] ?? '', port) : undefined
    if (sign !== undefined) return sign
  }
  return undefined
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host'
}

/**
 * A call to this machine under a name that other machines also have, or to another port, for example through `ssh -L
 * 8080:localhost:3000`.
 */
function signInHost(host: string, port: number | undefined): string | undefined {
  const [, name = '', given] = HOST.exec(host) ?? []
  if (!isLoopback(name.toLowerCase())) return `the header Host for ${name}`
  const called = Number(given ?? HTTP_PORT)
  return port === undefined || called === port ? undefined : `the header Host for port ${called}, not ${port}`
}
