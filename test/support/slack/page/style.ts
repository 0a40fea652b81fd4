/** How the page looks: places, people, messages. */
import { BLOCK_STYLE } from './style-blocks.ts'

export const STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #17181c);
  --raised: light-dark(#ffffff, #1f2127);
  --sunk: light-dark(#f6f5f3, #1f2026);
  --ink: light-dark(#1c1b1f, #e9e7e4);
  --soft: light-dark(#635f68, #a5a1a8);
  --line: light-dark(#e4e1dd, #33343c);
  --rail: light-dark(#2b2440, #121118);
  --rail-ink: light-dark(#d9d3e6, #b9b4c6);
  --rail-high: light-dark(#ffffff, #f2eff8);
  --rail-hover: light-dark(#3a3154, #1e1c29);
  --rail-here: light-dark(#5b4b8a, #463a70);
  --link: light-dark(#2257a8, #82b1f5);
  --good: light-dark(#1c7a4e, #4cc38a);
  --bad: light-dark(#c0392b, #f2836f);
  --warm: light-dark(#a35a00, #eaa64d);
  --mention: light-dark(#e6eefb, #23334f);
  --whisper: light-dark(#faf8f3, #1c1b1e);
  --sans: "Inter", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: "JetBrains Mono", "SF Mono", ui-monospace, "Cascadia Code", "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
body { display: grid; grid-template: 100dvh / 15.5rem minmax(0, 1fr); height: 100dvh; margin: 0; overflow: hidden; background: var(--paper); color: var(--ink); font: 400 .9375rem/1.5 var(--sans); font-feature-settings: "kern", "liga", "cv11"; -webkit-font-smoothing: antialiased; }
body.with-thread { grid-template-columns: 15.5rem minmax(0, 1fr) minmax(20rem, 26rem); }
h1, h2, h3, h4, p { margin: 0; } a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
button { font: inherit; color: inherit; cursor: pointer; } .soft { color: var(--soft); } small { color: var(--soft); font-size: .8125rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 6px; }
.grow { flex: 1; min-width: 0; } #modal { position: absolute; }
.icon { flex: none; width: 1rem; aspect-ratio: 1; vertical-align: -.15em; fill: none; stroke: currentcolor; stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; }

/* The rail at the left */
#sidebar { display: flex; flex-direction: column; min-height: 0; background: var(--rail); color: var(--rail-ink); }
#sidebar > header { position: relative; padding: 1rem 1.1rem .8rem; }
#sidebar h2 { color: var(--rail-high); font-size: 1.0625rem; font-weight: 700; letter-spacing: -.015em; }
#sidebar h2::after { content: "⌄"; margin-left: .35rem; opacity: .6; }
#sidebar header select { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
#sidebar nav { flex: 1; min-height: 0; padding: 0 .55rem; overflow-y: auto; }
#sidebar h3 { margin: 1.15rem .6rem .3rem; font-size: .75rem; font-weight: 600; opacity: .75; }
#sidebar a { display: flex; align-items: center; gap: .5rem; padding: .26rem .6rem; border-radius: 7px; color: inherit; text-decoration: none; font-size: .9rem; }
#sidebar a > span:not(.avatar) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#sidebar nav .icon { width: 1.05rem; opacity: .75; }
#sidebar a em { margin-left: auto; padding: 0 .4rem; border: 1px solid currentcolor; border-radius: 99px; font-size: .625rem; font-style: normal; opacity: .7; }
#sidebar a:hover { background: var(--rail-hover); } #sidebar a[aria-current] { background: var(--rail-here); color: var(--rail-high); font-weight: 550; }
#sidebar footer { padding: 0 .55rem .7rem; border-top: 1px solid rgb(255 255 255 / .08); }
.people { max-height: 34dvh; overflow-y: auto; } .people small { color: inherit; opacity: .65; font-size: .6875rem; }
.counts { margin: .6rem .6rem 0; font-size: .6875rem; font-variant-numeric: tabular-nums; opacity: .6; }

/* Panes */
main, .thread { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
.thread { display: none; border-left: 1px solid var(--line); background: var(--paper); } .with-thread .thread { display: flex; }
.top { display: flex; align-items: center; gap: .6rem; flex: none; height: 3.3rem; padding: 0 1.25rem; border-bottom: 1px solid var(--line); }
.top > div { display: flex; align-items: center; gap: .6rem; flex: 1; min-width: 0; }
.top h1 { font-size: 1.0625rem; font-weight: 700; letter-spacing: -.015em; white-space: nowrap; }
.top .soft { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .8125rem; }
.top > button { padding: .2rem .55rem; border: 0; border-radius: 6px; background: none; color: var(--soft); } .top > button:hover { background: var(--sunk); }
.burger { display: none; }
.members { display: flex; align-items: center; margin-left: auto; padding: .15rem .5rem .15rem .3rem; border: 1px solid var(--line); border-radius: 8px; } .members .avatar + .avatar { margin-left: -.15rem; box-shadow: 0 0 0 2px var(--paper); } .members span:last-child { margin-left: .4rem; color: var(--soft); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.scroller { flex: 1; min-height: 0; padding: .75rem 0 1rem; overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin; }
#messages > :first-child, #thread-messages > :first-child { margin-top: auto; }

/* Messages */
.day { display: flex; align-items: center; gap: .8rem; margin: .9rem 1.25rem .5rem; } .day::before, .day::after { content: ""; flex: 1; height: 1px; background: var(--line); }
.day span { padding: .1rem .8rem; border: 1px solid var(--line); border-radius: 99px; font-size: .75rem; font-weight: 600; }
.message { position: relative; display: grid; grid-template-columns: 2.25rem minmax(0, 1fr); gap: 0 .7rem; padding: .45rem 1.25rem; }
.message.grouped { padding-block: .1rem; } .message:hover { background: var(--sunk); } .message.whisper { background: var(--whisper); }
.message header { display: flex; align-items: baseline; gap: .45rem; line-height: 1.3; } .message header strong { font-weight: 680; letter-spacing: -.005em; }
time { color: var(--soft); font-size: .75rem; font-variant-numeric: tabular-nums; } time.small { padding-top: .2rem; font-size: .6875rem; text-align: right; opacity: 0; } .message:hover time.small { opacity: 1; }
.badge { align-self: center; padding: 0 .28rem; border-radius: 4px; background: var(--line); color: var(--soft); font-size: .625rem; font-weight: 650; letter-spacing: .03em; line-height: 1.5; }
.note, .edited { color: var(--soft); font-size: .8125rem; } .note .icon { width: .875rem; }
.avatar { display: inline-grid; place-items: center; flex: none; width: 2.25rem; height: 2.25rem; margin-top: .15rem; border-radius: 9px; background: oklch(62% .115 var(--hue)); color: #fff; font-size: .8125rem; font-weight: 650; letter-spacing: .01em; }
.avatar.bot { background: linear-gradient(140deg, oklch(52% .13 var(--hue)), oklch(38% .12 var(--hue))); }
.avatar.small { width: 1.5rem; height: 1.5rem; margin: 0; border-radius: 6px; font-size: .625rem; } .avatar.tiny { width: 1.3rem; height: 1.3rem; margin: 0; border-radius: 5px; font-size: .5625rem; }
.text { overflow-wrap: anywhere; } .text.pre { white-space: pre-wrap; } .text p + p, .text p + ul, .text ul + p { margin-top: .45rem; }
ul, ol { margin: .2rem 0; padding-left: 1.5rem; } li::marker { color: var(--soft); }
.text h4 { margin: .5rem 0 .15rem; font-size: 1rem; letter-spacing: -.01em; }
code { padding: .08em .32em; border: 1px solid var(--line); border-radius: 4px; background: var(--sunk); color: var(--bad); font: 500 .8125em/1.5 var(--mono); }
pre { margin: .35rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: var(--sunk); overflow-x: auto; } pre code { padding: 0; border: 0; background: none; color: inherit; font-weight: 400; font-size: .8125rem; }
blockquote { margin: .25rem 0; padding-left: .8rem; border-left: 4px solid var(--line); color: var(--soft); }
.mention { padding: .05em .2em; border-radius: 4px; background: var(--mention); color: var(--link); font-weight: 520; }
.bold { font-weight: 650; } .italic { font-style: italic; } .strike { text-decoration: line-through; } span.code { padding: .08em .32em; border: 1px solid var(--line); border-radius: 4px; background: var(--sunk); font: 500 .8125em var(--mono); }
hr { margin: .55rem 0; border: 0; border-top: 1px solid var(--line); }
.streaming > .blocks > .text:last-child > p:last-child::after, .streaming > .blocks > .text:last-child > :is(ul, ol):last-child > li:last-child::after, .streaming > .blocks:empty::after { content: ""; display: inline-block; width: .5rem; height: 1em; margin-left: .2rem; vertical-align: -.12em; border-radius: 2px; background: var(--link); animation: blink 1.1s steps(2, jump-none) infinite; }
@keyframes blink { from { opacity: 1; } to { opacity: .15; } } @keyframes spin { to { rotate: 1turn; } } @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
menu { position: absolute; top: -.8rem; right: 1.25rem; display: none; margin: 0; padding: .12rem; border: 1px solid var(--line); border-radius: 9px; background: var(--raised); box-shadow: 0 2px 8px rgb(0 0 0 / .09); } .message:hover menu, .message:focus-within menu { display: flex; }
menu button { padding: .15rem .4rem; color: var(--soft); border: 0; border-radius: 6px; background: none; font-size: .875rem; } menu button:hover { background: var(--sunk); }
.reactions { display: flex; gap: .3rem; margin-top: .25rem; } .reactions span { padding: .02rem .5rem; border: 1px solid var(--line); border-radius: 99px; background: var(--sunk); font-size: .8125rem; }
.replies { display: flex; align-items: center; gap: .45rem; width: fit-content; max-width: 100%; margin: .25rem 0 0 -.35rem; padding: .2rem .6rem .2rem .35rem; border: 1px solid transparent; border-radius: 8px; background: none; font-size: .8125rem; } .replies:hover { border-color: var(--line); background: var(--raised); } .replies b { color: var(--link); font-weight: 600; white-space: nowrap; } .replies .avatar + .avatar { margin-left: -.25rem; }
.working, .waiting { display: inline-flex; align-items: center; gap: .4rem; color: var(--soft); font-size: .8125rem; } .working::before { content: ""; width: .7rem; height: .7rem; border: 2px solid var(--line); border-top-color: var(--link); border-radius: 50%; animation: spin .8s linear infinite; } .waiting { color: var(--warm); } .waiting::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentcolor; }
.session { display: flex; align-items: center; gap: .8rem; padding: .1rem 1.25rem .45rem; } .stop { padding: .1rem .7rem; border: 1px solid var(--line); border-radius: 7px; background: var(--raised); font-size: .8125rem; font-weight: 600; } .stop:hover { border-color: var(--bad); color: var(--bad); }
.attachment { margin: .35rem 0; padding: .15rem 0 .15rem .8rem; border-left: 4px solid var(--line); }
.file { display: inline-flex; align-items: center; gap: .7rem; max-width: 24rem; margin: .35rem .5rem 0 0; padding: .55rem .9rem .55rem .6rem; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); color: inherit; } .file:hover { border-color: var(--soft); text-decoration: none; } .file .icon { width: 1.6rem; color: var(--soft); stroke-width: 1.1; } .file img { max-width: 14rem; max-height: 10rem; border-radius: 6px; } .file span { display: grid; line-height: 1.35; } .file strong { font-weight: 600; font-size: .875rem; } .file small { text-transform: uppercase; font-size: .6875rem; letter-spacing: .02em; }

/* Where one writes */
.box { position: relative; display: flex; align-items: flex-end; gap: .3rem; flex: none; margin: 0 1.25rem 1.1rem; padding: .35rem .4rem .35rem .2rem; border: 1px solid color-mix(in srgb, var(--soft) 45%, transparent); border-radius: 11px; background: var(--raised); transition: border-color .12s, box-shadow .12s; } .box:focus-within { border-color: var(--soft); box-shadow: 0 1px 6px rgb(0 0 0 / .08); }
.box textarea { flex: 1; order: 1; min-width: 0; max-height: 220px; padding: .32rem .3rem; border: 0; outline: 0; background: none; color: inherit; font: inherit; resize: none; } ::placeholder { color: var(--soft); opacity: .8; }
.attach { display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: 99px; color: var(--soft); cursor: pointer; } .attach:hover { background: var(--sunk); }
.box button { order: 2; width: 2rem; height: 2rem; border: 0; border-radius: 8px; background: var(--good); color: var(--paper); font-size: .8125rem; } .box:has(textarea:placeholder-shown) button { background: none; color: var(--soft); opacity: .6; }
#prompts { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0 1.25rem .6rem; } #prompts:empty { display: none; } #prompts button { padding: .25rem .8rem; border: 1px solid var(--line); border-radius: 99px; background: var(--raised); font-size: .8125rem; font-weight: 550; } #prompts button:hover { border-color: var(--soft); }

/* Home, modals, notices */
.home { max-width: 46rem; margin: 0 auto; padding: .75rem 1.5rem 3rem; } .home .blocks { max-width: none; gap: .7rem; } .empty { display: grid; place-items: center; height: 100%; color: var(--soft); text-align: center; }
.veil { position: fixed; inset: 0; z-index: 5; display: grid; place-items: center; padding: 1rem; background: rgb(10 8 16 / .5); backdrop-filter: blur(2px); }
.dialog { display: flex; flex-direction: column; width: min(32.5rem, 100%); max-height: 88dvh; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); box-shadow: 0 18px 60px rgb(0 0 0 / .28); } .dialog header, .dialog footer { display: flex; align-items: center; gap: .6rem; padding: 1rem 1.4rem; } .dialog header { justify-content: space-between; border-bottom: 1px solid var(--line); } .dialog header h2 { font-size: 1.25rem; font-weight: 720; letter-spacing: -.02em; } .dialog header button { border: 0; background: none; color: var(--soft); } .dialog footer { justify-content: flex-end; border-top: 1px solid var(--line); } .dialog .scroller { padding: 1.1rem 1.4rem; } .dialog .blocks { gap: 1rem; }
#toast { position: fixed; bottom: 1.5rem; left: 50%; z-index: 6; max-width: 90vw; padding: .55rem 1rem; border-radius: 10px; background: var(--ink); color: var(--paper); font-size: .875rem; font-weight: 550; translate: -50% 1rem; opacity: 0; pointer-events: none; transition: .18s; } #toast.shown { opacity: 1; translate: -50% 0; }

@media (width < 60rem) { body.with-thread { grid-template-columns: 15.5rem minmax(0, 1fr); } .with-thread main { display: none; } .with-thread .thread { border: 0; } }
@media (width < 44rem) { body, body.with-thread { grid-template-columns: minmax(0, 1fr); } .burger { display: block; } #sidebar { position: fixed; inset: 0 auto 0 0; z-index: 4; width: 16rem; translate: -100%; transition: translate .18s; } .with-sidebar #sidebar { translate: 0; box-shadow: 0 0 0 100vmax rgb(0 0 0 / .4); } .message, .top, .session { padding-inline: 1rem; } .box { margin-inline: .8rem; } }
${BLOCK_STYLE}`
