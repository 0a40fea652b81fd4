/** Styles of the API reference only. */

export const DOCS_STYLE = `
.top { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: .75rem 1rem; min-height: 3.5rem; padding: .5rem 1.5rem; border-bottom: 1px solid var(--line); background: color-mix(in srgb, var(--paper) 88%, transparent); backdrop-filter: blur(10px); }
.top .where { color: var(--faint); } .top .where::before { content: "/"; margin-right: .6rem; color: var(--line); }
.choice { display: flex; margin: 0 0 0 auto; padding: 3px; border: 1px solid var(--line); border-radius: 9px; background: var(--sunk); }
.choice legend { position: absolute; clip-path: inset(50%); }
.choice label { padding: .15rem .75rem; border-radius: 6px; color: var(--soft); font-size: .8125rem; font-weight: 550; cursor: pointer; }
.choice input { position: absolute; opacity: 0; pointer-events: none; }
.choice label:has(:checked) { background: var(--card); color: var(--ink); box-shadow: 0 1px 2px rgb(0 0 0 / .12); }
.choice label:has(:focus-visible) { outline: 2px solid var(--ring); outline-offset: 1px; }
#key, #search { border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink); font: 400 .8125rem/1.5 var(--sans); padding: .35rem .7rem; }
#key { width: 11rem; -webkit-text-security: disc; } #key:placeholder-shown { -webkit-text-security: none; } ::placeholder { color: var(--faint); opacity: 1; }
.example { display: none; }
body:has(#as-curl:checked) .as-curl, body:has(#as-terminal:checked) .as-terminal, body:has(#as-mcp:checked) .as-mcp { display: block; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 90rem; margin: 0 auto; }
nav { position: sticky; top: 3.5rem; height: calc(100vh - 3.5rem); overflow-y: auto; padding: 1.25rem .75rem 3rem 1.5rem; border-right: 1px solid var(--line); scrollbar-width: thin; }
#search { width: 100%; margin-bottom: 1rem; }
nav h2 { margin: 1.25rem 0 .35rem .6rem; color: var(--faint); font-size: .75rem; font-weight: 600; text-transform: capitalize; letter-spacing: .01em; }
nav li a { display: flex; align-items: baseline; gap: .6rem; padding: .22rem .6rem; border-radius: 7px; color: var(--soft); font-size: .875rem; text-decoration: none; }
nav li a:hover { background: var(--sunk); color: var(--ink); }
nav li a[aria-current] { background: var(--copper-soft); color: var(--ink); font-weight: 550; }
nav .method { width: 2.75rem; font-size: .625rem; text-align: right; }
main { padding: 3rem 2.5rem 6rem; }
.intro { max-width: 60rem; }
h1 { font-size: clamp(2rem, 4vw, 2.75rem); font-weight: 700; letter-spacing: -.03em; line-height: 1.1; }
.lead { margin-top: .9rem; color: var(--soft); font-size: 1.0625rem; max-width: 38em; text-wrap: pretty; }
.notes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem 3rem; margin: 2.25rem 0 0; }
.notes h3 { font-size: .9375rem; font-weight: 650; } .notes p { color: var(--soft); font-size: .9rem; }
.area > h2 { margin-top: 4.5rem; padding-bottom: .75rem; font-size: 1.625rem; font-weight: 680; letter-spacing: -.02em; text-transform: capitalize; line-height: 1.2; }
.operation { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 10fr); gap: 1.5rem 3rem; padding: 2.25rem 0 2.5rem; border-top: 1px solid var(--line); }
.operation h3 { font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; }
.operation h3 a { color: inherit; text-decoration: none; } .operation h3 a:hover { text-decoration: underline; }
.route { display: flex; align-items: baseline; gap: .6rem; margin: .1rem 0 .7rem; } .route code { padding: 0; background: none; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .4rem; margin: .8rem 0 0; }
.facts span { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); font-size: .75rem; }
h4 { margin: 1.5rem 0 .25rem; font-size: .8125rem; font-weight: 650; }
.fields > div { padding: .5rem 0; border-top: 1px solid var(--line); } .fields > div:first-child { border-top: 0; }
.fields dt { line-height: 1.5; overflow-wrap: anywhere; } .fields dt code { font-weight: 650; } .fields dt code span { color: var(--faint); font-weight: 400; }
.type { margin-left: .25rem; color: var(--soft); font: 400 .75rem/1.5 var(--mono); }
.required { margin-left: .25rem; color: var(--copper); font-size: .75rem; font-weight: 550; }
.fields dd { color: var(--soft); font-size: .875rem; line-height: 1.5; } .fields dd:empty { display: none; }
.none { color: var(--faint); font-size: .875rem; }
details { margin-top: 1rem; } summary { width: fit-content; color: var(--soft); font-size: .8125rem; font-weight: 650; cursor: pointer; } summary:hover { color: var(--ink); }
.use { position: sticky; top: 5rem; align-self: start; }
.use .snippet { background: var(--card); box-shadow: var(--shadow); } .use .snippet pre { max-height: 26rem; overflow: auto; }
.try form { margin-top: .75rem; } .try label { color: var(--soft); font-size: .75rem; }
textarea { display: block; width: 100%; margin: .25rem 0 .75rem; padding: .7rem .9rem; border: 1px solid var(--line); border-radius: 10px; background: var(--sunk); color: var(--ink); resize: vertical; }
.try button { padding: .4rem 1.1rem; border: 0; border-radius: 8px; background: var(--copper); color: var(--card); font: 600 .875rem/1.5 var(--sans); cursor: pointer; } .try button:disabled { opacity: .5; }
output p { margin: .9rem 0 .35rem; font-size: .8125rem; font-weight: 600; } .good { color: var(--good); } .bad { color: var(--destroy); }
output pre { max-height: 24rem; overflow: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--sunk); white-space: pre-wrap; overflow-wrap: anywhere; }
.codes { width: 100%; margin-top: .5rem; border-collapse: collapse; font-size: .9rem; } .codes th { padding: .4rem 1rem .4rem 0; color: var(--faint); font-size: .75rem; font-weight: 600; text-align: left; }
.codes td { padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--line); vertical-align: baseline; }
@media (max-width: 1180px) { .operation { grid-template-columns: minmax(0, 1fr); } .use { position: static; } }
@media (max-width: 860px) {
  .layout { grid-template-columns: minmax(0, 1fr); } .top { flex-wrap: wrap; padding: .6rem 1.125rem; position: static; } #key { flex: 1; min-width: 8rem; }
  nav { position: static; height: auto; max-height: 60vh; padding: 1rem 1.125rem; border-right: 0; border-bottom: 1px solid var(--line); }
  nav:not(:focus-within) section { display: none; } #search { margin: 0; }
  main { padding: 2rem 1.125rem 4rem; } .area > h2 { margin-top: 3rem; } .choice { margin-left: 0; } html { scroll-padding-top: 1rem; }
}
`
