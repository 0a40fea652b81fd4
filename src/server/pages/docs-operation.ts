/** One operation in the API reference: what it does, its input and output, and how to call it in three ways. */
import type { Operation } from '../../core/operation/operation.ts'
import { takesBody } from '../../core/operation/wire.ts'
import { fieldList } from './docs-fields.ts'
import { type Html, html } from './html.ts'
import { curl, type Reach, snippet, terminal } from './snippets.ts'

export function operationArticle(operation: Operation, reach: Reach): Html {
  const { name, method, path, summary, details, inputSchema, outputSchema } = operation
  return html`<article class="operation" id="${name}">
<div class="about">
  <h3><a href="#${name}">${name}</a></h3>
  <p class="route"><span class="method ${method}">${method}</span> <code>${path}</code></p>
  <p>${summary}${details === undefined ? undefined : html` ${details}`}</p>
  <p class="facts">${factsOf(operation).map((fact) => html`<span>${fact}</span>`)}</p>
  <h4>Takes</h4>
  ${fieldList(inputSchema, true)}
  <details><summary>Answers</summary>${fieldList(outputSchema, false)}</details>
</div>
<div class="use">
  ${examplesOf(operation, reach)}
  ${tryIt(operation)}
</div>
</article>`
}

function factsOf({ scope, effect, repeat }: Operation): string[] {
  const repeating = repeat === 'natural' ? 'safe to repeat' : 'send an Idempotency-Key to retry'
  const effects = {
    read: ['only reads'],
    write: [repeating],
    destroy: ['cannot be undone', 'needs confirm'],
  }
  return [`scope ${scope}`, ...effects[effect]]
}

function examplesOf(operation: Operation, reach: Reach): Html {
  const input: Readonly<Record<string, unknown>> = operation.example
  return html`<div class="example as-curl">${snippet(curl(reach, operation, input))}</div>
<div class="example as-terminal">${snippet(terminal(operation, input))}</div>
<div class="example as-mcp">${snippet(JSON.stringify({ name: operation.toolName, arguments: input }, null, 2))}</div>`
}

/** A form that calls this gateway. Nothing is confirmed in advance. */
function tryIt(operation: Operation): Html {
  const { name, method, path, example, effect } = operation
  const input = effect === 'destroy' ? { ...example, confirm: false } : example
  const text = JSON.stringify(input, null, 2)
  return html`<details class="try"><summary>Try it</summary>
<form data-method="${method}" data-path="${path}" data-rest="${takesBody(operation) ? 'body' : 'query'}">
<label>Input as JSON<textarea name="input" spellcheck="false" rows="${Math.min(text.split('\n').length + 1, 14)}" aria-label="Input of ${name}">${text}</textarea></label>
<button type="submit">Send</button>
<output></output>
</form></details>`
}
