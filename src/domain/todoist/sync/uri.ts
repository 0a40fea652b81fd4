/** The URI of the mirror of an account, by which watchers hear of its changes. */
export function mirrorUri(accountId: string): string {
  return `todoist://${accountId}`
}
