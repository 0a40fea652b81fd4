/** Installing by OAuth: the page at which an admin agrees, and the code that the app then exchanges for a token. */
import { Hono } from 'hono'
import { refuse } from '../api/refusal.ts'
import type { Installation } from '../world/app.ts'
import type { Workspace } from '../world/workspace.ts'
import type { World } from '../world/world.ts'

/** How long a code is valid. */
const CODE_LIFE_MS = 10 * 60 * 1000

interface Consent {
  readonly workspace: Workspace
  readonly scopes: readonly string[]
  readonly redirectUri: string | undefined
  readonly madeAtMs: number
  isUsed: boolean
}

export class Consents {
  readonly #world: World
  readonly #agreed = new Map<string, Consent>()

  constructor(world: World) {
    this.#world = world
  }

  /** An admin of the workspace agrees to these scopes; the code is for the app's address alone. */
  agree(workspace: Workspace, scopes: readonly string[], redirectUri?: string): string {
    const code = this.#world.ids.next('code-')
    this.#agreed.set(code, {
      workspace,
      scopes,
      redirectUri,
      madeAtMs: this.#world.clock.now(),
      isUsed: false,
    })
    return code
  }

  /** Installs the app with what was agreed to. A code works once. */
  take(code: string, redirectUri: string | undefined): Installation {
    const consent = this.#agreed.get(code) ?? refuse('invalid_code')
    if (consent.isUsed) refuse('code_already_used')
    if (this.#world.clock.now() - consent.madeAtMs > CODE_LIFE_MS) refuse('invalid_code')
    if (consent.redirectUri !== redirectUri) refuse('bad_redirect_uri')
    consent.isUsed = true
    const installation = this.#world.app.installIn(consent.workspace)
    installation.scopes = new Set(consent.scopes)
    return installation
  }

  /** The page of consent, at which everyone agrees at once; `team` chooses the workspace. */
  routes() {
    const app = new Hono()
    app.get('/v2/authorize', (context) => {
      const { client_id: clientId, scope = '', redirect_uri: redirectUri, state, team } = context.req.query()
      const { workspaces } = this.#world
      const workspace = workspaces.find(({ id }) => id === team) ?? workspaces[0]
      if (clientId !== this.#world.app.clientId || workspace === undefined || redirectUri === undefined) {
        return context.text('The address of this page is not right.', 400)
      }
      const back = new URL(redirectUri)
      back.searchParams.set('code', this.agree(workspace, scope.split(','), redirectUri))
      if (state !== undefined) back.searchParams.set('state', state)
      return context.redirect(back.href)
    })
    return app
  }
}
