/**
 * What other services' secrets look like. The prefixes come from gitleaks' default rules
 * (https://github.com/gitleaks/gitleaks, config/gitleaks.toml, July 2026, MIT), where they identify a secret on their
 * own, and from the vendors' own documentation. Lengths are left open: a mistyped or shortened key is still a secret.
 */

/** Prefixes of keys and tokens by vendor, as regular expressions; 16 or more characters follow. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  'Anthropic, OpenAI, DeepSeek, Kimi, OpenRouter; Groq; xAI; Hugging Face; Perplexity; NVIDIA; Replicate; Tavily; Cerebras':
    'sk- gsk_ xai- hf_ api_org_ pplx- nvapi- r8_ tvly- csk-',
  Google: 'AIza AQ\\.A ya29\\. 1//0 GOCSPX-',
  'GitHub, GitLab': 'gh[oprsu]_ github_pat_ gl(?:pat|ptt|dt|rt|ft|oas|soat|imt|agent|cbt|ffct)- GR1348941',
  'npm, PyPI, RubyGems, Clojars, Docker': 'npm_ pypi-AgE rubygems_ CLOJARS_ dckr_[op]at_',
  'Atlassian, Sourcegraph, Pulumi, Postman, ReadMe, Nx': 'AT[AC]TT3 sgp_ pul- PMAK- rdme_ pnu_',
  'Slack, Linear, Notion, Airtable, Figma, Typeform, Intercom':
    'xox[abeoprs][-.] xapp- lin_(?:api|oauth)_ ntn_ pat[A-Za-z0-9]{14}\\. figd_ tfp_ ico-',
  'Stripe, Square, Shopify, Shippo, Duffel, EasyPost, Flutterwave':
    '[rs]k_(?:live|prod|test)_ whsec_ sq0[a-z]{3}- EAAA shp(?:at|ca|pa|ss)_ shippo_(?:live|test)_ duffel_(?:live|test)_ EZ[AT]K FLWSECK_TEST-',
  'SendGrid, Brevo, Mailgun': 'SG\\. xkeysib- key-(?=[a-z]{0,31}\\d)(?=[a-z0-9]{32}(?![\\w-]))',
  AWS: '(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)(?=[A-Z0-9]{16}) ABSK bedrock-api-key-',
  'Alibaba, DigitalOcean, Fly, Heroku, Vercel, Supabase':
    'LTAI do[opr]_v1_ fo1_ fm[12][ar]?_ HRKU- vc[aciprk]_ sb[ps]_ sb_secret_',
  'PlanetScale, Databricks': 'pscale_(?:oauth|pw|tkn)_ dapi(?=[a-f0-9]{32})',
  'Grafana, New Relic, Sentry, Dynatrace, Infracost':
    'gl(?:c|sa)_ NR(?:AK|II|JS)- sntry[su]_ dt0[a-z]01\\. ico-',
  'Doppler, Vault, 1Password, age, OpenShift':
    'dp\\.[a-z]{2,6}\\. hv[brs]\\. ops_ey A3-[A-Z0-9]{6}- AGE-SECRET-KEY-1 sha256~',
}

/** A word that is long enough to be a key: prose has few, so that only these are examined closely. */
export const LONG_WORD = /[\w.~+/=-]{20,}/g

/**
 * A key within a long word. Short words joined by hyphens are not a key (`sk-learn-regression-models`): a random key
 * nearly always has a digit or a capital letter.
 */
export const FOREIGN_KEY = new RegExp(
  `(?<![A-Za-z0-9])(?:${Object.values(BEGINNINGS).join(' ').replaceAll(' ', '|')})(?=[a-z_-]{0,64}[A-Z0-9]|[a-z]{16})[\\w.~+/=-]{16,}`,
  'g',
)

/**
 * JSON Web Tokens. The match begins only at the start of a word; otherwise a word with many possible starts would be
 * read again from each.
 */
export const WEB_TOKEN = /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g

/** A private key in PEM, even if its end is missing. */
export const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)/g

