/** Which origins of pages may be named in settings, and how they are found again in what browsers send. */
import { describe, expect, it } from 'vitest'
import { isAllowedOrigin } from '../../src/core/origin.ts'
import { readConfig } from '../../src/start/read-config.ts'

const read = (origins: string) => readConfig({ SWITCHBOARD_ALLOWED_ORIGINS: origins }).allowedOrigins

describe('an origin that is allowed by name', () => {
  it.each([
    'https://app.example.com',
    'http://localhost:5173',
    'http://[::1]:8080',
    'https://xn--bcher-kva.example',
    'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb',
    'moz-extension://0d3c1ac2-cb31-4b18-8b29-6f7fc5b8f8b1',
    'safari-web-extension://e7ae3f0a-0c8c-4c86-a1a3-7d8a6f5c3f21',
    'vscode-webview://0a1b2c3d4e5f',
    'app://obsidian.md',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
  ])('is taken as it stands: %s', (origin) => {
    expect(read(`${origin}, https://other.example`)).toEqual([origin, 'https://other.example'])
  })

  it('is found again in whatever case it is sent, and no other is', () => {
    const allowed = new Set(['safari-web-extension://e7ae3f0a', 'https://app.example.com'])
    expect(isAllowedOrigin('safari-web-extension://E7AE3F0A', allowed)).toBe(true)
    expect(isAllowedOrigin('https://app.example.com', allowed)).toBe(true)
    expect(isAllowedOrigin('https://app.example.com.evil.example', allowed)).toBe(false)
    expect(isAllowedOrigin('null', allowed)).toBe(false)
  })

  it.each([
    ['https://App.Example.com', 'write https://app.example.com'],
    ['https://app.example.com/', 'write https://app.example.com'],
    ['https://app.example.com/page?x=1', 'write https://app.example.com'],
    ['https://app.example.com:443', 'write https://app.example.com'],
    ['https://me@app.example.com', 'write https://app.example.com'],
    ['HTTPS://app.example.com', 'write https://app.example.com'],
    ['https://bücher.example', 'write https://xn--bcher-kva.example'],
    ['chrome-extension://AAPB/', 'write chrome-extension://aapb'],
    ['Chrome-Extension://aapb', 'write chrome-extension://aapb'],
    ['vscode-webview://abc/index.html', 'write vscode-webview://abc'],
    ['app.example.com', 'write scheme://host'],
    ['chrome-extension://', 'write scheme://host'],
    ['https:app.example.com', 'write scheme://host'],
    ['https://*.example.com', 'without *'],
    ['*', 'without *'],
    ['null', 'cannot be allowed'],
    ['file://', 'cannot be allowed'],
    ['https://[::1', 'is not a host'],
  ])('is refused in another form, with what to write: %s', (origin, hint) => {
    expect(() => read(origin)).toThrow(expect.objectContaining({ message: expect.stringContaining(hint) }))
  })
})
