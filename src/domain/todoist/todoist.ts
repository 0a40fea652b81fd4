/** The name of Todoist as a connector. */
export const TODOIST = 'todoist'
