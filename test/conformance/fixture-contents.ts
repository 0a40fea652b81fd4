/** The resources and prompts that the official conformance suite reads. */
import { type GetPromptResult, inputRequired, type PromptMessage } from '@modelcontextprotocol/server'
import type { ServedPrompt } from '../../src/server/mcp/contents/prompts.ts'
import type { ResourceKind } from '../../src/server/mcp/contents/resources.ts'
import { answerTo, ask, PNG } from './fixture-tools.ts'

type Contents = { readonly mimeType: string } & ({ readonly text: string } | { readonly blob: string })

function fixed(uri: string, contents: Contents): ResourceKind {
  return {
    resource: { uri, name: uri, description: `Conformance: ${uri}.`, mimeType: contents.mimeType },
    isOffered: () => true,
    matches: (wanted) => wanted === uri,
    read: async () => ({ contents: [{ uri, ...contents }] }),
  }
}

const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/

export const conformanceResources: readonly ResourceKind[] = [
  fixed('test://static-text', {
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  }),
  fixed('test://static-binary', { mimeType: 'image/png', blob: PNG }),
  fixed('test://watched-resource', { mimeType: 'text/plain', text: 'Watched.' }),
  {
    template: {
      uriTemplate: 'test://template/{id}/data',
      name: 'template',
      description: 'Conformance: a template.',
      mimeType: 'application/json',
    },
    isOffered: () => true,
    matches: (uri) => TEMPLATE.test(uri),
    async read(uri) {
      const id = TEMPLATE.exec(uri)?.[1]
      const data = { id, templateTest: true, data: `Data for ID: ${id}` }
      return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(data) }] }
    },
  },
]

const user = (content: PromptMessage['content']): PromptMessage => ({ role: 'user', content })

const words = (text: string): PromptMessage => user({ type: 'text', text })

const messages = (...all: PromptMessage[]): GetPromptResult => ({ messages: all })

export const conformancePrompts: readonly ServedPrompt[] = [
  {
    definition: { name: 'test_simple_prompt', description: 'Conformance: simple.' },
    render: () => messages(words('This is a simple prompt for testing.')),
  },
  {
    definition: {
      name: 'test_prompt_with_arguments',
      description: 'Conformance: arguments.',
      arguments: [
        { name: 'arg1', description: 'First test argument', required: true },
        { name: 'arg2', description: 'Second test argument', required: true },
      ],
    },
    render: ({ arg1, arg2 }) => messages(words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
    complete: {
      arg1: (value) => ['paris', 'park', 'party', 'test'].filter((word) => word.startsWith(value)),
    },
  },
  {
    definition: {
      name: 'test_prompt_with_embedded_resource',
      description: 'Conformance: embedded resource.',
      arguments: [{ name: 'resourceUri', description: 'URI of the resource to embed', required: true }],
    },
    render: ({ resourceUri = '' }) =>
      messages(
        user({
          type: 'resource',
          resource: {
            uri: resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        }),
        words('Please process the embedded resource above.'),
      ),
  },
  {
    definition: { name: 'test_prompt_with_image', description: 'Conformance: image.' },
    render: () =>
      messages(
        user({ type: 'image', data: PNG, mimeType: 'image/png' }),
        words('Please analyze the image above.'),
      ),
  },
  {
    definition: { name: 'test_input_required_result_prompt', description: 'Conformance: asks first.' },
    render(_args, { sdk }) {
      const context = answerTo(sdk, 'user_context', 'context')
      if (context !== undefined) return messages(words(`With the context: ${context}`))
      return inputRequired({
        inputRequests: { user_context: ask('What context should the prompt use?', 'context') },
      })
    },
  },
]
