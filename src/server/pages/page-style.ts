/** Styles that our pages share: paper, ink and copper by day; the same lamp at night. */

export const PAGE_STYLE = `
:root {
  --paper: #faf8f4; --card: #fffefb; --sunk: #f3efe7; --ink: #211d18; --soft: #655d52; --faint: #8b8275;
  --line: #e7e1d6; --copper: #b4490f; --copper-soft: #f7e7da; --ring: #d97b42;
  --read: #12706a; --write: #a3540a; --change: #6a4fb3; --destroy: #b3261e; --good: #2c7a4b;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --shadow: 0 1px 2px rgb(60 40 20 / .05), 0 8px 24px -12px rgb(60 40 20 / .12);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161310; --card: #1d1a16; --sunk: #12100d; --ink: #f0e9df; --soft: #b0a698; --faint: #857b6e;
    --line: #302b25; --copper: #f0955a; --copper-soft: #3a2517; --ring: #f0955a;
    --read: #5fc4ba; --write: #efaa5f; --change: #b3a0ee; --destroy: #f08b80; --good: #74c795;
    --shadow: 0 1px 2px rgb(0 0 0 / .3), 0 8px 24px -12px rgb(0 0 0 / .5);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 16px/1.6 var(--sans); -webkit-font-smoothing: antialiased; }
h1, h2, h3, p, ul, dl, dd, pre { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--copper); text-underline-offset: .2em; text-decoration-thickness: .06em; }
a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible, summary:focus-visible {
  outline: 2px solid var(--ring); outline-offset: 2px; border-radius: 4px;
}
code, pre, kbd, textarea { font-family: var(--mono); font-size: .8125rem; line-height: 1.65; }
p code, li code, dd code { padding: .1em .35em; border-radius: 4px; background: var(--sunk); overflow-wrap: anywhere; }
.brand { display: inline-flex; align-items: center; gap: .6rem; color: inherit; font-weight: 650; letter-spacing: -.01em; text-decoration: none; }
.brand svg { width: 26px; height: 26px; flex: none; }
.version { color: var(--faint); font: 400 .75rem/1 var(--mono); }
.snippet { position: relative; border: 1px solid var(--line); border-radius: 10px; background: var(--sunk); }
.snippet pre { overflow-x: auto; padding: .8rem 1rem; tab-size: 2; }
.copy {
  position: absolute; top: .45rem; right: .45rem; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--card); color: var(--soft); font: 500 .75rem/1.5 var(--sans); cursor: pointer; opacity: 0; transition: opacity .15s;
}
.snippet:hover .copy, .copy:focus-visible { opacity: 1; }
@media (hover: none), (max-width: 560px) {
  .copy { position: static; display: block; margin: 0 .45rem .45rem auto; opacity: 1; }
  .snippet pre { padding-bottom: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
}
.copy:hover { color: var(--ink); }
.method { font: 650 .6875rem/1 var(--mono); letter-spacing: .02em; }
.GET { color: var(--read); } .POST { color: var(--write); } .PATCH, .PUT { color: var(--change); } .DELETE { color: var(--destroy); }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`

/** Copies the text of a snippet when its button is pressed. */
export const COPY_SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target.closest('.copy')
  if (!button) return
  const pre = button.parentElement.querySelector('pre')
  try {
    await navigator.clipboard.writeText(pre.textContent)
    button.textContent = 'Copied'
  } catch {
    getSelection().selectAllChildren(pre)
    button.textContent = 'Selected'
  }
  setTimeout(() => { button.textContent = 'Copy' }, 1600)
})
`
