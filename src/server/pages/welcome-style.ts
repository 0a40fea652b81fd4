/** Styles of the front page only. */

export const WELCOME_STYLE = `
.wrap { max-width: 1080px; margin: 0 auto; padding: 0 1.5rem; }
.top { display: flex; align-items: center; gap: .75rem; padding: 1.5rem 0; }
.status { display: inline-flex; align-items: center; gap: .5rem; margin-left: auto; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 99px; background: var(--card); font-size: .8125rem; font-weight: 550; }
.status::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; }
.good::before { color: var(--good); } .bad::before, .bad { color: var(--destroy); }
.hero { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 2rem; align-items: center; padding: 3.5rem 0 4.5rem; }
h1 { font-size: clamp(2.5rem, 6vw, 3.75rem); font-weight: 700; line-height: 1.04; letter-spacing: -.035em; }
.hero .lead { margin-top: 1.5rem; font-size: 1.125rem; max-width: 30em; }
.lead { color: var(--soft); text-wrap: pretty; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 1.5rem; margin-top: 2rem; }
.button { padding: .7rem 1.25rem; border-radius: 10px; background: var(--copper); color: var(--card); font-weight: 600; text-decoration: none; transition: filter .15s; }
.button:hover { filter: brightness(1.1); }
.panel { width: 100%; height: auto; font: 550 15px/1 var(--sans); fill: var(--ink); }
.panel .list { fill: var(--card); stroke: var(--line); filter: drop-shadow(0 8px 16px rgb(60 40 20 / .08)); }
.panel .cord { fill: none; stroke-width: 3; stroke-linecap: round; }
.panel .jack { fill: var(--card); stroke-width: 2.5; }
.panel .count { font-size: 40px; font-weight: 700; letter-spacing: -.03em; }
.panel .unit { fill: var(--faint); font-size: 13px; font-weight: 450; }
.connect { padding: 3rem 0 4rem; border-top: 1px solid var(--line); }
h2 { margin-bottom: .25rem; font-size: 1.625rem; font-weight: 680; letter-spacing: -.02em; line-height: 1.25; }
.cards { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; margin-top: 1.75rem; }
.cards .wide { grid-column: 1 / -1; }
article { display: flex; flex-direction: column; padding: 1.25rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: 14px; background: var(--card); box-shadow: var(--shadow); }
article h3 { font-size: 1rem; font-weight: 650; }
article p { margin-bottom: .9rem; color: var(--soft); font-size: .9375rem; }
article .snippet { flex: 1; }
footer { display: flex; flex-wrap: wrap; gap: .5rem 2rem; padding: 1.5rem 0 3rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .875rem; }
footer p:last-child { margin-left: auto; } footer a { margin-left: 1rem; color: inherit; }
@media (max-width: 820px) {
  .hero { grid-template-columns: minmax(0, 1fr); padding: 2rem 0 3rem; }
  .cards { grid-template-columns: minmax(0, 1fr); }
  footer p:last-child { margin-left: 0; } footer p:last-child a:first-child { margin-left: 0; }
}
@media (max-width: 560px) { .wrap { padding: 0 1.125rem; } .panel { display: none; } .hero { padding: 1.25rem 0 2.5rem; } }
`
