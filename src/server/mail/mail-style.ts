/**
 * How mails look: the paper, ink and copper of our pages, as styles within each element, because many mail programs keep
 * no other. Those that keep a style sheet show mails in the dark, and use a phone's whole width.
 */

const SANS =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** The most pixels of a mail's width. */
export const MAIL_WIDTH_PX = 560

export const STYLES = {
  body: 'margin:0;padding:0;background:#faf8f4;-webkit-text-size-adjust:100%',
  /** Shown after the subject in lists of mails, and nowhere in the mail. */
  preview: 'display:none;max-height:0;overflow:hidden;mso-hide:all',
  outer: 'padding:32px 16px',
  brand: `padding:0 0 20px;font:650 16px/26px ${SANS};letter-spacing:-.01em;color:#211d18`,
  mark: 'display:inline-block;width:8px;height:8px;margin-right:14px;border:3px solid #fffefb;border-radius:7px;background:#b4490f;box-shadow:0 0 0 6px #b4490f;vertical-align:-1px;margin-left:6px',
  card: 'background:#fffefb;border:1px solid #e7e1d6;border-radius:12px',
  note: 'padding:24px 28px',
  rule: 'border-top:1px solid #e7e1d6',
  kicker: `margin:0 0 8px;font:400 13px/1.5 ${SANS};color:#655d52`,
  lead: `margin:0;font:600 20px/1.4 ${SANS};letter-spacing:-.01em;color:#211d18;word-break:break-word`,
  item: `margin:0;font:400 16px/1.5 ${SANS};color:#211d18;word-break:break-word`,
  text: `margin:12px 0 0;font:400 15px/1.6 ${SANS};color:#655d52;word-break:break-word`,
  actions: 'padding:18px 0 0;font-size:0;line-height:0',
  button: `display:inline-block;margin:6px 10px 0 0;padding:11px 20px;border:1px solid #b4490f;border-radius:8px;background:#b4490f;color:#ffffff;font:600 15px/20px ${SANS};text-decoration:none`,
  quiet: `display:inline-block;margin:6px 10px 0 0;padding:11px 20px;border:1px solid #d9d0c1;border-radius:8px;background:#fffefb;color:#211d18;font:600 15px/20px ${SANS};text-decoration:none`,
  command: `margin:8px 0 0;padding:10px 12px;border:1px solid #e7e1d6;border-radius:8px;background:#f3efe7;color:#211d18;font:400 13px/1.5 ${MONO};word-break:break-all;white-space:pre-wrap`,
  footer: `padding:20px 4px 0;font:400 13px/1.6 ${SANS};color:#655d52`,
  footerLink: 'color:#655d52;text-decoration:underline',
} as const

export const STYLE_SHEET = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .outer { padding: 20px 10px !important; }
  .note { padding: 20px !important; }
  .button { display: block !important; margin-right: 0 !important; text-align: center !important; }
}
@media (prefers-color-scheme: dark) {
  .body, .paper { background: #161310 !important; }
  .card { background: #1d1a16 !important; border-color: #302b25 !important; }
  .rule { border-color: #302b25 !important; }
  .ink { color: #f0e9df !important; }
  .soft { color: #b0a698 !important; }
  .mark { border-color: #1d1a16 !important; background: #f0955a !important; box-shadow: 0 0 0 6px #f0955a !important; }
  .solid { background: #f0955a !important; border-color: #f0955a !important; color: #1d1a16 !important; }
  .quiet { background: #1d1a16 !important; border-color: #4a4339 !important; color: #f0e9df !important; }
  .command { background: #12100d !important; border-color: #302b25 !important; color: #f0e9df !important; }
}
`
