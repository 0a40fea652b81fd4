// Sends what the person does to the stand-in, and shows what changes.
const $ = (selector, from = document) => from.querySelector(selector)
const here = () => new URLSearchParams(location.search)
const as = () => $('[data-person]').value

async function act(kind, what = {}) {
  const body = JSON.stringify({ kind, as: as(), view: here().get('view') ?? 'today', ...what })
  const answer = await (await fetch('/act', { method: 'POST', body })).json()
  if (answer.problem) say(answer.problem)
  return !answer.problem
}

function say(text) {
  const toast = $('#toast')
  toast.textContent = text
  toast.classList.add('shown')
  setTimeout(() => toast.classList.remove('shown'), 4000)
}

// Shows the parts that changed.
const shown = {}
async function show() {
  const parts = await (await fetch(`/parts?${here()}`)).json()
  for (const [id, part] of Object.entries(parts)) {
    if (shown[id] === part) continue
    shown[id] = part
    document.getElementById(id).innerHTML = part
  }
}
new EventSource('/changes').addEventListener('change', () => show().catch(() => undefined))

const dialog = $('#edit')
function edit(id, { content, description, due, priority, labels }) {
  const { elements } = $('form', dialog)
  Object.assign(dialog.dataset, { task: id, due })
  for (const [name, value] of Object.entries({ content, description, due, priority, labels }))
    elements[name].value = value
  dialog.showModal()
}

async function save(form) {
  const { content, description, due, priority, labels } = Object.fromEntries(new FormData(form))
  const isSaved = await act('edit', {
    id: dialog.dataset.task,
    fields: {
      content,
      description,
      priority: Number(priority),
      labels: labels
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== ''),
      // A due date that was not touched keeps the day it moved on to.
      ...(due !== dialog.dataset.due && { due: { string: due || 'no date' } }),
    },
  })
  if (isSaved) dialog.close()
}

document.addEventListener('click', async (event) => {
  if (event.target.closest('main') && !event.target.closest('[data-burger]'))
    document.body.classList.remove('with-sidebar')
  const button = event.target.closest('button')
  if (!button) return
  const { dataset } = button
  const id = button.closest('[data-task]')?.dataset.task
  if ('complete' in dataset) await act('complete', { id })
  else if ('reopen' in dataset) await act('reopen', { id })
  else if ('delete' in dataset) await act('delete', { id })
  else if ('edit' in dataset) edit(id, dataset)
  else if ('fault' in dataset) {
    if (await act('fault', { text: dataset.fault })) say(button.title)
  } else if ('addProject' in dataset) {
    const text = prompt('Name of the project')
    if (text) await act('project', { text })
  } else if ('addSection' in dataset) {
    const text = prompt('Name of the section')
    if (text) await act('section', { text, id: dataset.addSection })
  } else if ('cancel' in dataset) dialog.close()
  else if ('burger' in dataset) document.body.classList.toggle('with-sidebar')
})

document.addEventListener('change', async (event) => {
  const control = event.target
  if (control.matches('[data-person]')) location.search = `?as=${control.value}`
  else if (control.matches('[data-offline]'))
    await act('fault', { text: control.checked ? 'offline' : 'online' })
})

document.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  if (form.closest('dialog')) return save(form)
  const field = form.elements.text
  if (field.value.trim() !== '' && (await act('add', { text: field.value }))) field.value = ''
})