/**
 * Addresses that are secrets as a whole, because knowing one is enough to post. Slack, Discord, Microsoft Teams,
 * Telegram.
 */
export const SECRET_ADDRESS =
  /\b(hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,64}\.webhook\.office\.com\/webhookb2|api\.telegram\.org)\/[\w./@:-]{16,}/gi

/** The password in an address such as `postgres://name:password@host`, which may contain unescaped `@` and `/`. */
export const PASSWORD_IN_ADDRESS = /(:\/\/[^\s:@/"'<>]{0,256}):(?!\d{1,5}(?:[/?#\s]|$))[^\s"'<>]{1,512}@/g

/**
 * The text after `Authorization:`: a scheme and its secret, or a text that looks random. "Authorization: review flow"
 * is prose.
 */
export const AUTHORIZATION =
  /\b(authorization["']?\s{0,4}(?:=\s{0,4}["']?|:\s{0,4}["']?(?:(?:basic|bearer|token|digest|negotiate|api-?key|aws4-hmac-sha256)\s{1,4}|(?=[^\s"',;]{0,64}\d|[^\s"',;]{16}))))[^\s"',;]{6,}/gi

/** The cookies of a header, to the end of its line: `Cookie: a=b; c=d`. "Set up cookie: choc=chip" is prose. */
export const COOKIES =
  /\b((?:set-)?cookie["']?\s{0,4}:\s{0,4}["']?)[\w.-]{1,64}=(?=[^\s;"']{0,64}\d|[^\s;"']{8}|[^\s;"']{1,64};)[^\r\n"']{1,4096}/gi

/** Secrets as command lines take them: `--password x`, `--api-key x`, and curl's `-u name:password`. */
export const FLAG_SECRET =
  /((?<!\S)--(?:[a-z]{1,16}-){0,3}(?:password|passphrase|secret|token|api-?key)\s{1,4}["']?|(?<!\S)(?:-u|--(?:proxy-)?user)\s{1,4}["']?[^\s:"']{1,64}:)(?!-)[^\s"']{4,512}/gi

/** Passwords as the clients of databases and `sshpass` take them: `mysql -ppassword`, `redis-cli -a password`. */
export const CLIENT_SECRET =
  /((?<![\w-])(?:(?:mysql|mariadb)[a-z-]{0,16}(?=\s)[^\r\n|;&]{0,256}?\s-p["']?|sshpass\s{1,4}-p\s{0,4}["']?|redis-cli(?=\s)[^\r\n|;&]{0,256}?\s-a\s{1,4}["']?))(?!-)[^\s"']{4,512}/g

/** The password of a machine in a netrc file. */
export const NETRC =
  /(\b(?:machine\s{1,16}\S{1,256}|default)\s{1,16}login\s{1,16}\S{1,256}\s{1,16}password\s{1,16})\S{1,512}/g

/** The text after `Bearer`, where it looks random. */
export const BEARER = /\b((?:[Bb]earer|BEARER)\s{1,4})(?=[a-z._~+/-]{0,64}[A-Z0-9=])[\w.~+/=-]{16,}/g

/**
 * `password=...`, `"api_key": "..."`, `Token: ...` (but not a page's token): in quotes, after an equals sign, or with a
 * digit or 16 characters after a colon.
 */
export const NAMED_SECRET =
  /((?:passw(?:or)?d|passphrase|pwd|secret|(?<!(?:page|sync|continuation|next)[-_ ]?)token|credential|(?:api|access|private|secret|signing|encryption|account|storage)[-_ ]?key)\\?["']?\s{0,4}(?:=>?|:)\s{0,4})(\\"[^"\\\n]{4,512}|\\'[^'\\\n]{4,512}|"(?:[^"\\\n]|\\.){4,512}|'(?:[^'\\\n]|\\.){4,512}|(?<==>?\s{0,4})[^\s"',;&\\]{6,512}|(?=[^\s"',;&\\]{0,64}\d|[^\s"',;&\\]{16})[^\s"',;&\\]{6,512})/gi
