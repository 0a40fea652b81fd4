/** How the page looks. */
export const STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#fffefc, #1b1a19);
  --sunk: light-dark(#f8f5f0, #222120);
  --raised: light-dark(#ffffff, #282725);
  --ink: light-dark(#221f1c, #ece8e3);
  --soft: light-dark(#6f6861, #a39c94);
  --line: light-dark(#ebe6df, #35322f);
  --hover: light-dark(#f1ece4, #2b2927);
  --here: light-dark(#fbe9e4, #3d2621);
  --accent: light-dark(#c2402a, #f0806a);
  --on-accent: light-dark(#ffffff, #2a120c);
  --p1: light-dark(#c9392c, #ff7a6b); --p2: light-dark(#c96f00, #f5a742); --p3: light-dark(#2563c9, #74a8ff); --p4: light-dark(#9a938b, #7d776f);
  --late: light-dark(#c1341f, #ff8474); --now: light-dark(#12794a, #57c78f); --next: light-dark(#9a5b00, #eeb055); --soon: light-dark(#6a47b8, #b59af5);
  --sans: "Inter", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: "JetBrains Mono", "SF Mono", ui-monospace, "Cascadia Code", "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
body { display: grid; grid-template: 100dvh / 16rem minmax(0, 1fr) 19rem; height: 100dvh; margin: 0; overflow: hidden; background: var(--paper); color: var(--ink); font: 400 .9375rem/1.5 var(--sans); font-feature-settings: "kern", "liga", "cv11"; -webkit-font-smoothing: antialiased; }
h1, h2, h3, p, ol { margin: 0; padding: 0; }
button, input, select, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; padding: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.icon { flex: none; width: 1rem; aspect-ratio: 1; vertical-align: -.15em; fill: none; stroke: currentcolor; stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; }
.avatar { display: grid; place-items: center; flex: none; width: 1.6rem; aspect-ratio: 1; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-size: .75rem; font-weight: 650; }

/* Lists */
#sidebar { display: flex; flex-direction: column; min-height: 0; background: var(--sunk); border-right: 1px solid var(--line); }
#sidebar header { position: relative; display: flex; align-items: center; gap: .6rem; padding: 1rem 1.1rem .7rem; }
#sidebar header strong { font-weight: 650; letter-spacing: -.01em; } #sidebar header strong::after { content: "⌄"; margin-left: .35rem; color: var(--soft); }
#sidebar header select { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
#sidebar nav { flex: 1; min-height: 0; padding: 0 .6rem 1rem; overflow-y: auto; scrollbar-width: thin; }
#sidebar h3 { display: flex; justify-content: space-between; margin: 1.3rem .6rem .3rem; color: var(--soft); font-size: .8125rem; font-weight: 620; } #sidebar h3 button { border-radius: 5px; } #sidebar h3 button:hover { color: var(--ink); }
#sidebar a { display: flex; align-items: center; gap: .6rem; padding: .33rem .6rem; border-radius: 8px; color: inherit; text-decoration: none; font-size: .9rem; }
#sidebar a span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } #sidebar a b { display: flex; font-weight: 400; }
#sidebar a em { margin-left: auto; color: var(--soft); font-size: .75rem; font-style: normal; font-variant-numeric: tabular-nums; }
#sidebar a:hover { background: var(--hover); } #sidebar a[aria-current] { background: var(--here); color: var(--accent); font-weight: 550; } #sidebar a[aria-current] em { color: inherit; }

/* Tasks */
main { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
.top, #add, #tasks > * { width: min(100% - 3rem, 46rem); margin-inline: auto; }
.top { display: flex; align-items: start; gap: .6rem; padding-top: 2.4rem; } #title { display: grid; grid-template-columns: 1fr auto; align-items: center; flex: 1; }
h1 { font-size: 1.625rem; font-weight: 720; letter-spacing: -.025em; line-height: 1.2; } #title p { grid-column: 1; color: var(--soft); font-size: .875rem; } #title .press { grid-area: 1 / 2; }
.burger { display: none; margin-top: .3rem; }
#add { display: flex; align-items: center; gap: .6rem; margin-top: 1.1rem; padding: .3rem .35rem .3rem .8rem; border: 1px solid var(--line); border-radius: 11px; background: var(--raised); box-shadow: 0 1px 2px rgb(60 40 20 / .05); } #add > span { color: var(--accent); }
#add:focus-within { border-color: var(--accent); } #add input { flex: 1; min-width: 0; border: 0; outline: 0; background: none; padding: .35rem 0; } #add input::placeholder { color: var(--soft); }
#add button, .press.primary { padding: .35rem .9rem; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
#tasks { flex: 1; min-height: 0; margin-top: 1rem; padding-bottom: 3rem; overflow-y: auto; scrollbar-width: thin; }
.group + .group { margin-top: 1.4rem; } .group h2 { display: flex; align-items: baseline; gap: .5rem; padding: .35rem 0; border-bottom: 1px solid var(--line); font-size: .9rem; font-weight: 670; letter-spacing: -.005em; } .group h2.late { color: var(--late); } .group h2 span { color: var(--soft); font-size: .75rem; font-weight: 450; font-variant-numeric: tabular-nums; }
.task { display: flex; align-items: start; gap: .7rem; padding: .6rem 0; border-bottom: 1px solid var(--line); } .task.nested { padding-left: 1.9rem; }
.tick { display: grid; place-items: center; flex: none; width: 1.15rem; aspect-ratio: 1; margin-top: .17rem; border: 1.6px solid var(--tone); border-radius: 50%; background: color-mix(in srgb, var(--tone) 12%, transparent); color: transparent; transition: background .12s, color .12s; }
.tick .icon { width: .85rem; stroke-width: 2; } .tick:hover { color: var(--tone); } .p1 { --tone: var(--p1); } .p2 { --tone: var(--p2); } .p3 { --tone: var(--p3); } .p4 { --tone: var(--p4); } .tick.p4 { background: none; border-width: 1.3px; }
.words { display: block; flex: 1; min-width: 0; text-align: left; } .content, .description { display: block; overflow-wrap: anywhere; } .description { color: var(--soft); font-size: .8125rem; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .75rem; } .facts:not(:has(*)) { display: none; }
.fact { display: inline-flex; align-items: center; gap: .28rem; color: var(--soft); font-size: .78rem; font-variant-numeric: tabular-nums; } .fact .icon { width: .82rem; }
.late { color: var(--late); } .now { color: var(--now); } .next { color: var(--next); } .soon { color: var(--soon); } .deadline { color: var(--p1); }
.label { color: color-mix(in oklab, var(--tint) 75%, var(--ink)); } .place { margin-left: auto; } .place i { font-style: normal; font-weight: 600; }
.quiet { margin-top: .1rem; color: var(--soft); opacity: 0; } .task:hover .quiet, .quiet:focus-visible { opacity: 1; } .quiet:hover { color: var(--late); }
.checked .content { color: var(--soft); text-decoration: line-through; text-decoration-thickness: 1px; } .checked .tick { background: var(--tone); color: var(--paper); } .done { opacity: .85; }
.empty { padding: 4rem 0; color: var(--soft); text-align: center; } .empty .icon { width: 2.6rem; color: var(--now); stroke-width: 1; }

/* The wire */
#wire { display: flex; flex-direction: column; gap: .8rem; min-height: 0; padding: 1.1rem; border-left: 1px solid var(--line); background: var(--sunk); font-size: .8125rem; }
#wire header { display: flex; align-items: center; justify-content: space-between; } #wire h2 { font-size: .95rem; font-weight: 670; }
.switch { display: flex; align-items: center; gap: .45rem; cursor: pointer; } .switch input { accent-color: var(--accent); } .switch:has(:checked) { color: var(--late); font-weight: 600; }
.press { display: inline-flex; align-items: center; gap: .35rem; padding: .28rem .65rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); font-size: .8125rem; } .press:hover { border-color: var(--soft); } .press .icon { width: .85rem; color: var(--p2); }
.press.primary { border-color: transparent; } .faults { display: grid; grid-template-columns: 1fr 1fr; gap: .35rem; }
.counts, .hint, #wire small, #wire time { color: var(--soft); font-variant-numeric: tabular-nums; }
#wire ol { flex: 1; min-height: 0; list-style: none; overflow-y: auto; scrollbar-width: thin; } #wire li { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; padding: .3rem 0; border-top: 1px solid var(--line); } #wire code { font: .75rem/1.6 var(--mono); overflow-wrap: anywhere; } #wire time { font-size: .75rem; } #wire small { grid-column: 2; }
#wire small:empty, #wire ol:empty { display: none; }

/* Editing */
dialog { width: min(34rem, 92vw); padding: 1.1rem; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); color: var(--ink); box-shadow: 0 18px 60px rgb(0 0 0 / .25); } dialog::backdrop { background: rgb(30 20 10 / .35); }
dialog form { display: grid; gap: .7rem; } dialog input, dialog textarea, dialog select { width: 100%; padding: .4rem .55rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); resize: vertical; } dialog .large { border: 0; padding-inline: 0; background: none; font-size: 1.125rem; font-weight: 620; outline: 0; }
.fields { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: .6rem; } .fields label { color: var(--soft); font-size: .78rem; } .fields label > * { color: var(--ink); font-size: .875rem; }
dialog footer { display: flex; justify-content: end; gap: .5rem; }
#toast { position: fixed; bottom: 1.2rem; left: 50%; padding: .55rem 1rem; border-radius: 10px; background: var(--ink); color: var(--paper); font-size: .875rem; opacity: 0; translate: -50% .5rem; transition: .18s; pointer-events: none; } #toast.shown { opacity: 1; translate: -50% 0; }

@media (max-width: 68rem) { body { grid-template-columns: 15rem minmax(0, 1fr); } #wire { display: none; } }
@media (max-width: 44rem) {
  body { grid-template-columns: minmax(0, 1fr); } .burger { display: block; } .top { padding-top: 1.2rem; } .top, #add, #tasks > * { width: calc(100% - 2rem); } .quiet { opacity: .6; }
  #sidebar { position: fixed; inset: 0 auto 0 0; z-index: 1; width: 17rem; translate: -100%; transition: translate .18s; } .with-sidebar #sidebar { translate: 0; box-shadow: 0 0 60px rgb(0 0 0 / .3); }
  .fields { grid-template-columns: 1fr; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`
