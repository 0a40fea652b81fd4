/** The API reference's script in the browser: finds an operation, marks the current place, sends a call. */

export const DOCS_SCRIPT = `
const search = document.querySelector('#search')
const links = [...document.querySelectorAll('nav li a')]
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  for (const link of links) {
    link.parentElement.hidden = !words.every((word) => link.dataset.text.includes(word))
  }
  for (const group of document.querySelectorAll('nav section')) {
    group.hidden = !group.querySelector('li:not([hidden])')
  }
})
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.target.closest('input, textarea')) {
    event.preventDefault()
    search.focus()
  }
})

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue
    for (const link of links) link.toggleAttribute('aria-current', link.hash === '#' + target.id)
    const nav = document.querySelector('nav')
    const current = nav.querySelector('[aria-current]')
    if (current && nav.scrollHeight > nav.clientHeight) {
      nav.scrollTop = Math.min(Math.max(nav.scrollTop, current.offsetTop - nav.clientHeight + 80), current.offsetTop - 80)
    }
  }
}, { rootMargin: '-15% 0px -80% 0px' })
for (const article of document.querySelectorAll('.operation')) seen.observe(article)

const asWord = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function requestOf({ method, path, rest }, input) {
  const fields = { ...input }
  const filled = path.replace(/:(\\w+)/g, (all, name) => {
    const value = encodeURIComponent(fields[name] ?? '')
    delete fields[name]
    return value
  })
  const headers = {}
  const key = document.querySelector('#key').value.trim()
  if (key) headers.authorization = 'Bearer ' + key
  if (rest === 'body') {
    return [filled, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(fields) }]
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) query.append(name, asWord(value))
  return [filled + (query.size ? '?' + query : ''), { method, headers }]
}

document.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  const output = form.querySelector('output')
  const show = (state, text) => {
    output.replaceChildren()
    const line = output.appendChild(document.createElement('p'))
    line.className = state
    line.textContent = text[0]
    if (text[1]) output.appendChild(document.createElement('pre')).textContent = text[1]
  }
  let input
  try {
    input = JSON.parse(form.elements.input.value || '{}')
  } catch (error) {
    return show('bad', ['The input is not JSON', error.message])
  }
  const button = form.querySelector('button')
  button.disabled = true
  const startedAt = performance.now()
  try {
    const response = await fetch(...requestOf(form.dataset, input))
    const text = await response.text()
    const took = Math.round(performance.now() - startedAt)
    const pretty = text && JSON.stringify(JSON.parse(text), null, 2)
    show(response.ok ? 'good' : 'bad', [response.status + ' in ' + took + ' ms', pretty])
  } catch (error) {
    show('bad', ['No answer', error.message])
  } finally {
    button.disabled = false
  }
})
`
