/** Tells by what a proxy or a tunnel gives itself away: what came through one may come from anywhere, however local its connection. */
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../core/loopback.ts'

/** What is looked at of a request: Node's own, as it came in. */
export interface Received extends Pick<IncomingMessage, 'httpVersion' | 'url' | 'rawHeaders'> {
  /** The port that the connection came in at. */
  readonly port: number | undefined
}

/**
 * Headers that proxies, tunnels and clouds add, by their beginnings where a vendor has one. No client of ours sends any. Each
 * stands with where it is documented:
 */
const HEADERS: readonly string[] = [
  // RFC 7239; RFC 9110, 7.6.2, 7.6.3 and 11.7; RFC 8586; RFC 9440; the Edge Architecture Specification (W3C).
  ...['forwarded$', 'max-forwards$', 'via$', 'proxy-', 'cdn-loop$', 'client-cert', 'surrogate-capability$'],
  // What nginx, Apache, HAProxy, Traefik, Caddy, Squid and IIS add, or are told to in most of their guides: developer.mozilla.org
  // (X-Forwarded-*), nginx.org (ngx_http_proxy_module), httpd.apache.org (mod_proxy, mod_remoteip).
  ...['x-forward', 'x-real-', 'x-original-', 'x-client-', 'client-ip$', 'x-cluster-', 'x-proxy', 'x-accel-'],
  ...[
    'x-host$',
    'x-scheme$',
    'x-url-scheme$',
    'x-rewrite-url$',
    'x-https$',
    'front-end-https$',
    'x-ssl',
    'ssl-',
  ],
  ...['x-bluecoat-', 'wl-proxy-', 'x-varnish', 'x-request-start$', 'x-queue-start$'],
  // Proxies that sign people in: oauth2-proxy, Authelia, Authentik, Pomerium.
  ...['x-auth-request-', 'remote-', 'x-remote-', 'x-authentik-', 'x-pomerium-'],
  // Envoy and what is built on it, Kong: envoyproxy.io (HTTP header manipulation), docs.konghq.com (proxy).
  ...['x-envoy-', 'x-istio-', 'x-kong-', 'x-consumer-'],
  // Cloudflare and its tunnels, Akamai, Fastly, Imperva, Sucuri: developers.cloudflare.com (HTTP headers), techdocs.akamai.com,
  // fastly.com/documentation (headers), docs.imperva.com, docs.sucuri.net.
  ...[
    'cf-',
    'true-client-ip$',
    'akamai-',
    'x-akamai-',
    'fastly-',
    'incap-',
    'x-incap-',
    'x-sucuri-',
    'cdn-',
    'x-cdn-',
  ],
  // AWS load balancers, API Gateway and CloudFront; Google Cloud; Azure Front Door, App Service and Application Gateway:
  // docs.aws.amazon.com, cloud.google.com/load-balancing, learn.microsoft.com (Front Door, protocol support for headers).
  ...['x-amz', 'cloudfront-', 'x-cloud-trace-context$', 'x-goog-', 'x-google-', 'x-appengine-'],
  ...[
    'x-azure-',
    'x-fd-',
    'x-arr-',
    'x-ms-',
    'x-waws-',
    'x-appservice-',
    'x-site-deployment-id$',
    'disguised-host$',
  ],
  // Fly.io, Vercel, Netlify, Heroku, DigitalOcean, Render, Railway: fly.io/docs/networking/request-headers, vercel.com/docs/headers,
  // docs.netlify.com, devcenter.heroku.com (HTTP routing).
  ...['fly-', 'x-vercel-', 'x-nf-', 'x-heroku-', 'do-connecting-ip$', 'rndr-', 'x-render-', 'x-railway-'],
  // Tunnels: ngrok.com/docs, localtunnel, tailscale.com/kb (Serve, Funnel), learn.microsoft.com (dev tunnels), pinggy.io/docs.
  ...[
    'ngrok-',
    'x-ngrok-',
    'bypass-tunnel-reminder$',
    'x-localtunnel-',
    'tailscale-',
    'x-tunnel-',
    'x-pinggy-',
  ],
]

const HEADER = new RegExp(`^(?:${HEADERS.join('|')})`, 'i')

/** The name and the port in a `Host` header. */
const HOST = /^(.*?)(?::(\d+))?$/
const HTTP_PORT = 80

/**
 * The sign by which a request shows that it was passed on, in words; undefined: there is none. That proves nothing: a proxy
 * need not add any.
 */
export function signOfForwarding({ httpVersion, url, rawHeaders, port }: Received): string | undefined {
  // Clients have spoken 1.1 since 1999; nginx speaks 1.0 to what is behind it unless told otherwise.
  if (httpVersion === '1.0') return 'HTTP/1.0'
  // RFC 9112, 3.2.2: a request in absolute form is one to a proxy.
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

/** A call to this machine under a name that others use too, or to another port, as by `ssh -L 8080:localhost:3000`. */
function signInHost(host: string, port: number | undefined): string | undefined {
  const [, name = '', given] = HOST.exec(host) ?? []
  if (!isLoopback(name.toLowerCase())) return `the header Host for ${name}`
  const called = Number(given ?? HTTP_PORT)
  return port === undefined || called === port ? undefined : `the header Host for port ${called}, not ${port}`
}
