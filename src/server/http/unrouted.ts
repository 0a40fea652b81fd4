/** Answers requests without a route: another method (405), an unknown path (404), or a preflight (OPTIONS). */
import type { Hono } from 'hono'
import { AppError } from '../../core/errors.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'
import { cutText } from '../../core/text/cut.ts'
import { redactText } from '../../core/text/redact.ts'
import type { Cors } from './cors.ts'
import { type Answer, problemAnswer } from './gate.ts'
import { pathOf } from './visit.ts'

/** The most characters of an unknown path that are repeated in the answer. */
const PATH_SHOWN_CHARS = 200

interface Route {
  readonly path: string
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

/** Answers a request for which `app` has no route, from the routes that it has. */
export function createUnrouted(app: Pick<Hono, 'routes'>, cors: Cors) {
  let known: readonly Route[] | undefined

  function preflight(request: Request, path: string, allow: string) {
    // Services report there, and no pages.
    return path.startsWith('/hooks/') ? undefined : cors.preflight(request, allow)
  }

  return (request: Request, requestId: string): Answer => {
    known ??= routesOf(app)
    const path = pathOf(request.url).replace(/(?<=.)\/$/, '')
    const routes = known.filter(({ pattern }) => pattern.test(path))
    const methods = routes.flatMap((route) => route.methods)
    const [route] = routes
    if (route === undefined) return problemAnswer(noSuchPath(known, path), requestId)
    const allow = [...new Set([...methods, 'OPTIONS'])].join(', ')
    if (request.method === 'OPTIONS') {
      return { status: 204, body: null, headers: { allow, ...preflight(request, path, allow) } }
    }
    // The path itself may contain a secret: of a hook, or of a link.
    const error = new AppError('method_not_allowed', `${route.path} does not support ${request.method}.`, {
      fix: `Use ${methods.join(' or ')}.`,
    })
    return problemAnswer(error, requestId, { allow })
  }
}

function routesOf(app: Pick<Hono, 'routes'>): Route[] {
  return app.routes.map(({ path, method }) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
    methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
  }))
}

function noSuchPath(known: readonly Route[], path: string): AppError {
  const near = nearest(
    path,
    known.map((route) => route.path),
  )
  const meant = near === undefined ? '' : `The nearest is ${near}. `
  return new AppError('not_found', `There is nothing at ${cutText(redactText(path), PATH_SHOWN_CHARS)}.`, {
    fix: `${meant}Every route is listed in /openapi.json and shown at /docs.`,
  })
}
