// Sends what the person does to the stand-in, and shows what changes.
const $ = (selector, from = document) => from.querySelector(selector)
const here = () => new URLSearchParams(location.search)
const as = () => $('.people a[aria-current]')?.href.match(/as=(\w+)/)?.[1]
const channel = () => here().get('channel') ?? $('nav a[aria-current]')?.href.match(/channel=(\w+)/)?.[1]
const thread = () => here().get('thread') ?? undefined

async function act(what) {
  const response = await fetch('/act', {
    method: 'POST',
    body: JSON.stringify({ as: as(), channel: channel(), ...what }),
  })
  const answer = await response.json()
  if (!answer.isOk) say(answer.problem ?? 'The app did not answer.')
  return answer
}

function say(text) {
  const toast = $('#toast')
  toast.textContent = text
  toast.classList.add('shown')
  setTimeout(() => toast.classList.remove('shown'), 4000)
}

// Shows the parts that changed; keeps what is typed, and stays at the end of a list that is read to its end.
const shown = {}
async function show() {
  const parts = await (await fetch(`/parts?${here()}`)).json()
  for (const [id, part] of Object.entries(parts)) {
    if (shown[id] === part) continue
    shown[id] = part
    const element = document.getElementById(id)
    const isTyping =
      id === 'modal' && $('.dialog') && part.includes(`data-hash="${$('.dialog').dataset.hash}"`)
    if (isTyping) continue
    const isAtEnd =
      !element.closest('.at-home') && element.scrollHeight - element.scrollTop - element.clientHeight < 80
    element.innerHTML = part
    if (isAtEnd) element.scrollTop = element.scrollHeight
  }
}

let isShowing = false
let isStale = false
async function refresh() {
  isStale = true
  if (isShowing) return
  isShowing = true
  while (isStale) {
    isStale = false
    await show().catch(() => undefined)
  }
  isShowing = false
}
const changes = new EventSource('/changes')
changes.addEventListener('change', refresh)
changes.addEventListener('open', refresh)

function go(changesOfPlace) {
  const query = here()
  for (const [name, value] of Object.entries(changesOfPlace))
    value === undefined ? query.delete(name) : query.set(name, value)
  if (!query.get('channel') && channel()) query.set('channel', channel())
  history.pushState({}, '', `?${query}`)
  document.body.classList.toggle('with-thread', thread() !== undefined)
  void refresh()
}
addEventListener('popstate', () => location.reload())

// The value of each control of a form, by its action.
function valuesIn(form) {
  const values = {}
  for (const control of form.querySelectorAll('[data-action]')) {
    const chosen = control.matches('.choices')
      ? [...control.querySelectorAll(':checked')].map((each) => each.value)
      : control.multiple
        ? [...control.selectedOptions].map((each) => each.value)
        : control.value
    if (control.matches('button') || chosen === undefined || chosen.length === 0) continue
    values[control.dataset.action] =
      Array.isArray(chosen) && !control.multiple && control.querySelector('[type=radio]') ? chosen[0] : chosen
  }
  return values
}

const targetOf = (element) => {
  const view = element.closest('[data-view]')?.dataset.view
  return view ? { view } : { ts: element.closest('.message').dataset.ts }
}

async function press(control, value) {
  if (control.dataset.confirm && !confirm(control.dataset.confirm)) return
  control.classList.add('busy')
  await act({ kind: 'press', ...targetOf(control), action: control.dataset.action, value })
  control.classList.remove('busy')
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button, a')
  if (!button) return
  const message = button.closest('.message')
  const { dataset } = button
  if (dataset.action) await press(button, dataset.value)
  else if (dataset.openThread) go({ thread: dataset.openThread })
  else if ('closeThread' in dataset) go({ thread: undefined })
  else if ('closeModal' in dataset) {
    const { view } = $('.dialog').dataset
    $('#modal').innerHTML = ''
    await act({ kind: 'close', view })
  } else if ('react' in dataset) await act({ kind: 'react', ts: message.dataset.ts })
  else if ('delete' in dataset) await act({ kind: 'delete', ts: message.dataset.ts })
  else if ('edit' in dataset) {
    const text = prompt('Edit the message', $('.text', message)?.innerText ?? '')
    if (text) await act({ kind: 'edit', ts: message.dataset.ts, text })
  } else if ('stop' in dataset) await act({ kind: 'stop', thread: thread() })
  else if ('prompt' in dataset) await act({ kind: 'say', text: dataset.prompt })
  else if ('burger' in dataset) document.body.classList.toggle('with-sidebar')
})

document.addEventListener('change', async (event) => {
  const control = event.target
  if (control.matches('[data-workspace]')) location.search = `?as=${control.value}`
  else if (control.type === 'file') await attach(control)
  else if (!control.closest('.dialog, .input') && control.dataset.action) await press(control, control.value)
})

async function attach(input) {
  const [file] = input.files
  const bytes = new Uint8Array(await file.arrayBuffer())
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const box = input.closest('[data-box]')
  const isReply = box.dataset.box === 'thread'
  // What was typed goes with the file, as in Slack.
  const field = $('textarea', box)
  const text = field.value.trim()
  field.value = ''
  grow(field)
  await act({
    kind: 'say',
    text,
    thread: isReply ? thread() : undefined,
    file: { name: file.name, type: file.type, base64 },
  })
  input.value = ''
}

document.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  if (form.matches('.dialog')) return submit(form)
  const field = $('textarea', form)
  const text = field.value.trim()
  if (text === '') return
  field.value = ''
  grow(field)
  const isReply = form.dataset.box === 'thread'
  await act({ kind: 'say', text, thread: isReply ? thread() : undefined })
})

async function submit(form) {
  for (const error of form.querySelectorAll('.error')) error.textContent = ''
  const answer = await act({ kind: 'submit', view: form.dataset.view, values: valuesIn(form) })
  if (answer.body?.response_action === 'errors') {
    for (const [block, text] of Object.entries(answer.body.errors)) {
      const place = $(`[data-error="${CSS.escape(block)}"]`, form)
      if (place) place.textContent = text
    }
  } else void refresh()
}

function grow(field) {
  field.style.height = 'auto'
  field.style.height = `${Math.min(field.scrollHeight, 220)}px`
}
document.addEventListener('input', (event) => event.target.matches('.box textarea') && grow(event.target))
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && event.target.matches('.box textarea')) {
    event.preventDefault()
    event.target.form.requestSubmit()
  }
  if (event.key === 'Escape' && $('.dialog')) $('[data-close-modal]').click()
})

for (const list of document.querySelectorAll('.scroller'))
  if (!list.closest('.at-home')) list.scrollTop = list.scrollHeight
